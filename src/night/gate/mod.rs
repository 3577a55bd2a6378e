//! The gate of a night: whether a candidate is sound, how far it may go, and what the days since say of the challenger.
//!
//! ```text
//! candidate ─► sound? ─no─► refused: the standing table stays
//!                │yes
//!                ├─ no table stands, or nobody wants a gate ─► published as it is; it is the anchor
//!                ├─ draws of published tables ─► challenger judged on its days ─► bounded step from the anchor
//!                └─ none for a fortnight ─► bounded step from the table in use, which is the anchor then
//! ```
//!
//! What the gate knows lies in `tables/gate.json` ([`Record`]), the tables it speaks of beside it
//! (`gate-<digest>.json`). Both are written around the publication so that a night cut short and run again ends as an
//! undisturbed one: the challenger's file before, the record after; a night that finds the record its own has passed.

mod checks;
mod judge;
mod lineage;
pub(super) mod record;
mod step;

#[cfg(test)]
mod tests;

pub(super) use judge::Days;
pub(super) use lineage::{base_of, cap_of, is_refusal, ungated};
pub use record::{Record, judged_file_name};
pub(super) use step::{Unsafe, bounded};

use merit_router::{Draft, Table};
use serde_json::Value;

use self::lineage::Lineage;
use super::NightError;
use crate::day::Day;
use crate::evaluate::gate::{Finding, GateState, Verdict};
use crate::settings::Gate;
use crate::store::Layout;
use crate::table::{self, StoredTable, TableError};

/// A night's candidate before the gate.
pub(super) struct Candidate<'a> {
    pub(super) layout: &'a Layout,
    pub(super) settings: &'a Gate,
    pub(super) as_of: Day,
    pub(super) draft: Draft,
    pub(super) unsafe_models: &'a Unsafe,
}

/// What the gate makes of a candidate.
pub(super) enum Outcome {
    /// It is published, as it is or bounded.
    Passed(Box<Passed>),
    /// It is not published.
    Refused(Box<Refused>),
}

/// What is published, and what is written around it.
pub(super) struct Passed {
    pub(super) draft: Draft,
    /// Written before the publication.
    pub(super) files: Vec<(String, Vec<u8>)>,
    /// Written after it; none where the gate keeps no record.
    pub(super) record: Option<Record>,
    /// Whether what is published is the anchor.
    pub(super) is_anchor: bool,
}

/// What is laid aside.
pub(super) struct Refused {
    pub(super) table: Table,
    pub(super) bytes: Vec<u8>,
    pub(super) reason: String,
    pub(super) files: Vec<(String, Vec<u8>)>,
    pub(super) record: Option<Record>,
}

/// The table that stood before the night that builds `build_key`, also where that night was cut short after publishing.
pub(super) fn standing_before(layout: &Layout, build_key: &str) -> Result<Option<StoredTable>, TableError> {
    let tables = layout.tables();
    let versions = table::list(&tables)?;
    let Some(newest) = versions.last().map(|version| table::read(&tables, *version)).transpose()? else {
        return Ok(None);
    };
    if newest.table.inputs.build_key != build_key || newest.table.restored_from.is_some() {
        return Ok(Some(newest));
    }
    versions.iter().rev().nth(1).map(|version| table::read(&tables, *version)).transpose()
}

/// The gate of a night.
///
/// # Errors
/// Files that cannot be read; days that cannot be judged.
pub(super) async fn pass(candidate: Candidate<'_>, days: &Days<'_>) -> Result<Outcome, NightError> {
    let Candidate { layout, settings, as_of, draft, unsafe_models } = candidate;
    let tables = layout.tables();
    let build_key = draft.inputs.build_key.clone();
    let standing = standing_before(layout, &build_key)?;
    let record = Record::read(&tables)?;
    let seal = |mut draft: Draft, lineage: Value| {
        draft.evaluation.gate = lineage;
        table::seal_after(standing.as_ref(), draft)
    };
    let passed = |mut draft: Draft, lineage: Value, files, record, is_anchor| {
        draft.evaluation.gate = lineage;
        Ok(Outcome::Passed(Box::new(Passed { draft, files, record, is_anchor })))
    };
    let newest = table::newest_version(&tables)?.map(|version| table::read(&tables, version)).transpose()?;
    let published = newest.is_some_and(|newest| newest.table.inputs.build_key == build_key);
    let own = |record: &Record| record.night == build_key && (record.refused || published);
    if let Some(record) = record.clone().filter(own) {
        // Cut short after the record was written: what is left to do is the same for any draft of this build.
        let lineage = record.lineage.clone();
        if !record.refused {
            return passed(draft, lineage, Vec::new(), None, false);
        }
        let (table, bytes) = seal(draft, lineage)?;
        let reason = lineage::sentence(&table.evaluation.gate);
        return Ok(Outcome::Refused(Box::new(Refused { table, bytes, reason, files: Vec::new(), record: None })));
    }

    let off = !settings.enabled;
    let (table, bytes) = seal(draft.clone(), Value::Null)?;
    let mut wrong = checks::unsound(&table, &bytes);
    if !off {
        wrong.extend(standing.as_ref().and_then(|standing| checks::lost_rows(&table, &standing.table)));
    }
    if !wrong.is_empty() {
        let reason = format!("the candidate fails the structural checks: {}", wrong.join("; "));
        let (table, bytes) = seal(draft, Lineage::new("refused", reason.clone()).json())?;
        return Ok(Outcome::Refused(Box::new(Refused { table, bytes, reason, files: Vec::new(), record: None })));
    }
    let first = standing.is_none();
    if off || first {
        let lineage = match off {
            true => ungated(settings),
            false => Lineage::new("first", "the first table: structural checks only".into()).json(),
        };
        // Whoever never had a gate keeps no record; when he wants one it begins with the table in use.
        let record = (!off || record.is_some() || settings.skipped).then(|| {
            let (state, last_draw) = match record {
                Some(record) => (record.state, record.last_draw),
                None => (GateState::new(""), None),
            };
            Record { state, last_draw, ..Record::new(&build_key, as_of, lineage.clone()) }
        });
        return passed(draft, lineage, Vec::new(), record, true);
    }
    let Some(standing) = &standing else { unreachable!("a table stands where the candidate is not the first") };

    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut record = match record {
        Some(record) => record,
        None => {
            let looked_until =
                Day(standing.table.created_as_of.parse::<Day>().map_or(as_of.0, |day| day.0.min(as_of.0)));
            let state = GateState::new(&standing.table.digest);
            Record { state, ..Record::new(&build_key, looked_until, Value::Null) }
        }
    };
    if standing.table.restored_from.is_some() && record.state.anchor() != standing.table.digest {
        // Somebody went back by hand and took the hold away: that table is accepted.
        record.state.accept_without_proof(&standing.table.digest);
    }
    let read = |digest: &str, files: &[(String, Vec<u8>)]| match digest == standing.table.digest {
        true => Ok(standing.table.clone()),
        false => record::judged(&tables, digest, files),
    };
    let old_anchor = read(record.state.anchor(), &files)?;
    let challenger = match record.state.challenger().filter(|_| record.state.is_judging()) {
        Some(challenger) => Some(read(&challenger.table, &files)?),
        None => None,
    };
    let verdict = days.judge(&mut record, settings, &old_anchor, challenger.as_ref(), as_of).await?;

    let traffic = record.last_draw.is_some_and(|last| as_of.0 - last.0 <= settings.nights.min(3650) as i32);
    let refuted = verdict.is_some_and(|verdict| verdict.finding == Finding::Refuted);
    if traffic && !record.state.is_judging() {
        let day = as_of.0.max(record.looked_until.0);
        record.state.freeze(&table.digest, day, &settings.gate_settings())?;
        files.push((judged_file_name(&table.digest), bytes));
    }
    if traffic && record.state.anchor() == standing.table.digest {
        // It outlives its version from now on.
        files.push((judged_file_name(&standing.table.digest), standing.bytes.clone()));
    }
    let anchor = if traffic { read(record.state.anchor(), &files)? } else { standing.table.clone() };
    let mut lineage = lineage_of(&record, verdict, traffic, settings);
    lineage.anchor = Some((anchor.table_version, anchor.digest.clone()));
    record.night = build_key;
    if refuted {
        let mut safe_draft = draft.clone();
        // Nobody waits for a model that broke tonight: what the table in use would lose is published, and nothing else.
        let moved = step::within_budget(&mut safe_draft, &standing.table, 0.0, unsafe_models)?;
        if moved.safety == 0 {
            lineage.anchor = None;
            let lineage = lineage.json();
            let (table, bytes) = seal(draft, lineage.clone())?;
            let reason = lineage::sentence(&lineage);
            (record.lineage, record.refused) = (lineage, true);
            return Ok(Outcome::Refused(Box::new(Refused { table, bytes, reason, files, record: Some(record) })));
        }
        lineage.only_safety_moves(&standing.table, moved);
        let lineage = lineage.json();
        (record.lineage, record.refused) = (lineage.clone(), false);
        return passed(safe_draft, lineage, files, Some(record), false);
    }
    let mut bounded_draft = draft;
    let moved = step::within_budget(&mut bounded_draft, &anchor, settings.cap, unsafe_models)?;
    lineage.moved = Some(moved);
    let lineage = lineage.json();
    (record.lineage, record.refused) = (lineage.clone(), false);
    passed(bounded_draft, lineage, files, Some(record), !traffic)
}

fn lineage_of(record: &Record, verdict: Option<Verdict>, traffic: bool, settings: &Gate) -> Lineage {
    let mut lineage = match verdict {
        _ if !traffic => Lineage::new(
            "no traffic",
            format!(
                "not enough traffic to tell: no draw of a published table in the last {} days; the table moves a bounded \
                 step from the one in use",
                settings.nights
            ),
        ),
        Some(verdict) => {
            let decision = match verdict.finding {
                Finding::Judging => "judging",
                Finding::Accepted => "accepted",
                Finding::Refuted => "refuted",
                Finding::NotEnoughTraffic => "not enough traffic",
            };
            Lineage::new(decision, verdict.to_string())
        }
        None => {
            let of = |challenger: &crate::evaluate::gate::Challenger| {
                format!(
                    "challenger {} is frozen, to be judged on days from {} on",
                    challenger.number,
                    Day(challenger.frozen_on)
                )
            };
            Lineage::new("frozen", record.state.challenger().map_or_else(String::new, of))
        }
    };
    lineage.verdict = verdict;
    lineage.challenger = record.state.challenger().filter(|_| traffic).cloned();
    lineage
}

//! The way of a night: compact, link, roll up, marts, policy, publish, report; `current` last.

use std::path::PathBuf;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use merit_router::table::{CallInputs, Evaluation, Inputs};
use merit_router::{Draft, Table};

use super::build_key::digest;
use super::derivation::derive;
use super::evidence::{self, Evidence};
use super::gate::{self, Days, Outcome, Unsafe};
use super::publication;
use super::reporting;
use super::runs::{Manifest, Runs};
use super::{BuildKey, Changes, Ending, NightError, NightInputs, Summary};
use crate::analyze::mart::Marts;
use crate::analyze::outcome_link::FactDays;
use crate::analyze::rollup::Facts;
use crate::day::Day;
use crate::report::{self, ReportInput, RunSummary};
use crate::store::{Fact, MANY_FILES, compact, facts, row_digests};
use crate::table::{self, Frame, Hold};

/// What is asked of a night.
pub struct Night<'a> {
    /// The store and all that shapes a table.
    pub inputs: &'a NightInputs,
    /// Calls and outcomes before this day count.
    pub as_of: Day,
    /// Where copies of the report go; none: only into the run's folder.
    pub reports: Option<PathBuf>,
    /// What ingest did before, for the report.
    pub ingest: report::Ingest,
    /// The most frequent reasons for quarantine, for the report.
    pub quarantine_reasons: Vec<report::ReasonCount>,
    /// Told the stage, how much of it is done, and of how much.
    pub progress: &'a dyn Fn(&str, usize, usize),
}

/// Builds and publishes the table of an as-of, unless the standing one is of this very build. While a hold stands, the
/// table is laid into the run's folder instead, and so is a candidate that the gate refuses.
///
/// A crash at any instant leaves the old table or the new one; running again ends as an undisturbed run would.
///
/// # Errors
/// [`NightError`], with place and remedy; the old table stands.
pub async fn run(night: &Night<'_>) -> Result<Summary, NightError> {
    let layout = &night.inputs.layout;
    let compaction = compact(layout, MANY_FILES)?;
    let before = |days: FactDays| days.into_iter().filter(|(day, _)| *day < night.as_of).collect::<FactDays>();
    let all_calls = facts::list(layout, Fact::Calls)?;
    let all_outcomes = facts::list(layout, Fact::Outcomes)?;
    let calls = before(all_calls.clone());
    let key = build_key(night, &calls, &before(all_outcomes.clone()));
    let runs = Runs::new(layout);
    let mut summary = begin(night, &key, &calls, compaction.days);

    if let Some((folder, manifest)) = runs.current()?.filter(|(_, manifest)| manifest.build_key == key.key)
        && publication::nothing_new(layout, &folder, &key.key, &mut summary)?
    {
        summary.waiting_outcomes = manifest.waiting_outcomes;
        if let Some((run, scoreboard)) = reporting::refresh(night.inputs, false)? {
            summary.scoreboard = scoreboard;
            summary.report_files = reporting::copy(&run, night.reports.as_deref())?;
        }
        return Ok(summary);
    }
    if calls.is_empty() {
        return Err(NightError::NoCalls { data: layout.root().into(), as_of: night.as_of });
    }
    if let Some(reason) = stale(night, &calls)? {
        summary.ending = Ending::Refused;
        summary.reason = Some(reason);
        return Ok(summary);
    }

    let derived = derive(night.inputs, night.as_of, (&all_calls, &all_outcomes), night.progress).await?;
    (summary.days_rolled_up, summary.bytes_read) = (derived.rollups.changed.len(), derived.bytes_read);
    summary.waiting_outcomes = derived.facts.links.waiting;
    summary.warnings.extend(derived.warnings);
    let (marts, rollups, facts) = (derived.marts, derived.rollups, derived.facts);
    (night.progress)("policy", 0, 1);
    let batch = mart_of(&marts, "evidence")?;
    let evidence = evidence::read(batch)?;
    summary.calls = evidence_calls(&marts)?;
    let inputs = inputs(&key, &calls, summary.calls, evidence_digest(batch));
    let draft = draft_from(&evidence, &night.inputs.settings, night.as_of, inputs)?;
    let table = conclude(night, &runs, &facts, batch, draft, &mut summary).await?;
    (night.progress)("report", 0, 1);
    runs.write_marts(&key.key, &marts)?;
    let run_summary = report_summary(night, &summary, &marts)?;
    let previous = reporting::parent(layout, &table);
    summary.changes = previous.as_ref().map(|previous| Changes::between(previous, &table));
    let input = ReportInput {
        as_of: night.as_of,
        table: &table,
        previous: previous.as_ref(),
        marts: &marts,
        summary: &run_summary,
        targets: &night.inputs.settings.targets,
    };
    summary.scoreboard = Some(reporting::write(&runs, &key.key, &input)?);
    runs.finish(&Manifest {
        build_key: key.key.clone(),
        as_of: night.as_of,
        table_version: summary.table_version.unwrap_or_default(),
        rollups: Manifest::rollup_files(layout, &rollups),
        waiting_outcomes: summary.waiting_outcomes,
    })?;
    summary.report_files = reporting::copy(&runs.of(&key.key), night.reports.as_deref())?;
    Ok(summary)
}

/// The digest of the evidence that a table is built from.
pub(super) fn evidence_digest(evidence: &RecordBatch) -> String {
    let rows: Vec<String> = row_digests(evidence).iter().map(ToString::to_string).collect();
    digest(rows.iter().map(String::as_bytes))
}

/// The candidate that evidence gives, and the models whose level has changed.
///
/// # Errors
/// [`NightError::Mart`] where the evidence does not fit, [`NightError::Policy`] where no policy can be built of it.
pub(super) fn draft_from(
    evidence: &Evidence,
    settings: &crate::settings::Settings,
    as_of: Day,
    inputs: Inputs,
) -> Result<(Draft, Unsafe), NightError> {
    let policy = crate::policy::build(&evidence.arms, &evidence.traffic, &settings.policy)?;
    let frame = Frame {
        created_as_of: as_of.to_string(),
        expires_at: table::expires_at(as_of.date(), settings.table.expiry_days)?,
        inputs,
        settings: settings.shaping(),
        half_lives: evidence.half_lives.clone(),
        evaluation: Evaluation::default(),
    };
    let mut changed = Unsafe::new();
    for row in &policy.segments {
        let models = row.candidates.iter().filter(|candidate| candidate.changed_since.is_some());
        let models = models.map(|candidate| candidate.model.clone()).collect();
        let segment = &row.segment;
        changed.insert((segment.role.clone(), segment.category.clone(), segment.difficulty.clone()), models);
    }
    Ok((table::draft(&policy, &evidence.models, &settings.policy, frame), changed))
}

/// Lets the gate decide, unless a hold stands, and publishes or lays aside. The table of the night.
async fn conclude(
    night: &Night<'_>,
    runs: &Runs,
    facts: &Facts,
    evidence: &RecordBatch,
    (draft, unsafe_models): (Draft, Unsafe),
    summary: &mut Summary,
) -> Result<Table, NightError> {
    let inputs = night.inputs;
    if let Some(hold) = table::hold(&inputs.layout.tables())? {
        return publication::lay_aside(inputs, runs, hold, draft, summary);
    }
    let candidate = gate::Candidate {
        layout: &inputs.layout,
        settings: &inputs.settings.gate,
        as_of: night.as_of,
        draft,
        unsafe_models: &unsafe_models,
    };
    match gate::pass(candidate, &Days { inputs, facts }).await? {
        Outcome::Passed(passed) => publication::publish(inputs, runs, evidence, *passed, summary),
        Outcome::Refused(refused) => publication::refuse(inputs, runs, *refused, summary),
    }
}

fn build_key(night: &Night<'_>, calls: &FactDays, outcomes: &FactDays) -> BuildKey {
    let inputs = night.inputs;
    let (prices, models) = (inputs.prices.to_csv(), inputs.aliases.to_csv());
    let analysis = inputs.queries.iter().filter(|(path, _)| !path.starts_with("adapters/"));
    let analysis = analysis.map(|(path, file)| (path.clone(), file.clone())).collect();
    BuildKey::new(night.as_of, calls, outcomes, &analysis, &inputs.settings.shaping(), [&prices, &models])
}

fn begin(night: &Night<'_>, key: &BuildKey, calls: &FactDays, days_compacted: usize) -> Summary {
    let overridden = night.inputs.queries.values().filter(|file| file.overridden_by.is_some());
    Summary {
        ending: Ending::Standing,
        reason: None,
        gate: serde_json::Value::Null,
        hold: None,
        candidate_file: None,
        changes: None,
        removed_versions: Vec::new(),
        as_of: night.as_of,
        table_version: None,
        table_file: None,
        build_key: key.key.clone(),
        days: calls.len(),
        last_day: calls.keys().next_back().copied(),
        calls: 0,
        days_rolled_up: 0,
        bytes_read: 0,
        waiting_outcomes: 0,
        days_compacted,
        warnings: Vec::new(),
        overridden_queries: overridden.map(|file| file.path.clone()).collect(),
        scoreboard: None,
        report_files: Vec::new(),
    }
}

/// Why a standing table is to be kept: no call is recent enough. Without a table, old logs are better than none.
fn stale(night: &Night<'_>, calls: &FactDays) -> Result<Option<String>, NightError> {
    let limit = night.inputs.settings.ingest.max_staleness_days;
    let Some(last) = calls.keys().next_back() else { return Ok(None) };
    let age = night.as_of.0 - last.0;
    let stands = table::newest_version(&night.inputs.layout.tables())?.is_some();
    Ok((stands && limit > 0 && i64::from(age) > i64::from(limit)).then(|| {
        format!(
            "the newest call is of {last}, {age} days before {}, more than ingest.max_staleness_days = {limit}: see \
             that logs arrive, or pass --as-of {}",
            night.as_of,
            last.next()
        )
    }))
}

fn mart_of<'m>(marts: &'m Marts, name: &'static str) -> Result<&'m RecordBatch, NightError> {
    marts.get(name).ok_or_else(|| NightError::Mart { mart: name, problem: "is not among the queries".into() })
}

/// All calls before as-of, by the mart of models.
fn evidence_calls(marts: &Marts) -> Result<u64, NightError> {
    let models = mart_of(marts, "models")?;
    let wrong = || NightError::Mart { mart: "models", problem: "has no column \"calls\" of whole numbers".into() };
    let calls = models.column_by_name("calls").ok_or_else(wrong)?;
    let calls = arrow::compute::cast(calls, &DataType::Int64).map_err(|_| wrong())?;
    let calls = calls.as_primitive::<Int64Type>();
    Ok(arrow::compute::sum(calls).unwrap_or_default().max(0) as u64)
}

fn inputs(key: &BuildKey, calls: &FactDays, count: u64, arms: String) -> Inputs {
    Inputs {
        build_key: key.key.clone(),
        calls: CallInputs {
            days: calls.len() as u64,
            first_day: calls.keys().next().map(ToString::to_string),
            last_day: calls.keys().next_back().map(ToString::to_string),
            calls: count,
            digest: key.facts.clone(),
        },
        queries: key.queries.clone(),
        settings: key.settings.clone(),
        prices: key.prices.clone(),
        arms,
    }
}

fn report_summary(night: &Night<'_>, summary: &Summary, marts: &Marts) -> Result<RunSummary, NightError> {
    Ok(RunSummary {
        ingest: night.ingest.clone(),
        quarantine_reasons: night.quarantine_reasons.clone(),
        days_rolled_up: summary.days_rolled_up as u64,
        calls_in_store: summary.calls,
        waiting_outcomes: summary.waiting_outcomes as u64,
        warnings: summary.warnings.clone(),
        unpriced_share: unpriced_share(marts)?,
        overridden_queries: summary.overridden_queries.clone(),
        held: summary.hold.as_ref().map(Hold::sentence),
        program_version: env!("CARGO_PKG_VERSION").into(),
        build_key: summary.build_key.clone(),
    })
}

/// The share of calls without a list price.
fn unpriced_share(marts: &Marts) -> Result<Option<f64>, NightError> {
    let mart = mart_of(marts, "unpriced_models")?;
    let wrong =
        || NightError::Mart { mart: "unpriced_models", problem: "has no columns \"share\" and \"priced\"".into() };
    let share = mart.column_by_name("share").and_then(|column| column.as_primitive_opt::<Float64Type>());
    let priced = mart.column_by_name("priced").and_then(|column| column.as_boolean_opt());
    let (share, priced) = share.zip(priced).ok_or_else(wrong)?;
    let unpriced = share.iter().zip(priced).filter(|(_, priced)| *priced == Some(false));
    Ok(Some(unpriced.filter_map(|(share, _)| share).sum()))
}

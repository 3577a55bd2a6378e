//! What to know before trusting the figures, the gravest first.

use std::collections::{BTreeMap, BTreeSet};

use merit_router::Table;
use serde::Serialize;

use super::evidence::Observations;
use super::input::ReportInput;
use super::recommendation::label;
use super::{format, text};

/// Days without a call, up to as-of, from which on evidence is called stale.
const STALE_DAYS: i32 = 3;
/// Half-lives without a call from which on a model's evidence is called stale: it weighs a quarter.
const STALE_HALF_LIVES: f64 = 2.0;
/// The most names in a sentence.
const MOST_NAMES: usize = 5;

/// A sentence a reader must know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// `warning` or `note`.
    pub level: String,
    /// The sentence.
    pub sentence: String,
}

/// All there is to know, in a fixed order; `gaps` are the columns that were not found.
pub(super) fn notices(input: &ReportInput<'_>, observations: &Observations, gaps: BTreeSet<String>) -> Vec<Notice> {
    let summary = input.summary;
    let mut warnings: Vec<String> = Vec::new();
    warnings.extend(held(input));
    let gate = &input.table.evaluation.gate;
    let decision = gate["decision"].as_str().unwrap_or_default();
    let gate = gate["sentence"].as_str().map(|sentence| format!("the gate: {}", text::sentence(sentence)));
    let refused = ["refused", "refuted"].contains(&decision);
    warnings.extend(gate.clone().filter(|_| refused).map(|gate| format!("nothing was published; {gate}")));
    warnings.extend(gaps);
    for warning in &summary.warnings {
        warnings.push(format!(
            "check {} found {} rows: {}; {}",
            text::name(&warning.check),
            format::count(warning.rows as u64),
            text::sentence(&warning.purpose),
            text::sentence(&warning.remedy)
        ));
    }
    warnings.extend(input.table.policy.flags.iter().map(|flag| format!("the policy says: {}", words(flag))));
    warnings.extend(stale_store(input));
    if summary.ingest.quarantined > 0 {
        let share = summary.ingest.quarantined as f64 / summary.ingest.read.max(summary.ingest.quarantined) as f64;
        let rows = format::count(summary.ingest.quarantined);
        warnings
            .push(format!("{rows} rows ({}) were set aside; see merit quarantine list", format::percent(Some(share))));
    }
    if let Some(share) = summary.unpriced_share.filter(|share| *share > 0.0) {
        let share = format::percent(Some(share));
        warnings.push(format!("{share} of calls are of models without a list price; see merit prices check"));
    }
    let mut notes = without_evidence(observations, input.table);
    notes.extend(gate.filter(|_| !refused));
    notes.extend(flagged_rows(input.table));
    notes.extend(stale_models(input, observations));
    if summary.waiting_outcomes > 0 {
        notes.push(format!("{} late scores wait for their call", format::count(summary.waiting_outcomes)));
    }
    if !summary.overridden_queries.is_empty() {
        let paths = listed(summary.overridden_queries.iter().map(String::as_str));
        notes.push(format!("queries replaced by files of yours: {paths}"));
    }
    let notice = |level: &'static str| move |sentence| Notice { level: level.into(), sentence };
    warnings.into_iter().map(notice("warning")).chain(notes.into_iter().map(notice("note"))).collect()
}

fn held(input: &ReportInput<'_>) -> Option<String> {
    let (hold, version) = (text::sentence(input.summary.held.as_deref()?), input.table.table_version);
    Some(format!(
        "nothing was published: table {hold}; this report is of the candidate for v{version}, which merit analyze \
         publishes after merit table release"
    ))
}

fn without_evidence(observations: &Observations, table: &Table) -> Vec<String> {
    if observations.total.calls <= 0.0 {
        return vec!["no calls yet: every figure of the table is its prior".into()];
    }
    let mut notes = Vec::new();
    if observations.total.score().is_none() {
        notes.push("no call was scored: models are compared by success alone".into());
    }
    let candidates = table.segments.iter().flat_map(|row| &row.candidates);
    if candidates.clone().count() > 0 && candidates.clone().all(|candidate| candidate.cost_usd.mean.is_none()) {
        notes.push("no cost is known: models are compared without it".into());
    }
    notes
}

/// The rows of each flag, those of exact segments included.
fn flagged_rows(table: &Table) -> Vec<String> {
    let mut rows: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for row in &table.segments {
        for flag in &row.flags {
            let name = if row.role == "*" && row.difficulty == "*" { label(row) } else { row.to_string() };
            rows.entry(flag).or_default().push(name);
        }
    }
    rows.into_iter()
        .map(|(flag, names)| {
            let rows = if names.len() == 1 { "row" } else { "rows" };
            format!("{} in {} {rows}: {}", words(flag), names.len(), listed(names.iter().map(String::as_str)))
        })
        .collect()
}

/// As-of is exclusive: the newest call should be of the day before it.
fn stale_store(input: &ReportInput<'_>) -> Option<String> {
    let newest: crate::day::Day = input.table.inputs.calls.last_day.as_deref()?.parse().ok()?;
    let days = input.as_of.0 - 1 - newest.0;
    (days >= STALE_DAYS)
        .then(|| format!("the newest call is of {newest}, {days} days before the last day of this report"))
}

fn stale_models(input: &ReportInput<'_>, observations: &Observations) -> Option<String> {
    let age = STALE_HALF_LIVES * input.table.policy.half_life_days?;
    let stale: Vec<&str> = observations
        .models
        .iter()
        .filter(|(_, model)| model.last_day.is_some_and(|day| f64::from(input.as_of.0 - 1 - day.0) > age))
        .map(|(id, _)| id.as_str())
        .collect();
    let days = format::plain(Some(age));
    (!stale.is_empty()).then(|| format!("no call for more than {days} days: {}", listed(stale.into_iter())))
}

fn words(flag: &str) -> String {
    text::name(&flag.replace('_', " "))
}

fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let count = names.len();
    let mut shown: Vec<String> = names.take(MOST_NAMES).map(text::name).collect();
    if count > MOST_NAMES {
        shown.push(format!("{} more", count - MOST_NAMES));
    }
    shown.join(", ")
}

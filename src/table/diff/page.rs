//! A difference as a page of text.

use super::cause::price;
use super::types::{CandidateDiff, Change, RowDiff, TableDiff};
use crate::report::format::{count, percent, plain, usd};
use crate::table::lines::{rough, wrapped};

/// Below this a weight is shown as it was.
const SHOWN: f64 = 0.0005;

/// The difference for people: what changed for the whole table, then the `most` rows that matter most.
pub fn page(diff: &TableDiff, most: usize) -> String {
    let mut lines = heading(diff);
    lines.extend(policy(diff));
    lines.extend(models(diff));
    let (telling, quiet): (Vec<&RowDiff>, Vec<&RowDiff>) = diff.rows.iter().partition(|row| is_telling(row));
    lines.push(format!(
        "rows      {} moved, {} only in their figures, {} are the same",
        telling.len(),
        quiet.len(),
        diff.rows_same
    ));
    for row in telling.iter().take(most) {
        lines.push(String::new());
        lines.extend(row_lines(row));
    }
    if telling.len() > most {
        lines.push(format!("\n{} more rows moved; --rows N shows more, --format json all", telling.len() - most));
    }
    lines.join("\n") + "\n"
}

fn heading(diff: &TableDiff) -> Vec<String> {
    let (from, to) = (&diff.tables.from, &diff.tables.to);
    let mut lines = vec![
        format!("v{} → v{}", from.version, to.version),
        format!("as of     {} → {}", from.as_of, to.as_of),
        format!("expires   {} → {}", from.expires_at, to.expires_at),
        format!("calls     {} → {}", count(from.calls), count(to.calls)),
    ];
    if let Some(version) = to.restored_from {
        lines.push(format!("restores  v{version}"));
    }
    lines.push(match diff.inputs.as_slice() {
        [] => "inputs    the same".to_owned(),
        inputs => format!("inputs    other {}", inputs.join(", ")),
    });
    lines
}

fn policy(diff: &TableDiff) -> Vec<String> {
    let policy = &diff.policy;
    let number = |name: &str, change: &Option<Change<f64>>| {
        let change = change.as_ref()?;
        Some(format!("{name} {} → {}", rough(change.from), rough(change.to)))
    };
    let dollars = |name: &str, change: &Option<Change<Option<f64>>>| {
        let change = change.as_ref()?;
        Some(format!("{name} {} → {}", usd(change.from), usd(change.to)))
    };
    let algorithm = policy.algorithm.as_ref().map(|change| format!("algorithm {} → {}", change.from, change.to));
    let half_lives = policy.half_lives.iter().map(|(source, change)| {
        let days = |half_life: &Option<merit_router::table::HalfLife>| match half_life {
            Some(half_life) => half_life.days.map_or("none".into(), |days| format!("{} days", plain(Some(days)))),
            None => "unknown".into(),
        };
        format!("half-life of {source} evidence {} → {}", days(&change.from), days(&change.to))
    });
    let parts = [
        algorithm,
        number("λ", &policy.lambda),
        number("ε", &policy.epsilon),
        dollars("budget a task", &policy.budget_usd_per_task),
        dollars("expected cost of a task", &policy.expected_usd_per_task),
        number("logit shift after a failure", &policy.failure_shift),
    ];
    let flags = signed(&policy.flags_gained, &policy.flags_lost).map(|flags| format!("flags {flags}"));
    let parts: Vec<String> = parts.into_iter().flatten().chain(half_lives).chain(flags).collect();
    parts
        .iter()
        .enumerate()
        .map(|(place, part)| format!("{:<10}{part}", if place == 0 { "policy" } else { "" }))
        .collect()
}

fn models(diff: &TableDiff) -> Vec<String> {
    let named = |label: &str, names: &[String]| (!names.is_empty()).then(|| format!("{label:<10}{}", names.join(", ")));
    let mut lines: Vec<String> =
        [named("came", &diff.models.came), named("went", &diff.models.went)].into_iter().flatten().collect();
    for (model, change) in &diff.models.prices {
        lines.push(format!("price     {model}: {} → {}", price(&change.from), price(&change.to)));
    }
    lines.extend(named("new rows", &diff.rows_came));
    lines.extend(named("gone rows", &diff.rows_went));
    lines
}

/// Whether more than the last digits of figures differs.
fn is_telling(row: &RowDiff) -> bool {
    let flags = !(row.flags_gained.is_empty() && row.flags_lost.is_empty());
    row.fallback.is_some() || flags || row.candidates.iter().any(moved)
}

fn moved(candidate: &CandidateDiff) -> bool {
    let (from, to) = (&candidate.standing.from, &candidate.standing.to);
    let place = |of: &Option<super::Standing>| of.as_ref().map(|standing| (standing.rank, standing.eligible));
    candidate.moved.abs() >= SHOWN || place(from) != place(to)
}

fn row_lines(row: &RowDiff) -> Vec<String> {
    let mut lines = vec![format!(
        "{}: {} of traffic, {} of its draws moved",
        row.row,
        percent(Some(row.traffic_share)),
        percent(Some(row.moved))
    )];
    if let Some(evidence) = &row.evidence {
        let (from, to) = (&evidence.from, &evidence.to);
        let calls = [from.n, to.n].map(count);
        lines[0] += &format!(", {} → {} calls, strength {:.0} → {:.0}", calls[0], calls[1], from.strength, to.strength);
    }
    for candidate in row.candidates.iter().filter(|candidate| moved(candidate)) {
        let (from, to) = (&candidate.standing.from, &candidate.standing.to);
        let weight =
            |of: &Option<super::Standing>| of.as_ref().map_or("–".into(), |standing| percent(Some(standing.weight)));
        let rank =
            |of: &Option<super::Standing>| of.as_ref().map_or("–".into(), |standing| format!("#{}", standing.rank));
        let ranks = if rank(from) == rank(to) { rank(to) } else { format!("{} → {}", rank(from), rank(to)) };
        lines.push(format!("  {}  {} → {}  {ranks}", candidate.model, weight(from), weight(to)));
        lines.extend(wrapped("      ", 6, &candidate.why));
    }
    if let Some(change) = &row.fallback {
        lines.push(format!("  fallback  {} → {}", listed(&change.from), listed(&change.to)));
    }
    if let Some(flags) = signed(&row.flags_gained, &row.flags_lost) {
        lines.push(format!("  flags     {flags}"));
    }
    lines
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

/// "+drift −thin_evidence"; none where nothing came or went.
fn signed(gained: &[String], lost: &[String]) -> Option<String> {
    let gained = gained.iter().map(|flag| format!("+{flag}"));
    let all: Vec<String> = gained.chain(lost.iter().map(|flag| format!("−{flag}"))).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

//! What changed since the table that stood before, and why.

use merit_router::Table;
use serde::Serialize;

use super::{format, text};
use crate::table::diff::{self, CandidateDiff, Change, RowDiff, TableDiff};

/// The most rows that are shown.
const MOST_ROWS: usize = 12;
/// The most models of a row that are shown.
const MOST_MOVES: usize = 3;
/// The most names of a list.
const MOST_NAMES: usize = 8;
/// Below this a weight is shown as it was.
const SHOWN: f64 = 0.0005;

/// What changed since the table before.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Since {
    /// Which table it is compared with; empty where there is none.
    pub table: String,
    /// What changed for the whole table, a sentence each.
    pub facts: Vec<String>,
    /// The kinds of work whose draws moved, by traffic times movement.
    pub rows: Vec<MovedRow>,
    /// How many more rows moved.
    pub left_out: usize,
    /// How many rows drew as before.
    pub same: usize,
}

/// A kind of work whose draws moved.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MovedRow {
    /// Who asks.
    pub role: String,
    /// What for.
    pub category: String,
    /// How hard.
    pub difficulty: String,
    /// Its share of the traffic.
    pub traffic: String,
    /// The share of its draws that moved.
    pub moved: String,
    /// The models that won or lost most.
    pub moves: Vec<Move>,
}

/// A model that won or lost draws.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Move {
    /// The model.
    pub model: String,
    /// Its share of the draws before.
    pub from: String,
    /// Its share now.
    pub to: String,
    /// Whether it won.
    pub up: bool,
    /// Why.
    pub why: String,
}

/// The differences between the table before, where it is known, and this one.
pub(super) fn since(previous: Option<&Table>, table: &Table) -> Since {
    let Some(previous) = previous else { return Since::default() };
    let difference = diff::compare(previous, table);
    // A back-off row moves with its children.
    let with_traffic = difference.rows.iter().filter(|row| row.traffic_share > 0.0);
    let moved: Vec<&RowDiff> = with_traffic.filter(|row| row.moved >= SHOWN).collect();
    let served = table.segments.iter().filter(|row| row.traffic_share > 0.0).count();
    Since {
        table: format!("table {} as of {}", previous.table_version, text::name(&previous.created_as_of)),
        facts: facts(&difference),
        rows: moved.iter().take(MOST_ROWS).map(|row| moved_row(row)).collect(),
        left_out: moved.len().saturating_sub(MOST_ROWS),
        same: served.saturating_sub(moved.len()),
    }
}

fn facts(difference: &TableDiff) -> Vec<String> {
    let (from, to) = (&difference.tables.from, &difference.tables.to);
    let mut facts = Vec::new();
    if let Some(version) = to.restored_from {
        facts.push(format!("it is table {version}, published again"));
    }
    facts.push(match difference.inputs.as_slice() {
        [] => "it was built from the same inputs".into(),
        inputs => format!("built from other {}", inputs.join(", ")),
    });
    if from.calls != to.calls {
        facts.push(format!("{} calls, before {}", format::count(to.calls), format::count(from.calls)));
    }
    let policy = &difference.policy;
    let number = |name: &str, change: &Option<Change<f64>>| {
        let change = change.as_ref()?;
        Some(format!("{name} went from {} to {}", rough(change.from), rough(change.to)))
    };
    let dollars = |name: &str, change: &Option<Change<Option<f64>>>| {
        let change = change.as_ref()?;
        let (from, to) = (format::usd(change.from), format::usd(change.to));
        (from != to).then(|| format!("{name} went from {from} to {to}"))
    };
    let algorithm = policy.algorithm.as_ref();
    let algorithm = algorithm.map(|change| format!("the algorithm is {}, before {}", change.to, change.from));
    let told = [
        algorithm,
        number("λ, value a dollar must buy,", &policy.lambda),
        number("the share of exploration", &policy.epsilon),
        dollars("the budget of a task", &policy.budget_usd_per_task),
        dollars("the expected cost of a task", &policy.expected_usd_per_task),
    ];
    facts.extend(told.into_iter().flatten());
    facts.extend(policy.flags_gained.iter().map(|flag| format!("now: {}", flag.replace('_', " "))));
    facts.extend(policy.flags_lost.iter().map(|flag| format!("no longer: {}", flag.replace('_', " "))));
    let models = &difference.models;
    facts.extend(named("new models", &models.came));
    facts.extend(named("models gone", &models.went));
    facts.extend(named("models with another price", &models.prices.keys().cloned().collect::<Vec<_>>()));
    facts.extend(named("new kinds of work", &difference.rows_came));
    facts.extend(named("kinds of work gone", &difference.rows_went));
    facts.iter().map(|fact| text::sentence(fact)).collect()
}

fn named(what: &str, names: &[String]) -> Option<String> {
    let mut shown: Vec<String> = names.iter().take(MOST_NAMES).map(|name| text::name(name)).collect();
    if names.len() > MOST_NAMES {
        shown.push(format!("{} more", names.len() - MOST_NAMES));
    }
    (!shown.is_empty()).then(|| format!("{what}: {}", shown.join(", ")))
}

/// Four significant digits.
fn rough(number: f64) -> String {
    let text = format!("{number:.3e}");
    text.parse::<f64>().map_or(text, |number| format::plain(Some(number)))
}

fn moved_row(row: &RowDiff) -> MovedRow {
    let mut parts = row.row.splitn(3, '/').map(text::name);
    let mut part = || parts.next().unwrap_or_default();
    let telling = row.candidates.iter().filter(|candidate| candidate.moved.abs() >= SHOWN);
    MovedRow {
        role: part(),
        category: part(),
        difficulty: part(),
        traffic: format::percent(Some(row.traffic_share)),
        moved: format::percent(Some(row.moved)),
        moves: telling.take(MOST_MOVES).map(|candidate| moved(row, candidate)).collect(),
    }
}

fn moved(row: &RowDiff, candidate: &CandidateDiff) -> Move {
    let weight = |standing: &Option<diff::Standing>| standing.as_ref().map_or(0.0, |standing| standing.weight);
    let names = row.candidates.iter().map(|candidate| candidate.model.as_str());
    Move {
        model: text::name(&candidate.model),
        from: format::percent(Some(weight(&candidate.standing.from))),
        to: format::percent(Some(weight(&candidate.standing.to))),
        up: candidate.moved > 0.0,
        why: text::sentence_naming(&candidate.why, names),
    }
}

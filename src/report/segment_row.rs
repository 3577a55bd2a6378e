//! Every kind of work that gets traffic, with the model that leads there; and the names to choose from.

use std::collections::BTreeSet;

use merit_router::Table;
use merit_router::table::Row;
use serde::Serialize;

use super::recommendation::leader;
use super::{format, model, text};

/// The most rows that are shown.
const MOST_ROWS: usize = 300;
/// The most names of a choice.
const MOST_NAMES: usize = 200;

/// The kinds of work.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Segments {
    /// By falling traffic.
    pub rows: Vec<SegmentRow>,
    /// How many are not shown.
    pub left_out: usize,
    /// The roles there are.
    pub roles: Vec<String>,
    /// The categories.
    pub categories: Vec<String>,
    /// The difficulties.
    pub difficulties: Vec<String>,
}

/// One kind of work.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SegmentRow {
    /// Who asks.
    pub role: String,
    /// What for.
    pub category: String,
    /// How hard.
    pub difficulty: String,
    /// Its share of today's tasks.
    pub traffic: String,
    /// The model that leads.
    pub model: String,
    /// The share of draws it gets.
    pub weight: String,
    /// The probability that it is the best.
    pub p_best: String,
    /// Its value.
    pub value: String,
    /// The value's interval.
    pub value_interval: String,
    /// The cost of a call of it.
    pub cost: String,
    /// Its p95 latency.
    pub p95: String,
    /// What a reader should know.
    pub flags: String,
}

/// The rows of exact segments, by falling traffic.
pub(super) fn leaves(table: &Table) -> Vec<&Row> {
    let exact = |row: &&Row| [&row.role, &row.category, &row.difficulty].iter().all(|name| *name != "*");
    let mut leaves: Vec<&Row> = table.segments.iter().filter(exact).collect();
    leaves.sort_by(|one, other| other.traffic_share.total_cmp(&one.traffic_share));
    leaves
}

/// The kinds of work of the table.
pub(super) fn segments(table: &Table) -> Segments {
    let leaves = leaves(table);
    let names = |of: fn(&Row) -> &String| {
        let names: BTreeSet<String> = leaves.iter().map(|row| text::name(of(row))).collect();
        names.into_iter().take(MOST_NAMES).collect()
    };
    Segments {
        rows: leaves.iter().take(MOST_ROWS).filter_map(|row| segment_row(row)).collect(),
        left_out: leaves.len().saturating_sub(MOST_ROWS),
        roles: names(|row| &row.role),
        categories: names(|row| &row.category),
        difficulties: names(|row| &row.difficulty),
    }
}

fn segment_row(row: &Row) -> Option<SegmentRow> {
    let leader = leader(row)?;
    Some(SegmentRow {
        role: text::name(&row.role),
        category: text::name(&row.category),
        difficulty: text::name(&row.difficulty),
        traffic: format::percent(Some(row.traffic_share)),
        model: text::name(&leader.model),
        weight: format::percent(Some(leader.weight)),
        p_best: format::percent(Some(leader.p_best)),
        value: format::value(Some(leader.value.mean)),
        value_interval: model::interval(Some(leader.value), format::value),
        cost: format::usd(leader.cost_usd.mean),
        p95: format::seconds(leader.latency_ms.p95),
        flags: row.flags.iter().map(|flag| text::name(&flag.replace('_', " "))).collect::<Vec<_>>().join(", "),
    })
}

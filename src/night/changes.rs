//! What the night's table changes, in short: the rows that move most of the traffic.

use merit_router::Table;
use serde::Serialize;

use crate::table::diff::{self, RowDiff};

/// The rows that are named.
const MOST: usize = 5;
/// A row whose draws move less than this is said to stay.
const MOVED: f64 = 0.005;

/// The change from the table before. `merit table diff` has all of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Changes {
    /// The version before.
    pub since: u64,
    /// Rows of which at least half a percent of the draws move, and rows that came or went.
    pub rows_moved: usize,
    /// The other rows.
    pub rows_stay: usize,
    /// The share of all traffic whose draws move, in \[0, 1\].
    pub traffic_moved: f64,
    /// The rows with most traffic moved, at most five.
    pub rows: Vec<RowChange>,
}

/// A row that moves.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RowChange {
    /// `role/category/difficulty`.
    pub row: String,
    /// Its share of the traffic, in \[0, 1\].
    pub traffic_share: f64,
    /// The share of its draws that move, in \[0, 1\].
    pub moved: f64,
    /// The model whose weight changes most.
    pub model: String,
    /// The probability with which it was drawn; null where it was no candidate.
    pub from: Option<f64>,
    /// The probability with which it is; null where it is none any more.
    pub to: Option<f64>,
    /// The nearest cause.
    pub because: String,
    /// All of them.
    pub why: String,
}

impl Changes {
    /// What `table` changes that `before` did otherwise.
    pub(super) fn between(before: &Table, table: &Table) -> Self {
        let difference = diff::compare(before, table);
        let moving: Vec<&RowDiff> = difference.rows.iter().filter(|row| row.moved >= MOVED).collect();
        let other = difference.rows_came.len() + difference.rows_went.len();
        Self {
            since: before.table_version,
            rows_moved: moving.len() + other,
            rows_stay: difference.rows.len() - moving.len() + difference.rows_same,
            traffic_moved: difference.rows.iter().map(|row| row.traffic_share * row.moved).sum(),
            rows: moving
                .iter()
                .filter(|row| row.traffic_share > 0.0)
                .take(MOST)
                .filter_map(|row| change(row))
                .collect(),
        }
    }
}

fn change(row: &RowDiff) -> Option<RowChange> {
    // The largest move is the first.
    let candidate = row.candidates.first()?;
    Some(RowChange {
        row: row.row.clone(),
        traffic_share: row.traffic_share,
        moved: row.moved,
        model: candidate.model.clone(),
        from: candidate.standing.from.as_ref().map(|standing| standing.weight),
        to: candidate.standing.to.as_ref().map(|standing| standing.weight),
        because: candidate.causes.first().map(ToString::to_string).unwrap_or_default(),
        why: candidate.why.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::Changes;

    #[test]
    fn a_table_changes_nothing_in_itself_and_a_turned_row_comes_first() {
        let bytes = include_bytes!("../../tests/golden/tables/plain.json");
        let before = merit_router::table::parse(bytes).expect("a golden table");
        let same = Changes::between(&before, &before);
        assert_eq!((same.rows_moved, same.rows_stay, same.rows.len()), (0, before.segments.len(), 0));
        let mut after = before.clone();
        let busiest = |one: &&mut merit_router::table::Row, other: &&mut merit_router::table::Row| {
            one.traffic_share.total_cmp(&other.traffic_share)
        };
        let row = after.segments.iter_mut().max_by(busiest).expect("rows");
        let [first, second] = &mut row.candidates[..2] else { panic!("two candidates") };
        std::mem::swap(&mut first.weight, &mut second.weight);
        let (name, moved) = (row.to_string(), (row.candidates[0].weight - row.candidates[1].weight).abs());
        let changes = Changes::between(&before, &after);
        assert_eq!((changes.rows_moved, changes.rows[0].row.clone()), (1, name));
        assert!(
            (changes.rows[0].moved - moved).abs() < 1e-9 && changes.rows[0].why.starts_with(&changes.rows[0].because),
            "{changes:?}"
        );
    }
}

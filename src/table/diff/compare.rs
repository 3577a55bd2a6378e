//! Two tables → what differs. Pure.

use std::collections::{BTreeMap, BTreeSet};

use merit_router::Table;
use merit_router::table::Row;

use super::row::compare_row;
use super::types::{Change, Identity, ModelDiff, PolicyDiff, TableDiff};

/// All that differs from one table to another.
///
/// ```
/// # let bytes = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/tables/plain.json"));
/// let table = merit_router::table::parse(bytes).expect("a golden table");
/// let same = merit::table::diff::compare(&table, &table);
/// assert!(same.rows.is_empty() && same.rows_same == table.segments.len());
/// ```
pub fn compare(from: &Table, to: &Table) -> TableDiff {
    let (before, after) = (rows(from), rows(to));
    let only = |of: &Rows<'_>, other: &Rows<'_>| {
        of.iter().filter(|(key, _)| !other.contains_key(*key)).map(|(_, row)| row.to_string()).collect()
    };
    let both = before.iter().filter_map(|(key, row)| Some((*row, *after.get(key)?)));
    let all = both.clone().count();
    let mut differing: Vec<_> = both.filter_map(|(row, other)| compare_row((from, row), (to, other))).collect();
    differing.sort_by(|one, other| {
        let weight = |row: &super::RowDiff| row.traffic_share * row.moved;
        weight(other).total_cmp(&weight(one)).then(other.moved.total_cmp(&one.moved))
    });
    TableDiff {
        tables: Change { from: identity(from), to: identity(to) },
        inputs: inputs(from, to),
        policy: policy(from, to),
        models: models(from, to),
        rows_came: only(&after, &before),
        rows_went: only(&before, &after),
        rows_same: all - differing.len(),
        rows: differing,
    }
}

/// Rows by role, category and difficulty.
type Rows<'a> = BTreeMap<(&'a str, &'a str, &'a str), &'a Row>;

fn rows(table: &Table) -> Rows<'_> {
    table.segments.iter().map(|row| (row.key(), row)).collect()
}

fn identity(table: &Table) -> Identity {
    Identity {
        version: table.table_version,
        digest: table.digest.clone(),
        as_of: table.created_as_of.clone(),
        expires_at: table.expires_at.clone(),
        restored_from: table.restored_from,
        calls: table.inputs.calls.calls,
    }
}

fn inputs(from: &Table, to: &Table) -> Vec<&'static str> {
    let (before, after) = (&from.inputs, &to.inputs);
    let differ = [
        ("calls", before.calls.digest != after.calls.digest),
        ("queries", before.queries != after.queries),
        ("settings", before.settings != after.settings),
        ("prices", before.prices != after.prices),
        ("arms", before.arms != after.arms),
        ("program", from.generator != to.generator),
    ];
    differ.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

fn policy(from: &Table, to: &Table) -> PolicyDiff {
    let (before, after) = (&from.policy, &to.policy);
    let sources: BTreeSet<&String> = before.half_lives.keys().chain(after.half_lives.keys()).collect();
    let half_life = |source: &String| {
        let of = |lives: &BTreeMap<String, _>| lives.get(source).cloned();
        Some((source.clone(), Change::found(of(&before.half_lives), of(&after.half_lives))?))
    };
    let (flags_gained, flags_lost) = gained_and_lost(&before.flags, &after.flags);
    PolicyDiff {
        algorithm: Change::found(before.algorithm.clone(), after.algorithm.clone()),
        lambda: Change::found(before.lambda, after.lambda),
        epsilon: Change::found(before.epsilon, after.epsilon),
        budget_usd_per_task: Change::found(before.budget_usd_per_task, after.budget_usd_per_task),
        expected_usd_per_task: Change::found(before.expected_usd_per_task, after.expected_usd_per_task),
        half_lives: sources.into_iter().filter_map(half_life).collect(),
        failure_shift: Change::found(before.failure_shift, after.failure_shift),
        flags_gained,
        flags_lost,
    }
}

fn models(from: &Table, to: &Table) -> ModelDiff {
    let only = |of: &Table, other: &Table| {
        of.models.keys().filter(|id| !other.models.contains_key(*id)).cloned().collect::<Vec<_>>()
    };
    let price = |(id, before): (&String, &merit_router::table::Model)| {
        let after = to.models.get(id)?;
        Some((id.clone(), Change::found(before.price.clone(), after.price.clone())?))
    };
    ModelDiff { came: only(to, from), went: only(from, to), prices: from.models.iter().filter_map(price).collect() }
}

/// Names that only the second list has, and those that only the first has.
pub(super) fn gained_and_lost(before: &[String], after: &[String]) -> (Vec<String>, Vec<String>) {
    let only = |of: &[String], other: &[String]| of.iter().filter(|name| !other.contains(name)).cloned().collect();
    (only(after, before), only(before, after))
}

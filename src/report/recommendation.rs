//! Per category: the recommended model, why, and what to try after it.

use std::collections::BTreeMap;

use merit_router::Table;
use merit_router::table::{Candidate, Row};
use serde::Serialize;

use super::{format, text};

/// The most categories a page recommends for.
const MOST_ROWS: usize = 60;
/// The most models of a fallback list that are named.
const SHOWN_FALLBACK: usize = 3;

/// One category's recommended model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recommendation {
    /// The category; "any work" for the row that stands behind all.
    pub category: String,
    /// The category; `*` for that row.
    pub key: String,
    /// Its share of today's traffic.
    pub traffic: String,
    /// The model that leads.
    pub model: String,
    /// The share of draws it gets.
    pub weight: String,
    /// The posterior probability that it is the best.
    pub p_best: String,
    /// Its expected score, success, cost of a call and latency, as the table tells orchestrators.
    pub expected: String,
    /// Why.
    pub rationale: String,
    /// What is tried after a failure.
    pub fallback: String,
    /// What a reader should know of the row.
    pub flags: String,
}

/// The candidate that leads a row: eligible, by exploitation's weight, then by the probability of being best.
pub(super) fn leader(row: &Row) -> Option<&Candidate> {
    let better = |one: &Candidate, other: &Candidate| {
        let rank = |candidate: &Candidate| (candidate.eligible, candidate.exploit_weight, candidate.p_best);
        let (one, other) = (rank(one), rank(other));
        one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)).then(one.2.total_cmp(&other.2)).is_gt()
    };
    row.candidates.iter().reduce(|best, candidate| if better(candidate, best) { candidate } else { best })
}

/// The recommendations by falling share of traffic; the row for any work comes last. `scored`: whether anything was.
pub(super) fn recommendations(table: &Table, traffic: &BTreeMap<String, f64>, scored: bool) -> Vec<Recommendation> {
    let mut rows = category_rows(table, traffic);
    rows.truncate(MOST_ROWS);
    rows.extend(super::model::any_work(table));
    rows.into_iter().filter_map(|row| recommendation(table, row, traffic.get(&row.category).copied(), scored)).collect()
}

/// The rows (\*, category, \*) by falling share of traffic, then by name.
pub(super) fn category_rows<'a>(table: &'a Table, traffic: &BTreeMap<String, f64>) -> Vec<&'a Row> {
    let share = |row: &Row| traffic.get(&row.category).copied().unwrap_or(0.0);
    let mut rows: Vec<&Row> =
        table.segments.iter().filter(|row| row.role == "*" && row.category != "*" && row.difficulty == "*").collect();
    rows.sort_by(|one, other| share(other).total_cmp(&share(one)).then(one.category.cmp(&other.category)));
    rows
}

/// A row's name for readers.
pub(super) fn label(row: &Row) -> String {
    if row.category == "*" { "any work".into() } else { text::name(&row.category) }
}

fn recommendation(table: &Table, row: &Row, traffic: Option<f64>, scored: bool) -> Option<Recommendation> {
    let leader = leader(row)?;
    let models = row.candidates.iter().map(|candidate| candidate.model.as_str());
    let assignment = table.assignments.iter().find(|assignment| assignment.category == row.category);
    let rationale = assignment.map_or(&row.rationale, |assignment| &assignment.rationale);
    let names = models.chain([row.role.as_str(), &row.category, &row.difficulty]);
    let expected = [
        // Without a call there is only the prior: nothing that was found.
        format!("score {}", format::score((scored && leader.n > 0).then_some(leader.score.mean))),
        format!("success {}", format::percent((leader.n > 0).then_some(leader.success.mean))),
        format!("{} a call", format::usd(leader.cost_usd.mean)),
        format!("p95 {}", format::seconds(leader.latency_ms.p95)),
    ];
    Some(Recommendation {
        category: label(row),
        key: text::name(&row.category),
        traffic: format::percent(traffic),
        model: text::name(&leader.model),
        weight: format::percent(Some(leader.weight)),
        p_best: format::percent(Some(leader.p_best)),
        expected: expected.join(" · "),
        rationale: text::sentence_naming(rationale, names),
        fallback: fallback(row, &leader.model),
        flags: row.flags.iter().map(|flag| text::name(&flag.replace('_', " "))).collect::<Vec<_>>().join(", "),
    })
}

fn fallback(row: &Row, leader: &str) -> String {
    let rest: Vec<&String> = row.fallback.iter().filter(|model| *model != leader).collect();
    let mut names: Vec<String> = rest.iter().take(SHOWN_FALLBACK).map(|model| text::name(model)).collect();
    if rest.len() > SHOWN_FALLBACK {
        names.push(format!("{} more", rest.len() - SHOWN_FALLBACK));
    }
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

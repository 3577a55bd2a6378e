//! The models side by side, each judged on the same mix of work.

use std::collections::{BTreeMap, BTreeSet};

use merit_router::Table;
use merit_router::table::{Candidate, CostSource, Interval, Row};
use serde::Serialize;

use super::evidence::Observations;
use super::format;
use super::text;

/// The most models a page shows.
const MOST_MODELS: usize = 300;

/// One model over all work.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelRow {
    /// Its id.
    pub model: String,
    /// Who serves it.
    pub provider: String,
    /// Traffic-weighted value in \[0, 1\]: reliability × quality.
    pub value: String,
    /// Score of scored successes, 0 to 10.
    pub score: String,
    /// The score's credible interval.
    pub score_interval: String,
    /// The share of usable answers.
    pub reliability: String,
    /// Its credible interval.
    pub reliability_interval: String,
    /// Median latency.
    pub p50: String,
    /// Latency that 95 % of calls keep.
    pub p95: String,
    /// Cost of a call.
    pub cost: String,
    /// Where the cost comes from.
    pub cost_source: String,
    /// Calls.
    pub calls: String,
    /// Effective calls after decay.
    pub effective_calls: String,
    /// Logged spend over the whole store.
    pub spend: String,
    /// Day of the newest call.
    pub last_day: String,
    /// Whether it is among the models with most evidence that a short page shows.
    pub in_short_list: bool,
}

/// All models of the page.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Models {
    /// By falling value over all work; those without a place in the table last.
    pub rows: Vec<ModelRow>,
    /// How many a page leaves out.
    pub left_out: usize,
    /// How many a short page leaves out besides.
    pub short_left_out: usize,
}

/// The most models a short page (Markdown) shows.
pub(super) const SHORT_LIST: usize = 20;

/// The table's row for any work.
pub(super) fn any_work(table: &Table) -> Option<&Row> {
    table.segments.iter().find(|row| row.key() == ("*", "*", "*"))
}

/// The ids of all models in the order of the page, by falling value over all work.
pub(super) fn order(table: &Table, observations: &Observations) -> Vec<String> {
    let of_table: BTreeMap<&str, &Candidate> = candidates(any_work(table));
    let ids: BTreeSet<&str> = of_table.keys().copied().chain(observations.models.keys().map(String::as_str)).collect();
    let mut ranked: Vec<(&str, f64)> = ids
        .into_iter()
        .map(|id| (id, of_table.get(id).map_or(f64::NEG_INFINITY, |candidate| candidate.value.mean)))
        .collect();
    ranked.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(other.0)));
    ranked.into_iter().map(|(id, _)| id.to_string()).collect()
}

/// The candidates of a row by model id.
pub(super) fn candidates(row: Option<&Row>) -> BTreeMap<&str, &Candidate> {
    row.into_iter().flat_map(|row| &row.candidates).map(|candidate| (candidate.model.as_str(), candidate)).collect()
}

/// The side-by-side table over `order`.
pub(super) fn models(
    table: &Table,
    observations: &Observations,
    spend: &BTreeMap<String, f64>,
    order: &[String],
) -> Models {
    let of_table = candidates(any_work(table));
    let shown = &order[..order.len().min(MOST_MODELS)];
    let short = short_list(observations, shown);
    let rows = shown.iter().map(|id| {
        let mut row = row(table, id, of_table.get(id.as_str()).copied(), observations, spend.get(id).copied());
        row.in_short_list = short.contains(id.as_str());
        row
    });
    Models {
        rows: rows.collect(),
        left_out: order.len() - shown.len(),
        short_left_out: shown.len().saturating_sub(SHORT_LIST),
    }
}

/// The [`SHORT_LIST`] models with most effective calls.
fn short_list<'a>(observations: &Observations, shown: &'a [String]) -> BTreeSet<&'a str> {
    let effective = |id: &str| observations.models.get(id).and_then(|model| model.effective_calls()).unwrap_or(0.0);
    let mut by_evidence: Vec<&str> = shown.iter().map(String::as_str).collect();
    // A stable sort: of equal evidence the better model stays ahead.
    by_evidence.sort_by(|one, other| effective(other).total_cmp(&effective(one)));
    by_evidence.into_iter().take(SHORT_LIST).collect()
}

fn row(
    table: &Table,
    id: &str,
    candidate: Option<&Candidate>,
    observations: &Observations,
    spend: Option<f64>,
) -> ModelRow {
    let observed = observations.models.get(id).cloned().unwrap_or_default();
    // Without an observation the posterior is its prior: nothing to show as found.
    let score = observed.score().map(|score| candidate.map_or(point(score), |known| known.score));
    let reliability = observed.reliability().map(|share| candidate.map_or(point(share), |known| known.success));
    let called = observed.calls > 0.0;
    let cost = candidate.map(|known| known.cost_usd);
    let latency = candidate.filter(|_| called).map(|known| known.latency_ms).unwrap_or_default();
    ModelRow {
        model: text::name(id),
        provider: table.models.get(id).map_or_else(|| format::MISSING.into(), |model| text::name(&model.provider)),
        value: format::value(candidate.filter(|_| score.is_some()).map(|known| known.value.mean)),
        score: format::score(score.map(|score| score.mean)),
        score_interval: interval(score, format::score),
        reliability: format::percent(reliability.map(|share| share.mean)),
        reliability_interval: interval(reliability, format::percent),
        p50: format::seconds(latency.p50),
        p95: format::seconds(latency.p95),
        cost: format::usd(cost.and_then(|cost| cost.mean)),
        cost_source: cost_source(cost.map(|cost| cost.source)).into(),
        calls: if called { format::count(observed.calls as u64) } else { "0".into() },
        effective_calls: format::effective(observed.effective_calls().or(Some(0.0))),
        spend: format::usd(spend),
        last_day: observed.last_day.map_or_else(|| format::MISSING.into(), |day| day.to_string()),
        in_short_list: false,
    }
}

fn point(mean: f64) -> Interval {
    Interval { mean, low: f64::NAN, high: f64::NAN }
}

/// "8.9 to 9.3"; nothing where there is no interval.
pub(super) fn interval(of: Option<Interval>, text: fn(Option<f64>) -> String) -> String {
    of.filter(|of| of.low.is_finite() && of.high.is_finite())
        .map_or_else(String::new, |of| format!("{} to {}", text(Some(of.low)), text(Some(of.high))))
}

fn cost_source(source: Option<CostSource>) -> &'static str {
    match source {
        Some(CostSource::Price) => "list price",
        Some(CostSource::Logged) => "as logged",
        Some(CostSource::Unknown) | None => "unknown",
    }
}

//! Models × categories: how good each is at what, and on how much evidence.

use std::collections::BTreeMap;

use merit_router::Table;
use merit_router::table::Candidate;
use serde::Serialize;

use super::evidence::{Observations, Observed};
use super::model::{candidates, interval};
use super::{format, plot, recommendation, text};

/// The most categories a page shows.
const MOST_CATEGORIES: usize = 60;
/// The most categories a short page shows.
pub(super) const SHORT_LIST: usize = 12;
/// The steps of shade; 0 is the least.
const SHADES: f64 = 7.0;
/// Below this many effective calls a cell is called thin.
const THIN: f64 = 20.0;

/// The matrix; its rows go with those of [`Models`](super::context::Models).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Matrix {
    /// What a cell shows: `score` (0 to 10), or `success` where nothing was ever scored.
    pub measure: String,
    /// The categories, by falling share of today's traffic.
    pub categories: Vec<MatrixColumn>,
    /// A row for each model.
    pub rows: Vec<MatrixRow>,
    /// The least of the cells' figures, in the lightest shade.
    pub lowest: String,
    /// The greatest, in the darkest.
    pub highest: String,
    /// How many categories are left out.
    pub left_out: usize,
    /// How many a short page leaves out besides.
    pub short_left_out: usize,
}

/// A category.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MatrixColumn {
    /// Its name.
    pub category: String,
    /// Its share of today's traffic.
    pub traffic: String,
    /// Whether a short page shows it.
    pub in_short_list: bool,
}

/// A model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MatrixRow {
    /// Its id.
    pub model: String,
    /// A cell for each category.
    pub cells: Vec<MatrixCell>,
}

/// One model at one category.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MatrixCell {
    /// The figure, or a dash.
    pub figure: String,
    /// Effective calls; empty where it never ran.
    pub effective_calls: String,
    /// 0 to 7, by the figure; none without one.
    pub shade: Option<u8>,
    /// Whether the evidence is too little to lean on.
    pub thin: bool,
    /// Whether it is the category's recommended model.
    pub recommended: bool,
    /// The evidence in a sentence.
    pub evidence: String,
}

/// The matrix over the models in the order of the page.
pub(super) fn matrix(
    table: &Table,
    observations: &Observations,
    traffic: &BTreeMap<String, f64>,
    order: &[String],
) -> Matrix {
    let categories = by_traffic(observations, traffic);
    let shown = &categories[..categories.len().min(MOST_CATEGORIES)];
    let scored = observations.total.score().is_some();
    let columns: Vec<Column<'_>> = shown
        .iter()
        .map(|category| Column::new(table, category, &observations.categories[*category], scored))
        .collect();
    let range = plot::range(columns.iter().flat_map(|column| column.figures(order)));
    let write = if scored { format::score } else { format::percent };
    Matrix {
        measure: if scored { "score" } else { "success" }.into(),
        categories: shown
            .iter()
            .enumerate()
            .map(|(position, category)| MatrixColumn {
                category: text::name(category),
                traffic: format::percent(traffic.get(*category).copied()),
                in_short_list: position < SHORT_LIST,
            })
            .collect(),
        rows: order
            .iter()
            .map(|id| MatrixRow {
                model: text::name(id),
                cells: columns.iter().map(|column| column.cell(id, range)).collect(),
            })
            .collect(),
        lowest: write(range.map(|range| range.0)),
        highest: write(range.map(|range| range.1)),
        left_out: categories.len() - shown.len(),
        short_left_out: shown.len().saturating_sub(SHORT_LIST),
    }
}

/// The observed categories by falling share of traffic, then by name.
fn by_traffic<'a>(observations: &'a Observations, traffic: &BTreeMap<String, f64>) -> Vec<&'a String> {
    let share = |category: &String| traffic.get(category).copied().unwrap_or(0.0);
    let mut categories: Vec<&String> = observations.categories.keys().collect();
    categories.sort_by(|one, other| share(other).total_cmp(&share(one)).then(one.cmp(other)));
    categories
}

/// One category with what is known of each model in it.
struct Column<'a> {
    observed: &'a BTreeMap<String, Observed>,
    estimated: BTreeMap<&'a str, &'a Candidate>,
    recommended: Option<&'a str>,
    scored: bool,
}

impl<'a> Column<'a> {
    fn new(table: &'a Table, category: &str, observed: &'a BTreeMap<String, Observed>, scored: bool) -> Self {
        let row = table.segments.iter().find(|row| row.key() == ("*", category, "*"));
        let recommended = row.and_then(recommendation::leader).map(|candidate| candidate.model.as_str());
        Self { observed, estimated: candidates(row), recommended, scored }
    }

    /// The table's estimate, which compares models on the same mix of work, where it rests on an observation; else what
    /// was observed.
    fn figure(&self, id: &str) -> Option<f64> {
        let observed = self.observed.get(id)?;
        let (seen, estimate): (_, fn(&Candidate) -> f64) = if self.scored {
            (observed.score(), |candidate| candidate.score.mean)
        } else {
            (observed.reliability(), |candidate| candidate.success.mean)
        };
        seen.map(|seen| self.estimated.get(id).map_or(seen, |candidate| estimate(candidate)))
    }

    fn figures(&self, order: &[String]) -> Vec<f64> {
        order.iter().filter_map(|id| self.figure(id)).collect()
    }

    fn cell(&self, id: &str, range: Option<(f64, f64)>) -> MatrixCell {
        let figure = self.figure(id);
        let observed = self.observed.get(id);
        let effective = observed.and_then(Observed::effective_calls);
        MatrixCell {
            figure: if self.scored { format::score(figure) } else { format::percent(figure) },
            effective_calls: effective.map_or_else(String::new, |calls| format::effective(Some(calls))),
            shade: figure.zip(range).map(|(figure, range)| shade(figure, range)),
            thin: effective.is_some_and(|calls| calls < THIN),
            recommended: self.recommended == Some(id),
            evidence: self.evidence(id, observed),
        }
    }

    fn evidence(&self, id: &str, observed: Option<&Observed>) -> String {
        let Some(observed) = observed else { return "no calls".into() };
        let estimate = self.estimated.get(id);
        let score =
            interval(estimate.map(|candidate| candidate.score).filter(|_| observed.score().is_some()), format::score);
        let mut parts = vec![format!("{} calls", format::count(observed.calls as u64))];
        parts.push(format!("{} effective", format::effective(observed.effective_calls())));
        if !score.is_empty() {
            parts.push(format!("score {score}"));
        }
        parts.push(format!("observed score {}", format::score(observed.score())));
        parts.push(format!("observed success {}", format::percent(observed.reliability())));
        parts.join(", ")
    }
}

/// Where a figure stands between the least and the greatest; the middle where all are equal.
fn shade(figure: f64, (low, high): (f64, f64)) -> u8 {
    let place = if high > low { (figure - low) / (high - low) } else { 0.5 };
    (place * SHADES).round() as u8
}

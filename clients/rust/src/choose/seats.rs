//! A row prepared for choosing: of each candidate only what a draw needs, side by side in memory.
//!
//! What every draw reads ([`Odds`]) lies apart from what only caps and estimates read ([`Bill`]): a
//! draw from a row of twenty models then touches a few hundred bytes.

use std::collections::BTreeMap;

use super::lottery::Totals;
use crate::table::{Model, Row};

/// A candidate's part in the draw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Odds {
    pub(crate) exploit_weight: f64,
    pub(crate) probe_weight: f64,
    /// Whether its weight is above zero: others are never drawn.
    pub(crate) weighted: bool,
    pub(crate) eligible: bool,
}

/// What is known of a candidate's cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bill {
    /// The row's mean cost of a call, USD.
    pub(crate) mean_cost: Option<f64>,
    /// USD per million input and output tokens.
    pub(crate) price: Option<(f64, f64)>,
    /// The row's mean input and output tokens.
    pub(crate) mean_tokens: (Option<f64>, Option<f64>),
}

/// A row's candidates in table order.
#[derive(Clone, Debug)]
pub(crate) struct Seats {
    pub(crate) odds: Vec<Odds>,
    pub(crate) bills: Vec<Bill>,
    /// Each candidate's model, by its number among the table's models in the order of their ids.
    pub(crate) models: Vec<usize>,
    /// The fallback, by positions.
    pub(crate) fallback: Vec<usize>,
    /// The totals of a draw without exclusions and caps, which most draws are.
    pub(crate) open: Option<Totals>,
}

impl Seats {
    /// Prepares a row of a checked table; `models` gives each id its number.
    pub(crate) fn of(row: &Row, models: &BTreeMap<&str, (usize, &Model)>, epsilon: f64) -> Self {
        let odds: Vec<Odds> = row
            .candidates
            .iter()
            .map(|candidate| Odds {
                exploit_weight: candidate.exploit_weight,
                probe_weight: candidate.probe_weight,
                weighted: candidate.weight > 0.0,
                eligible: candidate.eligible,
            })
            .collect();
        let model = |id: &str| models[id];
        let bills = row.candidates.iter().map(|candidate| Bill {
            mean_cost: candidate.cost_usd.mean,
            price: model(&candidate.model).1.price.as_ref().map(|price| (price.input, price.output)),
            mean_tokens: (candidate.input_tokens, candidate.output_tokens),
        });
        let position = |model: &String| row.candidates.iter().position(|candidate| candidate.model == *model);
        let fallback: Vec<usize> = row.fallback.iter().filter_map(position).collect();
        let open = Totals::of(&odds, &fallback, epsilon, |position| odds[position].weighted);
        let models = row.candidates.iter().map(|candidate| model(&candidate.model).0).collect();
        Self { bills: bills.collect(), models, fallback, open, odds }
    }
}

//! A row prepared for choosing: of each candidate only what a draw needs, side by side in memory.

use std::collections::BTreeMap;

use crate::table::{Model, Row};

/// A candidate's place in the draw.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    pub(crate) weight: f64,
    pub(crate) exploit_weight: f64,
    pub(crate) probe_weight: f64,
    pub(crate) eligible: bool,
    /// The row's mean cost of a call, USD.
    pub(crate) mean_cost: Option<f64>,
    /// USD per million input and output tokens.
    pub(crate) price: Option<(f64, f64)>,
    /// The row's mean input and output tokens.
    pub(crate) mean_tokens: (Option<f64>, Option<f64>),
}

/// A row's candidates in table order, and its fallback by their positions.
#[derive(Clone, Debug)]
pub(crate) struct Seats {
    pub(crate) seats: Vec<Seat>,
    pub(crate) fallback: Vec<usize>,
}

impl Seats {
    /// Prepares a row of a checked table.
    pub(crate) fn of(row: &Row, models: &BTreeMap<String, Model>) -> Self {
        let seats = row.candidates.iter().map(|candidate| Seat {
            weight: candidate.weight,
            exploit_weight: candidate.exploit_weight,
            probe_weight: candidate.probe_weight,
            eligible: candidate.eligible,
            mean_cost: candidate.cost_usd.mean,
            price: models[&candidate.model].price.as_ref().map(|price| (price.input, price.output)),
            mean_tokens: (candidate.input_tokens, candidate.output_tokens),
        });
        let position = |model: &String| row.candidates.iter().position(|candidate| candidate.model == *model);
        Self { seats: seats.collect(), fallback: row.fallback.iter().filter_map(position).collect() }
    }
}

//! A row prepared for choosing: of each candidate what a draw and its answer need, in one piece of memory.
//!
//! What a draw without exclusions and caps searches, the running sums of the exploit weights, lies
//! apart: such a draw from a row of twenty models reads a few cache lines.

use std::collections::HashMap;

use super::lottery::Totals;
use super::name::Name;
use super::uniform::Fnv;
use crate::table::{ServedCandidate, ServedModel, ServedRow};

/// A model as it is called.
#[derive(Clone, Debug)]
pub(crate) struct Backend {
    pub(crate) id: Box<str>,
    pub(crate) name: Box<str>,
    pub(crate) provider: Box<str>,
}

impl Backend {
    pub(crate) fn new(id: &str, model: &ServedModel<'_>) -> Self {
        Self { id: id.into(), name: (&*model.model).into(), provider: (&*model.provider).into() }
    }
}

/// A candidate.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    pub(crate) exploit_weight: f64,
    pub(crate) probe_weight: f64,
    /// Whether its weight is above zero: others are never drawn.
    pub(crate) weighted: bool,
    pub(crate) eligible: bool,
    /// Its model, by its number among the table's models in the order of their ids.
    pub(crate) model: u32,
    pub(crate) bill: Bill,
    pub(crate) expected_score: f64,
    pub(crate) expected_success: f64,
    pub(crate) median_latency_ms: Option<f64>,
    pub(crate) reason: Box<str>,
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

/// A row.
#[derive(Clone, Debug)]
pub(crate) struct Seats {
    pub(crate) name: Name,
    /// The hash's state after the table's digest and the row's own name.
    pub(crate) state: Fnv,
    /// The candidates in table order.
    pub(crate) candidates: Box<[Seat]>,
    /// For a draw without exclusions and caps: the exploit weights summed up to each candidate.
    pub(crate) sums: Box<[f64]>,
    /// The totals of such a draw, which most draws are.
    pub(crate) open: Option<Totals>,
    /// The fallback, by positions.
    pub(crate) fallback: Box<[usize]>,
    /// Whether the weights were learned since the table was built.
    pub(crate) learned: bool,
}

impl Seats {
    /// Prepares a row of a checked table; `models` gives each id its number, `state` is that after the digest.
    pub(crate) fn of(
        row: &ServedRow<'_>,
        models: &HashMap<&str, (u32, &ServedModel<'_>)>,
        epsilon: f64,
        state: Fnv,
    ) -> Self {
        let seats: Box<[Seat]> =
            row.candidates.iter().map(|candidate| seat(candidate, models[&*candidate.model])).collect();
        let position = |number: u32| seats.iter().position(|seat| seat.model == number);
        let fallback: Box<[usize]> = row.fallback.iter().filter_map(|model| position(models[&*model.0].0)).collect();
        let (role, category, difficulty) = row.key();
        Self {
            name: Name::new(role, category, difficulty),
            state: state.segment(role, category, difficulty),
            sums: sums(&seats),
            open: open(&seats, &fallback, epsilon),
            fallback,
            candidates: seats,
            learned: false,
        }
    }

    /// The same row with other exploit weights and reasons for some candidates, by their positions. Who may be explored
    /// or probed stays as it is; who is drawn for neither has a weight if the exploit weight is above zero.
    pub(crate) fn with_weights(&self, weights: impl Iterator<Item = (usize, f64, String)>, epsilon: f64) -> Self {
        let mut candidates = self.candidates.clone();
        let explores = self.open.is_some_and(|totals| totals.explores());
        for (position, weight, reason) in weights {
            let seat = &mut candidates[position];
            let otherwise = seat.weighted && (seat.probe_weight > 0.0 || (seat.eligible && explores));
            (seat.exploit_weight, seat.weighted, seat.reason) = (weight, weight > 0.0 || otherwise, reason.into());
        }
        Self {
            name: self.name.clone(),
            state: self.state,
            sums: sums(&candidates),
            open: open(&candidates, &self.fallback, epsilon),
            fallback: self.fallback.clone(),
            candidates,
            learned: true,
        }
    }
}

/// The exploit weights summed up to each candidate, for a draw without exclusions and caps.
fn sums(candidates: &[Seat]) -> Box<[f64]> {
    let sums = candidates.iter().scan(0.0, |sum, seat| {
        *sum += if seat.weighted { seat.exploit_weight } else { 0.0 };
        Some(*sum)
    });
    sums.collect()
}

/// The totals of such a draw.
fn open(candidates: &[Seat], fallback: &[usize], epsilon: f64) -> Option<Totals> {
    Totals::of(candidates, fallback, epsilon, |position| candidates[position].weighted)
}

fn seat(candidate: &ServedCandidate<'_>, (number, model): (u32, &ServedModel<'_>)) -> Seat {
    Seat {
        exploit_weight: candidate.exploit_weight,
        probe_weight: candidate.probe_weight,
        weighted: candidate.weight > 0.0,
        eligible: candidate.eligible,
        model: number,
        bill: Bill {
            mean_cost: candidate.cost_usd.mean,
            price: model.price.map(|price| (price.input, price.output)),
            mean_tokens: (candidate.input_tokens, candidate.output_tokens),
        },
        expected_score: candidate.score.mean,
        expected_success: candidate.success.mean,
        median_latency_ms: candidate.latency_ms.p50,
        reason: (&*candidate.reason).into(),
    }
}

//! A row prepared for choosing: of each candidate only what a draw needs, side by side in memory.
//!
//! What every draw reads ([`Odds`]) lies apart from what only caps and estimates read ([`Bill`]) and
//! from what only the answer tells ([`Note`]): a draw from a row of twenty models then touches a few
//! hundred bytes.

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

/// What the answer says of a candidate.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    pub(crate) reason: Box<str>,
    pub(crate) score: f64,
    pub(crate) success: f64,
    pub(crate) latency_ms: Option<f64>,
}

/// A row's candidates in table order.
#[derive(Clone, Debug)]
pub(crate) struct Seats {
    pub(crate) name: Name,
    /// The hash's state after the table's digest and the row's own name.
    pub(crate) state: Fnv,
    pub(crate) odds: Box<[Odds]>,
    pub(crate) bills: Box<[Bill]>,
    pub(crate) notes: Box<[Note]>,
    /// Each candidate's model, by its number among the table's models in the order of their ids.
    pub(crate) models: Box<[usize]>,
    /// The fallback, by positions.
    pub(crate) fallback: Box<[usize]>,
    /// The totals of a draw without exclusions and caps, which most draws are.
    pub(crate) open: Option<Totals>,
}

impl Seats {
    /// Prepares a row of a checked table; `models` gives each id its number, `state` is that after the digest.
    pub(crate) fn of(
        row: &ServedRow<'_>,
        models: &HashMap<&str, (usize, &ServedModel<'_>)>,
        epsilon: f64,
        state: Fnv,
    ) -> Self {
        let odds: Box<[Odds]> = row
            .candidates
            .iter()
            .map(|candidate| Odds {
                exploit_weight: candidate.exploit_weight,
                probe_weight: candidate.probe_weight,
                weighted: candidate.weight > 0.0,
                eligible: candidate.eligible,
            })
            .collect();
        let described: Vec<_> = row.candidates.iter().map(|candidate| models[&*candidate.model]).collect();
        let bills = row.candidates.iter().zip(&described).map(|(candidate, (_, model))| bill(candidate, model));
        let fallback: Box<[usize]> = row
            .fallback
            .iter()
            .filter_map(|model| described.iter().position(|(number, _)| *number == models[&*model.0].0))
            .collect();
        let open = Totals::of(&odds, &fallback, epsilon, |position| odds[position].weighted);
        let (role, category, difficulty) = row.key();
        Self {
            name: Name::new(role, category, difficulty),
            state: state.segment(role, category, difficulty),
            bills: bills.collect(),
            notes: row.candidates.iter().map(note).collect(),
            models: described.iter().map(|(number, _)| *number).collect(),
            fallback,
            open,
            odds,
        }
    }
}

fn bill(candidate: &ServedCandidate<'_>, model: &ServedModel<'_>) -> Bill {
    Bill {
        mean_cost: candidate.cost_usd.mean,
        price: model.price.map(|price| (price.input, price.output)),
        mean_tokens: (candidate.input_tokens, candidate.output_tokens),
    }
}

fn note(candidate: &ServedCandidate<'_>) -> Note {
    Note {
        reason: (&*candidate.reason).into(),
        score: candidate.score.mean,
        success: candidate.success.mean,
        latency_ms: candidate.latency_ms.p50,
    }
}

//! What a table says of a row, prepared for learning.

use std::sync::OnceLock;

use serde_json::Value;

use super::best::{Belief, probability_best};
use super::settings::LearnSettings;
use crate::table::{Candidate, Row, Table};

/// Bounds on what a table's numbers may do here.
const SHAPES: (f64, f64) = (1e-3, 1e12);
const LARGEST_SHIFT: f64 = 1e15;

/// How posteriors become exploit weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Rule {
    /// By the probability of being the best, under posteriors of this sharpness.
    Matching {
        /// By what the posteriors' strength is multiplied.
        sharpness: f64,
    },
    /// All on one.
    Leader,
}

impl Rule {
    /// The table's; None for an algorithm that is not known here, whose weights stay as they are.
    pub(super) fn of(table: &Table) -> Option<Self> {
        match &*table.policy.algorithm {
            "thompson" => {
                let stated = table.settings.get("policy").and_then(|policy| policy.get("sharpness"));
                let sharpness = stated.and_then(Value::as_f64).filter(|sharpness| *sharpness > 0.0);
                Some(Self::Matching { sharpness: sharpness.unwrap_or(1.0) })
            }
            "ucb" | "epsilon_greedy" | "greedy" => Some(Self::Leader),
            _ => None,
        }
    }
}

/// A model that may be exploited in a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contender {
    /// Its position among the row's candidates.
    pub(super) position: usize,
    /// Its exploit weight in the table.
    pub(super) weight: f64,
    /// What the table believes.
    pub(super) belief: Belief,
    /// For how many calls one observation counts.
    pub(super) call: f64,
    /// The mean quality of a success, in \[0, 1\].
    pub(super) quality: f64,
}

/// A row's contenders, in table order.
#[derive(Debug)]
pub(super) struct Basis {
    pub(super) rule: Rule,
    pub(super) contenders: Box<[Contender]>,
    /// Under the table's posteriors, the probability that each is the best; worked out when it is first needed.
    best: OnceLock<Vec<f64>>,
}

impl Basis {
    /// None where there is nothing to learn: an unknown rule, nobody to be exploited.
    pub(super) fn of(table: &Table, row: &Row, settings: &LearnSettings) -> Option<Self> {
        let rule = Rule::of(table)?;
        let highest = row.candidates.iter().filter_map(|candidate| candidate.cost_usd.mean).fold(0.0, f64::max);
        let charge = |cost: Option<f64>| table.policy.lambda * cost.unwrap_or(highest);
        let exploited = |candidate: &&Candidate| candidate.exploit_weight > 0.0;
        row.candidates.iter().find(exploited)?;
        let contenders = row.candidates.iter().enumerate();
        let contenders = contenders.filter(|(_, candidate)| candidate.eligible || exploited(candidate));
        let contenders = contenders.map(|(position, candidate)| {
            let [alpha, beta] = [candidate.alpha, candidate.beta].map(|shape| shape.clamp(SHAPES.0, SHAPES.1));
            let shift = match candidate.chain {
                // What the fallbacks after a failure are worth and cost, on top of the model's own value.
                Some(chain) => chain.value - alpha / (alpha + beta) - charge(chain.cost_usd),
                None => -charge(candidate.cost_usd.mean),
            };
            Contender {
                position,
                weight: candidate.exploit_weight,
                belief: Belief { alpha, beta, shift: shift.clamp(-LARGEST_SHIFT, LARGEST_SHIFT) },
                call: ((alpha + beta) / settings.table_calls).max(1.0),
                quality: (candidate.score.mean / 10.0).clamp(0.0, 1.0),
            }
        });
        Some(Self { rule, contenders: contenders.collect(), best: OnceLock::new() })
    }

    /// The probability that each is the best, as the table believes.
    pub(super) fn best(&self, sharpness: f64) -> &[f64] {
        self.best.get_or_init(|| {
            let beliefs: Vec<Belief> = self.contenders.iter().map(|contender| contender.belief).collect();
            probability_best(&beliefs, sharpness)
        })
    }
}

//! An arm ready to be weighed: a model in one row, with its posteriors.

use super::evidence::{CostSource, Latency};
use crate::stats::Beta;

/// What rules and evidence say of an arm.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Standing {
    /// May be exploited and explored; with what to know of its evidence.
    Eligible(String),
    /// Allowed by rule, but the evidence is against it: on probation.
    ShutOut(String),
    /// Not drawn while another model is pinned, but tried after a failure.
    Held(String),
    /// Not allowed by rule: never drawn.
    Forbidden(String),
}

/// A model in one row, leaf or back-off.
#[derive(Clone, Debug)]
pub(super) struct Arm {
    pub(super) model: String,
    pub(super) provider: String,
    /// P(success).
    pub(super) reliability: Beta,
    /// P(success) where another model has just failed.
    pub(super) after_failure: f64,
    /// Mean score/10 of a success.
    pub(super) quality: Beta,
    /// Their product, moment-matched.
    pub(super) value: Beta,
    pub(super) calls: u64,
    pub(super) strength: f64,
    pub(super) strength_squared: f64,
    /// Decayed strength of its scored successes.
    pub(super) scored_strength: f64,
    pub(super) cost_usd: Option<f64>,
    pub(super) cost_source: CostSource,
    pub(super) input_tokens: Option<f64>,
    pub(super) output_tokens: Option<f64>,
    pub(super) latency: Latency,
    pub(super) standing: Standing,
    /// Whether it passed a constraint only for want of evidence.
    pub(super) unproven: bool,
    /// The first day of its changed level, where a change was detected.
    pub(super) changed_since: Option<String>,
    pub(super) flags: Vec<String>,
}

impl Arm {
    pub(super) fn is_eligible(&self) -> bool {
        matches!(self.standing, Standing::Eligible(_))
    }

    /// Whether it may be tried after a failure.
    pub(super) fn is_fallback(&self) -> bool {
        matches!(self.standing, Standing::Eligible(_) | Standing::Held(_))
    }

    pub(super) fn is_allowed(&self) -> bool {
        !matches!(self.standing, Standing::Forbidden(_))
    }
}

//! A lower bound of a mean that holds on all nights at once.

use serde::{Deserialize, Serialize};

use super::{Outcomes, SequenceError};

/// How many bets are made side by side, with equal shares of the first wealth: λ = 1, 1/4, 1/16 … The right one for n
/// outcomes of variance v is about √(2·ln(1/α)/(n·v)) (twice or half of it wins three quarters as fast), so these suit
/// rewards in [0, 1] and weights up to hundreds, from a handful of outcomes to millions.
const BETS: usize = 8;
/// Each bet is this share of the one before.
const NEXT_BET: f64 = 0.25;
/// No bet risks more than this share of its wealth on one outcome.
const RISK: f64 = 0.75;

/// A lower bound of the average expectation of a draw, valid on all nights at once.
///
/// ```
/// use merit::evaluate::sequence::{LowerSequence, Outcome, Outcomes};
/// let mut sequence = LowerSequence::default();
/// assert_eq!(sequence.bound(0.05), f64::NEG_INFINITY);
/// // 1,000 outcomes of mean 0.6, predicted to be 0.5.
/// let outcome = |place| {
///     let residual = if place % 5 < 3 { 0.5 } else { -0.5 };
///     Outcome { predicted: 0.5, slack: 0.0, residual, draws: 1.0 }
/// };
/// let outcomes = (0..1000).map(outcome).collect();
/// sequence.observe(&Outcomes { outcomes, lowest: -0.5, highest: 0.5 })?;
/// assert!((0.54..0.56).contains(&sequence.bound(0.05)));
/// assert!(sequence.bound(0.01) < sequence.bound(0.05));
/// # Ok::<(), merit::evaluate::sequence::SequenceError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LowerSequence {
    /// Of each bet: Σ ln(1 + λξ) + λ·predicted.
    log_wealth: [f64; BETS],
    /// Of each bet: Σ λ over the draws.
    stake: [f64; BETS],
}

impl Default for LowerSequence {
    fn default() -> Self {
        Self { log_wealth: [0.0; BETS], stake: [0.0; BETS] }
    }
}

impl LowerSequence {
    /// Takes in a night. A bet too high for what can be lost tonight is lowered; the bound then is of an average in which
    /// such nights count less.
    ///
    /// # Errors
    /// [`SequenceError`] for outcomes out of their announced range; nothing is taken in.
    pub fn observe(&mut self, night: &Outcomes) -> Result<(), SequenceError> {
        night.check()?;
        let draws: f64 = night.outcomes.iter().map(|outcome| outcome.draws).sum();
        let mut bet = 1.0_f64;
        for (log_wealth, stake) in self.log_wealth.iter_mut().zip(&mut self.stake) {
            let lambda = if night.lowest < 0.0 { bet.min(RISK / -night.lowest) } else { bet };
            let gained = night
                .outcomes
                .iter()
                .map(|outcome| libm::log1p(lambda * outcome.residual) + lambda * (outcome.predicted - outcome.slack));
            *log_wealth += gained.sum::<f64>();
            *stake += lambda * draws;
            bet *= NEXT_BET;
        }
        Ok(())
    }

    /// The least mean that is not refuted at `level` = α: smaller ones would have made the bets win 1/α, which happens
    /// with probability at most α, ever. −∞ before the first draw.
    pub fn bound(&self, level: f64) -> f64 {
        let target = -libm::log(level);
        let staked = || self.log_wealth.iter().zip(&self.stake).filter(|(_, stake)| **stake > 0.0);
        // ln of the mean wealth lies between that of the richest bet alone and that of all being as rich.
        let richest =
            |target: f64| staked().map(|(wealth, stake)| (wealth - target) / stake).fold(f64::NEG_INFINITY, f64::max);
        let (mut low, mut high) = (richest(target + libm::log(BETS as f64)), richest(target));
        loop {
            let middle = 0.5 * (low + high);
            // Also where nothing is staked: the middle of infinities.
            if !(middle > low && middle < high) {
                return low;
            }
            if self.log_wealth(middle) >= target { low = middle } else { high = middle }
        }
    }

    /// ln of the mean wealth of all bets against a mean as low as this.
    fn log_wealth(&self, mean: f64) -> f64 {
        let bets = || self.log_wealth.iter().zip(&self.stake).map(|(wealth, stake)| wealth - stake * mean);
        let largest = bets().fold(f64::NEG_INFINITY, f64::max);
        largest + libm::log(bets().map(|bet| libm::exp(bet - largest)).sum::<f64>() / BETS as f64)
    }
}

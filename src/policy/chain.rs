//! The utility of a choice counts what follows its failure: the fallback's cost, and what the fallback earns.

use super::arm::Arm;
use super::fallback;

/// The chain that begins with an arm.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chain {
    /// What the utility adds to the arm's own value: −λ·c + (1−p)·(v′ − λ·c′).
    pub(super) shift: f64,
    /// v + (1−p)·v′.
    pub(super) value: f64,
    /// c + (1−p)·c′; none where the arm's own cost is unknown.
    pub(super) cost: Option<f64>,
}

/// U(m) = v − λ·c + (1−p)·U(m′), one step deep, for each arm; m′ the first fallback of another provider.
///
/// The means of p and of the fallback's utility stand for their distributions, and the fallback is as reliable as ever
/// (its shift after a failure is 0 until fitted). An unknown cost is charged as the highest known one of the row. In a log
/// without `scored` successes a fallback earns nothing: all models are taken to be equally good, so that what it would
/// earn is what the failed model lost, and every order would be equally good.
pub(super) fn chains(arms: &[&Arm], order: &[usize], lambda: f64, scored: bool) -> Vec<Chain> {
    let highest = arms.iter().filter_map(|arm| arm.cost_usd).fold(0.0, f64::max);
    let charged = |arm: &Arm| arm.cost_usd.unwrap_or(highest);
    (0..arms.len())
        .map(|index| {
            let arm = arms[index];
            let failure = 1.0 - arm.reliability.mean();
            let (next_value, next_cost) = fallback::next(arms, order, index)
                .map_or((0.0, 0.0), |next| (arms[next].value.mean(), charged(arms[next])));
            let next_value = if scored { next_value } else { 0.0 };
            Chain {
                shift: failure * (next_value - lambda * next_cost) - lambda * charged(arm),
                value: arm.value.mean() + failure * next_value,
                cost: arm.cost_usd.map(|cost| cost + failure * next_cost),
            }
        })
        .collect()
}

//! The utility of a choice counts what follows its failure: the fallbacks' cost, and what the fallbacks earn.

use super::arm::Arm;
use super::fallback;
use crate::stats::Beta;
use crate::stats::best_arm::Utility;

/// The chain that begins with an arm and goes on down the row's fallback list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chain {
    /// The posterior of its value, p·q + (1−p)·V′.
    pub(super) value: Beta,
    /// c + (1−p)·C′ in dollars; none where the arm's own cost is unknown.
    pub(super) cost: Option<f64>,
    /// The same, an unknown cost charged as the highest known one of the row.
    pub(super) charged: f64,
    /// The probability that some attempt succeeds.
    pub(super) success: f64,
}

impl Chain {
    /// U = value − λ·cost.
    pub(super) fn utility(&self, lambda: f64) -> Utility {
        Utility { value: self.value, shift: -lambda * self.charged }
    }
}

/// What the fallbacks add once the first attempt has failed, by their means.
#[derive(Clone, Copy, Default)]
struct Tail {
    value: f64,
    cost: f64,
    success: f64,
}

/// The highest known cost of a row's arms: what an unknown one is charged.
pub(super) fn highest_cost(arms: &[Arm]) -> f64 {
    arms.iter().filter(|arm| arm.is_allowed()).filter_map(|arm| arm.cost_usd).fold(0.0, f64::max)
}

/// The chain of the arm at `first`.
///
/// The fallbacks count with their means, and with their success given an earlier failure. In a log without any `scored`
/// success the quality is one unknown common to all models: it tells no two apart, and a fallback would earn just what
/// the failed model lost, so that every order were equally good. There models compare by reliability alone.
pub(super) fn chain(arms: &[Arm], order: &[usize], first: usize, highest: f64, scored: bool) -> Chain {
    let charged = |arm: &Arm| arm.cost_usd.unwrap_or(highest);
    let tail = fallback::followers(arms, order, first).into_iter().rev().fold(Tail::default(), |tail, index| {
        let arm = &arms[index];
        let (success, failure) = (arm.after_failure, 1.0 - arm.after_failure);
        Tail {
            value: success * arm.quality.mean() + failure * tail.value,
            cost: charged(arm) + failure * tail.cost,
            success: success + failure * tail.success,
        }
    });
    let arm = &arms[first];
    let failure = 1.0 - arm.reliability.mean();
    Chain {
        value: value(arm, if scored { tail.value } else { 0.0 }, scored),
        cost: arm.cost_usd.map(|cost| cost + failure * tail.cost),
        charged: charged(arm) + failure * tail.cost,
        success: 1.0 - failure * (1.0 - tail.success),
    }
}

/// The posterior of p·q + (1−p)·V′ = V′ + p·(q − V′) for known V′, moment-matched.
///
/// Mean V′ + Ep·(Eq − V′), variance (Eq − V′)²·Var p + (Ep)²·Var q + Var p·Var q. Where fallbacks of like quality stand
/// by, it does not matter much how reliable a model is, and so neither how well that is known.
fn value(arm: &Arm, after: f64, scored: bool) -> Beta {
    let (p, q) = (arm.reliability, arm.quality);
    let gain = q.mean() - after;
    let quality_variance = if scored { q.variance() } else { 0.0 };
    let variance = gain * gain * p.variance() + (p.mean() * p.mean() + p.variance()) * quality_variance;
    Beta::from_moments(after + p.mean() * gain, variance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::arm::Standing;
    use crate::policy::{CostSource, Latency};

    fn arm_of(model: &str, reliability: Beta, cost_usd: f64) -> Arm {
        let quality = Beta::new(3.0, 1.0);
        Arm {
            model: model.into(),
            provider: model.into(),
            reliability,
            after_failure: reliability.mean(),
            quality,
            value: reliability.product(quality),
            calls: 10,
            strength: 10.0,
            strength_squared: 10.0,
            scored_strength: 10.0,
            cost_usd: Some(cost_usd),
            cost_source: CostSource::Price,
            input_tokens: None,
            output_tokens: None,
            latency: Latency::default(),
            standing: Standing::Eligible("eligible".into()),
            unproven: false,
            changed_since: None,
            flags: Vec::new(),
        }
    }

    #[test]
    fn a_chain_of_three_has_the_moments_worked_out_by_hand() {
        let arms = [
            arm_of("a", Beta::new(8.0, 2.0), 0.01),
            Arm { after_failure: 0.6, ..arm_of("b", Beta::new(9.0, 1.0), 0.03) },
            Arm { after_failure: 0.5, ..arm_of("c", Beta::new(9.0, 1.0), 0.02) },
        ];
        let order = fallback::order(&arms);
        assert_eq!(order, [0, 1, 2], "by value given a failure: 0.8, 0.6, 0.5");
        let found = chain(&arms, &order, 0, 0.03, true);
        // All have q ~ Beta(3, 1). V′ = 0.6·0.75 + 0.4·0.5·0.75 = 0.6, C′ = 0.03 + 0.4·0.02 = 0.038.
        assert!((found.value.mean() - (0.8 * 0.75 + 0.2 * 0.6)).abs() < 1e-12);
        let (p_variance, q_variance, gain) = (0.16 / 11.0, 0.1875 / 5.0, 0.15);
        let variance = gain * gain * p_variance + 0.64 * q_variance + p_variance * q_variance;
        assert!((found.value.variance() - variance).abs() < 1e-12);
        assert!((found.charged - (0.01 + 0.2 * 0.038)).abs() < 1e-12 && found.cost == Some(found.charged));
        assert!((found.success - (1.0 - 0.2 * 0.4 * 0.5)).abs() < 1e-12);
        assert!((found.utility(2.0).shift + 2.0 * found.charged).abs() < 1e-12);
    }

    #[test]
    fn without_a_fallback_the_chain_is_the_arm() {
        let only = [arm_of("a", Beta::new(8.0, 2.0), 0.01)];
        let found = chain(&only, &[0], 0, 0.01, true);
        assert!((found.value.alpha - only[0].value.alpha).abs() < 1e-9);
        assert_eq!((found.utility(0.0).shift, found.cost, found.success), (0.0, Some(0.01), 0.8));
    }

    #[test]
    fn the_probability_of_being_best_is_that_of_drawn_chains() {
        use rand::{SeedableRng, rngs::ChaCha8Rng};
        use rand_distr::Distribution;
        let shapes = [((60.0, 9.0), (200.0, 25.0)), ((95.0, 5.0), (120.0, 17.0)), ((9.0, 1.5), (6.0, 1.0))];
        let arms: Vec<Arm> = shapes
            .iter()
            .zip(["a", "b", "c"])
            .map(|(&(reliability, quality), model)| {
                let (reliability, quality) = (Beta::new(reliability.0, reliability.1), Beta::new(quality.0, quality.1));
                Arm { quality, value: reliability.product(quality), ..arm_of(model, reliability, 0.01) }
            })
            .collect();
        let order = fallback::order(&arms);
        let utilities: Vec<Utility> =
            (0..3).map(|first| chain(&arms, &order, first, 0.01, true).utility(0.0)).collect();
        let found = crate::stats::best_arm::probability_best(&utilities);

        let mut random = ChaCha8Rng::seed_from_u64(3);
        let mut draw = |posterior: Beta| -> f64 {
            rand_distr::Beta::new(posterior.alpha, posterior.beta).expect("a proper posterior").sample(&mut random)
        };
        let tail = |first: usize| {
            fallback::followers(&arms, &order, first)
                .into_iter()
                .rev()
                .fold(0.0, |tail, next| arms[next].value.mean() + (1.0 - arms[next].after_failure) * tail)
        };
        let tails: Vec<f64> = (0..3).map(tail).collect();
        let draws = 50_000;
        let mut wins = [0_u32; 3];
        for _ in 0..draws {
            let utility = |index: usize| {
                let (p, q) = (draw(arms[index].reliability), draw(arms[index].quality));
                p * q + (1.0 - p) * tails[index]
            };
            let drawn: Vec<f64> = (0..3).map(utility).collect();
            let best = (0..3).max_by(|&one, &other| drawn[one].total_cmp(&drawn[other])).expect("three arms");
            wins[best] += 1;
        }
        for (index, win) in wins.iter().enumerate() {
            let share = f64::from(*win) / f64::from(draws);
            // Moment matching is the larger part of the gap; the draws' standard error is 0.002.
            assert!((found[index] - share).abs() < 0.015, "arm {index}: {} found, {share} drawn", found[index]);
        }
    }
}

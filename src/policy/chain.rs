//! The utility of a choice counts what follows its failure: the fallback's cost, and what the fallback earns.

use super::arm::Arm;
use super::fallback;
use crate::stats::Beta;
use crate::stats::best_arm::Utility;

/// The chain that begins with an arm, one fallback deep.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chain {
    /// U(m) = v − λ·c + (1−p)·(v′ − λ·c′): the posterior of v + (1−p)·v′, less the expected cost.
    pub(super) utility: Utility,
    /// c + (1−p)·c′ in dollars; none where the arm's own cost is unknown.
    pub(super) cost: Option<f64>,
}

/// The chain of each arm; the fallback m′ is the first of `order` of another provider.
///
/// The fallback counts with its mean value v′, as reliable after a failure as ever (the shift δ is 0 until fitted), and
/// expected costs with the mean of p. An unknown cost is charged as the highest known one of the row.
///
/// In a log without any `scored` success the quality is one unknown common to all models: it tells no two apart, and a
/// fallback would earn just what the failed model lost, so that every order were equally good. There models compare by
/// reliability alone.
pub(super) fn chains(arms: &[&Arm], order: &[usize], lambda: f64, scored: bool) -> Vec<Chain> {
    let highest = arms.iter().filter_map(|arm| arm.cost_usd).fold(0.0, f64::max);
    let charged = |arm: &Arm| arm.cost_usd.unwrap_or(highest);
    (0..arms.len())
        .map(|index| {
            let arm = arms[index];
            let failure = 1.0 - arm.reliability.mean();
            let next = fallback::next(arms, order, index).map(|next| arms[next]);
            let next_value = next.filter(|_| scored).map_or(0.0, |next| next.value.mean());
            let next_cost = failure * next.map_or(0.0, charged);
            let value = chain_value(arm, next_value, scored);
            Chain {
                utility: Utility { value, shift: -lambda * (charged(arm) + next_cost) },
                cost: arm.cost_usd.map(|cost| cost + next_cost),
            }
        })
        .collect()
}

/// The posterior of p·q + (1−p)·v′ = v′ + p·(q − v′) for known v′, moment-matched.
///
/// Mean v′ + Ep·(Eq − v′), variance (Eq − v′)²·Var p + (Ep)²·Var q + Var p·Var q. Where a fallback of like quality stands by,
/// it does not matter much how reliable a model is, and so neither how well that is known.
fn chain_value(arm: &Arm, next_value: f64, scored: bool) -> Beta {
    let (p, q) = (arm.reliability, arm.quality);
    let gain = q.mean() - next_value;
    let quality_variance = if scored { q.variance() } else { 0.0 };
    let variance = gain * gain * p.variance() + (p.mean() * p.mean() + p.variance()) * quality_variance;
    Beta::from_moments(next_value + p.mean() * gain, variance)
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
            flags: Vec::new(),
        }
    }

    #[test]
    fn a_chain_of_two_has_the_moments_worked_out_by_hand() {
        let (first, second) = (arm_of("a", Beta::new(8.0, 2.0), 0.01), arm_of("b", Beta::new(9.0, 1.0), 0.03));
        let chains = chains(&[&first, &second], &[1, 0], 2.0, true);
        // Both have q ~ Beta(3, 1): v = 0.8·0.75 and v′ = 0.9·0.75; a failure of a (0.2) earns v′ and costs c′.
        let utility = chains[0].utility;
        assert!((utility.value.mean() - (0.6 + 0.2 * 0.675)).abs() < 1e-12);
        let (p_variance, q_variance, gain) = (0.16 / 11.0, 0.1875 / 5.0, 0.075);
        let variance = gain * gain * p_variance + 0.64 * q_variance + p_variance * q_variance;
        assert!((utility.value.variance() - variance).abs() < 1e-12);
        assert!((utility.shift + 2.0 * (0.01 + 0.2 * 0.03)).abs() < 1e-12);
        assert!(chains[0].cost.is_some_and(|cost| (cost - 0.016).abs() < 1e-12));
    }

    #[test]
    fn without_a_fallback_the_chain_is_the_arm() {
        let only = arm_of("a", Beta::new(8.0, 2.0), 0.01);
        let chains = chains(&[&only], &[0], 0.0, true);
        assert!((chains[0].utility.value.alpha - only.value.alpha).abs() < 1e-9);
        assert_eq!((chains[0].utility.shift, chains[0].cost), (0.0, Some(0.01)));
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
        let arms: Vec<&Arm> = arms.iter().collect();
        let order = fallback::order(&arms);
        let utilities: Vec<Utility> = chains(&arms, &order, 0.0, true).iter().map(|chain| chain.utility).collect();
        let found = crate::stats::best_arm::probability_best(&utilities);

        let mut random = ChaCha8Rng::seed_from_u64(3);
        let mut draw = |posterior: Beta| -> f64 {
            rand_distr::Beta::new(posterior.alpha, posterior.beta).expect("a proper posterior").sample(&mut random)
        };
        let draws = 50_000;
        let mut wins = [0_u32; 3];
        for _ in 0..draws {
            let utility = |index: usize| {
                let next = fallback::next(&arms, &order, index).expect("three providers");
                let (p, q) = (draw(arms[index].reliability), draw(arms[index].quality));
                p * q + (1.0 - p) * arms[next].value.mean()
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

//! Second opinions for the tests: draws, and integrals over probability levels.

use rand::{SeedableRng, rngs::ChaCha8Rng};
use rand_distr::{Beta as BetaDraw, Distribution};
use rayon::prelude::*;

use super::Utility;
use crate::stats::Beta;

pub(super) fn arm(alpha: f64, beta: f64, shift: f64) -> Utility {
    Utility { value: Beta::new(alpha, beta), shift }
}

/// For each arm the share of draws in which its utility is the largest.
pub(super) fn share_best(arms: &[Utility], draws: u64) -> Vec<f64> {
    shares(arms, draws, |utilities, wins| {
        let mut best = 0;
        for index in 1..utilities.len() {
            if utilities[index] > utilities[best] {
                best = index;
            }
        }
        wins[best] += 1;
    })
}

/// For each arm the share of draws in which no other of at most its cost has a larger utility.
pub(super) fn share_on_frontier(arms: &[Utility], costs: &[f64], draws: u64) -> Vec<f64> {
    shares(arms, draws, |utilities, wins| {
        for (index, win) in wins.iter_mut().enumerate() {
            let beaten = |other: usize| costs[other] <= costs[index] && utilities[other] > utilities[index];
            *win += u64::from(!(0..utilities.len()).any(beaten));
        }
    })
}

fn shares(arms: &[Utility], draws: u64, count: impl Fn(&[f64], &mut [u64]) + Sync) -> Vec<f64> {
    const CHUNKS: u64 = 20;
    let posteriors: Vec<BetaDraw<f64>> =
        arms.iter().map(|arm| BetaDraw::new(arm.value.alpha, arm.value.beta).expect("a proper posterior")).collect();
    let wins: Vec<Vec<u64>> = (0..CHUNKS)
        .into_par_iter()
        .map(|chunk| {
            let mut random = ChaCha8Rng::seed_from_u64(chunk);
            let (mut wins, mut utilities) = (vec![0; arms.len()], vec![0.0; arms.len()]);
            for _ in 0..draws / CHUNKS {
                for ((utility, posterior), arm) in utilities.iter_mut().zip(&posteriors).zip(arms) {
                    *utility = posterior.sample(&mut random) + arm.shift;
                }
                count(&utilities, &mut wins);
            }
            wins
        })
        .collect();
    (0..arms.len()).map(|index| wins.iter().map(|chunk| chunk[index]).sum::<u64>() as f64 / draws as f64).collect()
}

/// For each arm P(its utility is larger than that of all others of at most its cost) = ∫ Π F_j(Q_m(p)) dp by the midpoint
/// rule, p = 10t³ − 15t⁴ + 6t⁵ at evenly spaced t: exact quantiles and distribution functions, no tables.
pub(super) fn over_levels(arms: &[Utility], costs: &[f64], levels: u32) -> Vec<f64> {
    let probability = |index: usize| -> f64 {
        let term = |step: u32| {
            let t = (f64::from(step) + 0.5) / f64::from(levels);
            let (level, weight) = (t * t * t * (10.0 - 15.0 * t + 6.0 * t * t), 30.0 * t * t * (1.0 - t) * (1.0 - t));
            let utility = arms[index].value.quantile(level) + arms[index].shift;
            let rivals = (0..arms.len()).filter(|&other| other != index && costs[other] <= costs[index]);
            weight * rivals.map(|other| arms[other].value.cdf(utility - arms[other].shift)).product::<f64>()
        };
        (0..levels).map(term).sum::<f64>() / f64::from(levels)
    };
    (0..arms.len()).into_par_iter().map(probability).collect()
}

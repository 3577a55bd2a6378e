//! Random numbers of the evaluation: named streams, so that no result depends on threads or on the order of runs.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Beta, Binomial, Distribution, StandardNormal};

/// What a stream of random numbers is for; streams of different purposes never overlap.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    /// The effects a world is made of.
    World = 1,
    /// How its truth moves on one day.
    Course = 2,
    /// The tasks of one day.
    Day = 3,
}

/// One stream of random numbers, named by (seed, purpose, index).
pub(super) struct Draws(ChaCha8Rng);

impl Draws {
    /// The stream of this seed, purpose and index (the day).
    pub(super) fn new(seed: u64, purpose: Purpose, index: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&(purpose as u64).to_le_bytes());
        key[16..24].copy_from_slice(&index.to_le_bytes());
        Self(ChaCha8Rng::from_seed(key))
    }

    /// A normal with mean 0.
    pub(super) fn normal(&mut self, deviation: f64) -> f64 {
        let standard: f64 = StandardNormal.sample(&mut self.0);
        deviation * standard
    }

    /// How many of `trials` succeed.
    pub(super) fn binomial(&mut self, trials: u64, probability: f64) -> u64 {
        let binomial = Binomial::new(trials, probability.clamp(0.0, 1.0)).expect("a probability within 0 and 1");
        binomial.sample(&mut self.0)
    }

    /// How `trials` fall on cells of these shares (a multinomial draw, cell by cell).
    pub(super) fn split(&mut self, trials: u64, shares: &[f64]) -> Vec<u64> {
        let (mut left, mut share_left) = (trials, shares.iter().sum::<f64>());
        let last = shares.iter().rposition(|share| *share > 0.0);
        let draw = |(cell, &share): (usize, &f64)| {
            let count = if Some(cell) == last {
                left
            } else if share > 0.0 && left > 0 {
                self.binomial(left, share / share_left)
            } else {
                0
            };
            left -= count;
            share_left -= share;
            count
        };
        shares.iter().enumerate().map(draw).collect()
    }

    /// Σx and Σx² of `count` Beta-distributed numbers of this mean and of variance dispersion·mean·(1 − mean).
    pub(super) fn scores(&mut self, count: u64, mean: f64, dispersion: f64) -> (f64, f64) {
        if count == 0 {
            return (0.0, 0.0);
        }
        let strength = 1.0 / dispersion - 1.0;
        let beta = Beta::new(mean * strength, (1.0 - mean) * strength).expect("a mean and dispersion within 0 and 1");
        (0..count).fold((0.0, 0.0), |(sum, squares), _| {
            let score: f64 = beta.sample(&mut self.0);
            (sum + score, squares + score * score)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_split_keeps_the_total_and_follows_the_shares() {
        let mut draws = Draws::new(1, Purpose::Day, 0);
        let counts = draws.split(100_000, &[0.5, 0.0, 0.3, 0.2, 0.0]);
        assert_eq!(counts.iter().sum::<u64>(), 100_000);
        assert_eq!((counts[1], counts[4]), (0, 0));
        for (count, share) in counts.iter().zip([0.5, 0.0, 0.3, 0.2, 0.0]) {
            // Four standard errors.
            assert!((*count as f64 - 1e5 * share).abs() <= 4.0 * (1e5 * share * (1.0 - share)).sqrt(), "{counts:?}");
        }
    }

    #[test]
    fn scores_have_their_mean_and_variance() {
        let (sum, squares) = Draws::new(2, Purpose::Day, 0).scores(100_000, 0.9, 0.1);
        let (mean, count) = (sum / 1e5, 1e5);
        assert!((mean - 0.9).abs() < 4.0 * (0.009_f64 / count).sqrt());
        assert!((squares / count - mean * mean - 0.009).abs() < 0.0003);
    }
}

//! Percentile intervals by drawing tasks again.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;

use crate::evaluate::interval::Interval;

/// Intervals of several statistics of the same tasks, each replicate drawing as many tasks as there are, with
/// replacement (percentile bootstrap: Efron, *Annals of Statistics* 7, 1979).
///
/// `statistics` takes how often each task counts. All statistics see the same draws, so that a difference of two is
/// paired. A replicate in which one is not finite is left out of its interval.
///
/// The tables are given: what chance the build part had is not in the interval, and tasks are taken to be independent.
pub(super) fn bootstrap(
    tasks: usize,
    replicates: u32,
    level: f64,
    seed: u64,
    statistics: impl Fn(&[u32]) -> Vec<f64> + Sync,
) -> Vec<Interval> {
    let means = statistics(&vec![1; tasks]);
    let draws: Vec<Vec<f64>> =
        (0..replicates).into_par_iter().map(|replicate| statistics(&counts(tasks, seed, replicate))).collect();
    let interval = |(place, &mean): (usize, &f64)| {
        let mut drawn: Vec<f64> = draws.iter().map(|draw| draw[place]).filter(|value| value.is_finite()).collect();
        drawn.sort_by(f64::total_cmp);
        let end = |share: f64| quantile(&drawn, share).unwrap_or(mean);
        Interval { mean, low: end(0.5 - 0.5 * level), high: end(0.5 + 0.5 * level) }
    };
    means.iter().enumerate().map(interval).collect()
}

fn counts(tasks: usize, seed: u64, replicate: u32) -> Vec<u32> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    // A stream a replicate: no result depends on the order in which threads take them.
    random.set_stream(u64::from(replicate));
    let mut counts = vec![0; tasks];
    for _ in 0..tasks {
        counts[random.random_range(0..tasks as u64) as usize] += 1;
    }
    counts
}

/// Linear between order statistics (type 7 of Hyndman & Fan, 1996).
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = share * last as f64;
    let below = (place as usize).min(last);
    let above = (below + 1).min(last);
    Some(sorted[below] + (place - below as f64) * (sorted[above] - sorted[below]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantiles_of_five_numbers() {
        let sorted = [0.0, 1.0, 2.0, 3.0, 4.0];
        for (share, value) in [(0.0, 0.0), (0.25, 1.0), (0.375, 1.5), (1.0, 4.0)] {
            assert_eq!(quantile(&sorted, share), Some(value));
        }
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn intervals_of_means_hold_the_truth_as_often_as_they_say() {
        // 400 samples of 60 coin tosses of 0.3: 0.95 ± 2 standard errors (0.022), a little less for the bootstrap.
        let mut random = ChaCha8Rng::seed_from_u64(5);
        let mut held = 0;
        for sample in 0..400 {
            let tosses: Vec<f64> = (0..60).map(|_| f64::from(u8::from(random.random::<f64>() < 0.3))).collect();
            let mean = |counts: &[u32]| {
                vec![tosses.iter().zip(counts).map(|(toss, count)| toss * f64::from(*count)).sum::<f64>() / 60.0]
            };
            let found = bootstrap(60, 300, 0.95, sample, mean)[0];
            assert!(found.low <= found.mean && found.mean <= found.high);
            held += u32::from((found.low..=found.high).contains(&0.3));
        }
        assert!((360..=396).contains(&held), "{held} of 400");
    }

    #[test]
    fn paired_statistics_see_the_same_draws() {
        let values = [0.1, 0.9, 0.4, 0.4, 0.7];
        let sums = |counts: &[u32]| {
            let sum: f64 = values.iter().zip(counts).map(|(value, count)| value * f64::from(*count)).sum();
            vec![sum, sum + 1.0, (sum + 1.0) - sum, f64::NAN]
        };
        let found = bootstrap(5, 200, 0.9, 3, sums);
        assert!((found[2].high - found[2].low).abs() < 1e-9, "the difference has no spread: {:?}", found[2]);
        assert!(found[0].high > found[0].low && found[3].low.is_nan());
        assert_eq!(found[..3], bootstrap(5, 200, 0.9, 3, sums)[..3]);
    }
}

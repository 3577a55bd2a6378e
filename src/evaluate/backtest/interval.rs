//! Intervals of means over days that hang together.

use crate::evaluate::interval::Interval;
use crate::stats::student;

/// The mean with its interval by batch means: the days are cut into ⌊n/b⌋ batches of about b = ⌈√n⌉ days, whose means are
/// taken to be independent and normal, and Student's t allows for their number (Flegal & Jones, *Annals of Statistics*
/// 38, 2010, for the length of batches). With fewer than two batches the interval is infinite.
pub(super) fn batch_means(days: &[f64], level: f64) -> Interval {
    let count = days.len() as f64;
    let mean = days.iter().sum::<f64>() / count;
    let batches = days.len() / (count.sqrt().ceil() as usize).max(1);
    if batches < 2 {
        return Interval { mean, low: f64::NEG_INFINITY, high: f64::INFINITY };
    }
    let ends = (0..=batches).map(|batch| batch * days.len() / batches).collect::<Vec<usize>>();
    let squares = ends.windows(2).map(|ends| {
        let batch = &days[ends[0]..ends[1]];
        let gap = batch.iter().sum::<f64>() / batch.len() as f64 - mean;
        gap * gap
    });
    let freedom = (batches - 1) as f64;
    let standard_error = (squares.sum::<f64>() / freedom / batches as f64).sqrt();
    let reach = student::two_sided(level, freedom) * standard_error;
    Interval { mean, low: mean - reach, high: mean + reach }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{SeedableRng, rngs::ChaCha8Rng};
    use rand_distr::{Distribution, StandardNormal};

    #[test]
    fn four_days_worked_out_by_hand() {
        // Two batches of two days: means 1 and 4, deviation of their mean 1.5; t(0.75, 1) = 1.
        let found = batch_means(&[0.0, 2.0, 3.0, 5.0], 0.5);
        assert!((found.mean - 2.5).abs() < 1e-12);
        assert!((found.low - 1.0).abs() < 1e-9 && (found.high - 4.0).abs() < 1e-9, "{found:?}");
        assert_eq!(batch_means(&[7.0], 0.9).high, f64::INFINITY);
    }

    #[test]
    fn intervals_hold_the_mean_of_days_that_hang_together_about_as_often_as_they_say() {
        // x ← 0.6·x + e: 400 runs of 182 days; taking the days for independent would hold it in about 67 %.
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let mut held = 0;
        for _ in 0..400 {
            let mut level = 0.0;
            let days: Vec<f64> = (0..182)
                .map(|_| {
                    let step: f64 = StandardNormal.sample(&mut random);
                    level = 0.6 * level + step;
                    level
                })
                .collect();
            let found = batch_means(&days, 0.95);
            held += u32::from((found.low..=found.high).contains(&0.0));
        }
        assert!((360..=392).contains(&held), "{held} of 400");
    }
}

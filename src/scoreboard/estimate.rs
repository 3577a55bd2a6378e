//! A figure with its interval, from sums over independent tasks.

use crate::stats::{Beta, student, wilson};

/// A figure and the bounds of its two-sided interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// The lower bound; none where there is too little for one.
    pub low: Option<f64>,
    /// The upper bound.
    pub high: Option<f64>,
}

/// The mean of `count` tasks whose figures sum to `sum` and their squares to `square_sum`, with Student's interval
/// x̄ ± t·s/√n; none without tasks, without bounds for one.
///
/// ```
/// // 1, 2, 3: mean 2, s = 1, t(2) = 4.303.
/// let mean = merit::scoreboard::mean(3.0, 6.0, 14.0, 0.95).expect("three figures");
/// assert!((mean.value - 2.0).abs() < 1e-12 && (mean.high.expect("bounded") - 4.484).abs() < 1e-3);
/// ```
pub fn mean(count: f64, sum: f64, square_sum: f64, level: f64) -> Option<Estimate> {
    if count < 1.0 {
        return None;
    }
    let value = sum / count;
    if count < 2.0 {
        return Some(Estimate { value, low: None, high: None });
    }
    let variance = ((square_sum - sum * value) / (count - 1.0)).max(0.0);
    let half_width = student::two_sided(level, count - 1.0) * (variance / count).sqrt();
    Some(Estimate { value, low: Some(value - half_width), high: Some(value + half_width) })
}

/// The share of `successes` in `trials`, with Wilson's interval; none without trials.
pub fn proportion(successes: f64, trials: f64, level: f64) -> Option<Estimate> {
    (trials > 0.0).then(|| {
        let (low, high) = wilson::interval(successes, trials, level);
        Estimate { value: successes / trials, low: Some(low), high: Some(high) }
    })
}

/// The `share`-quantile of the figures of a histogram (figure, count), with the interval between two order statistics:
/// the largest l with P(B < l) ≤ α/2 and the smallest u with P(B < u) ≥ 1 − α/2, B ~ Binomial(n, share) (Thompson, *Ann.
/// Math. Statist.* 7, 1936; Hahn and Meeker 1991, 5.2). A bound that no order statistic reaches is none: 95 % of fewer
/// than 72 tasks have no upper bound at level 0.95.
///
/// ```
/// let quantile = merit::scoreboard::quantile(vec![(1.0, 50.0), (2.0, 50.0)], 0.95, 0.95).expect("a hundred figures");
/// assert_eq!((quantile.value, quantile.high), (2.0, Some(2.0)));
/// ```
pub fn quantile(mut histogram: Vec<(f64, f64)>, share: f64, level: f64) -> Option<Estimate> {
    histogram.retain(|(figure, count)| figure.is_finite() && *count > 0.0);
    histogram.sort_by(|one, other| one.0.total_cmp(&other.0));
    let total: f64 = histogram.iter().map(|(_, count)| count).sum();
    // The figure whose rank, counted from 1, is this.
    let at = |rank: f64| {
        let mut below = 0.0;
        histogram.iter().find(|(_, count)| {
            below += count;
            below >= rank
        })
    };
    let value = at((share * total).ceil().max(1.0))?.0;
    let tail = 0.5 * (1.0 - level);
    // P(B < rank), B the number of figures below the true quantile.
    let below = |rank: f64| match rank {
        rank if rank < 1.0 => 0.0,
        rank if rank > total => 1.0,
        rank => Beta::new(total - rank + 1.0, rank).cdf(1.0 - share),
    };
    let low = first_rank(total, |rank| below(rank) > tail) - 1.0;
    let high = first_rank(total, |rank| below(rank) >= 1.0 - tail);
    Some(Estimate {
        value,
        low: if low >= 1.0 { at(low).map(|found| found.0) } else { None },
        high: at(high).map(|found| found.0),
    })
}

/// The least rank in 1..=total+1 that `holds`, of a condition that stays true once it is.
fn first_rank(total: f64, holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (1.0, total + 1.0);
    while low < high {
        let middle = ((low + high) / 2.0).floor();
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1.0;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_of_a_quantile_are_the_published_ranks() {
        // Conover, Practical Nonparametric Statistics (3rd ed.), 3.2: n = 16, upper quartile, ranks 9 and 15 give 0.9550
        // by P(9 ≤ B ≤ 14); at level 0.95 the definition here gives ranks 8 and 16 or tighter ones that keep each tail.
        let figures: Vec<(f64, f64)> = (1..=16).map(|rank| (f64::from(rank), 1.0)).collect();
        let found = quantile(figures, 0.75, 0.95).expect("sixteen figures");
        let binomial = |most: u32| -> f64 {
            (0..=most)
                .map(|k| {
                    let ways: f64 = (0..k).map(|i| f64::from(16 - i) / f64::from(i + 1)).product();
                    ways * 0.75_f64.powi(k as i32) * 0.25_f64.powi(16 - k as i32)
                })
                .sum()
        };
        let low = (1..=16).filter(|rank| binomial(rank - 1) <= 0.025).max().expect("a rank");
        let high = (1..=16).find(|rank| binomial(rank - 1) >= 0.975).expect("a rank");
        assert_eq!((found.low, found.high), (Some(f64::from(low)), Some(f64::from(high))));
        assert_eq!(found.value, 12.0);
    }

    #[test]
    fn few_tasks_do_not_bound_a_tail() {
        let tasks = |count: f64| quantile(vec![(5.0, count)], 0.95, 0.95).expect("tasks");
        // 0.95^n ≤ 0.025 from n = 72 on.
        assert_eq!((tasks(71.0).high, tasks(72.0).high), (None, Some(5.0)));
        assert_eq!(quantile(vec![(5.0, 0.0)], 0.95, 0.95), None);
    }

    #[test]
    fn nothing_gives_nothing_and_one_has_no_bounds() {
        assert_eq!((mean(0.0, 0.0, 0.0, 0.95), proportion(0.0, 0.0, 0.95)), (None, None));
        assert_eq!(mean(1.0, 4.0, 16.0, 0.95), Some(Estimate { value: 4.0, low: None, high: None }));
        // Rounding must not make a variance negative.
        let same = mean(3.0, 0.3, 0.03, 0.95).expect("figures");
        assert!(same.low.expect("bounded") <= same.value && same.value <= same.high.expect("bounded"));
    }

    #[test]
    fn intervals_hold_the_truth_about_as_often_as_they_say() {
        use rand::{RngExt as _, SeedableRng, rngs::ChaCha8Rng};
        let mut random = ChaCha8Rng::seed_from_u64(11);
        let (mut means, mut quantiles, runs) = (0, 0, 400);
        for _ in 0..runs {
            let draws: Vec<f64> = (0..300).map(|_| -libm::log(1.0 - random.random::<f64>())).collect();
            let holds = |estimate: Option<Estimate>, truth: f64| {
                estimate.is_some_and(|found| {
                    found.low.is_none_or(|low| low <= truth) && found.high.is_none_or(|high| truth <= high)
                })
            };
            let squares = draws.iter().map(|draw| draw * draw).sum();
            means += i32::from(holds(mean(300.0, draws.iter().sum(), squares, 0.95), 1.0));
            let histogram = draws.iter().map(|draw| (*draw, 1.0)).collect();
            quantiles += i32::from(holds(quantile(histogram, 0.95, 0.95), libm::log(20.0)));
        }
        // 0.95 of 400 is 380, its standard error 4.4; an interval between ranks is at least as wide as it says.
        assert!((366..=394).contains(&means), "{means}");
        assert!((366..=400).contains(&quantiles), "{quantiles}");
    }
}

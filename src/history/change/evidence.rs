//! The evidence of one stream on one night: for every candidate day the likelihood ratio of a change.

use super::result::Figure;
use super::stratum::{Entry, Sums, WINDOW};

/// A change may have happened on any of this many last days.
pub(super) const LOOK_BACK: usize = 30;

/// Candidate days with less weight Σ n₀n₁/(n₀+n₁) than this are not looked at: fewer calls show nothing, and a single odd
/// score must not look like a level.
pub(super) const LEAST_WEIGHT: f64 = 5.0;

/// With how many pairs' weight the dispersion of a stream's days is drawn towards that of the other streams.
const PRIOR_PAIRS: f64 = 30.0;

/// The square of one difference counts as this at most, so that an old change is not taken for restlessness.
const LARGEST_SQUARE: f64 = 16.0;

/// What a day adds to the sums over all days from it on.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    /// Σ (x − n·x̄) since the candidate day, x̄ the stratum's mean over both sides.
    excess: f64,
    /// Its variance where nothing changed, Σ σ²·n₀n₁/(n₀+n₁).
    variance: f64,
    /// Σ n₀n₁/(n₀+n₁).
    weight: f64,
    /// Σ (q − x̄)² since the candidate day.
    squares: f64,
    /// Calls and their sum since the candidate day …
    count: f64,
    sum: f64,
    /// … and on both sides, over the strata that have both.
    total_count: f64,
    total_sum: f64,
}

impl Step {
    fn add(&mut self, other: &Step, sign: f64) {
        self.excess += sign * other.excess;
        self.variance += sign * other.variance;
        self.weight += sign * other.weight;
        self.squares += sign * other.squares;
        self.count += sign * other.count;
        self.sum += sign * other.sum;
        self.total_count += sign * other.total_count;
        self.total_sum += sign * other.total_sum;
    }
}

/// Sums over the strata of one stream; place k is the day k days before the night.
#[derive(Clone, Debug)]
pub(super) struct Evidence {
    steps: [Step; LOOK_BACK],
    /// Per day: Σ (x − n·x̄) and its variance.
    days: [(f64, f64); WINDOW as usize],
    /// Degrees of freedom of the variance.
    freedom: f64,
    is_empty: bool,
}

/// The best candidate day of a stream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hit {
    /// ln of the generalised likelihood ratio.
    pub(super) statistic: f64,
    /// The candidate day.
    pub(super) since: i32,
}

/// How a stream has moved since a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Move {
    /// Σ n₀n₁/(n₀+n₁).
    pub(super) weight: f64,
    /// The shift over its standard error.
    pub(super) z: f64,
}

impl Evidence {
    pub(super) fn new() -> Self {
        Self { steps: [Step::default(); LOOK_BACK], days: [(0.0, 0.0); WINDOW as usize], freedom: 0.0, is_empty: true }
    }

    /// Adds a stratum: its window, the window's sums and the variance of one value within it.
    pub(super) fn add(&mut self, window: &[Entry], total: Sums, variance: f64, night: i32) {
        self.freedom += total.count - 1.0;
        // Nothing within the look-back: the stratum says nothing about any candidate day.
        if window.last().is_none_or(|last| night - last.day >= LOOK_BACK as i32) {
            return;
        }
        let mean = total.mean();
        let mut so_far = Step::default();
        for entry in window.iter().rev() {
            let place = (night - entry.day) as usize;
            let own = entry.own;
            let excess = own.sum - own.count * mean;
            let day = &mut self.days[place];
            day.0 += excess;
            day.1 += variance * own.count * (1.0 - own.count / total.count);
            if place >= LOOK_BACK {
                continue;
            }
            self.is_empty = false;
            let before = total.count - so_far.count - own.count;
            // Counts are whole. With nothing before this day the stratum says nothing on it, nor on any earlier one.
            if before < 0.5 {
                self.steps[place].add(&so_far, -1.0);
                break;
            }
            let is_first = so_far.count == 0.0;
            let weight = (so_far.count + own.count) * before / total.count - so_far.weight;
            let step = Step {
                excess,
                variance: variance * weight,
                weight,
                squares: (own.squares - mean * (2.0 * own.sum - own.count * mean)).max(0.0),
                count: own.count,
                sum: own.sum,
                total_count: if is_first { total.count } else { 0.0 },
                total_sum: if is_first { total.sum } else { 0.0 },
            };
            so_far.add(&step, 1.0);
            self.steps[place].add(&step, 1.0);
        }
    }

    /// Adds the evidence of other strata.
    pub(super) fn join(&mut self, other: &Evidence) {
        self.steps.iter_mut().zip(&other.steps).for_each(|(step, part)| step.add(part, 1.0));
        for (day, part) in self.days.iter_mut().zip(&other.days) {
            day.0 += part.0;
            day.1 += part.1;
        }
        self.freedom += other.freedom;
        self.is_empty &= other.is_empty;
    }

    /// The candidate day with the largest statistic, if that is at least `floor`; `others` are the differences of days in
    /// streams of its kind.
    pub(super) fn best(&self, figure: Figure, night: i32, floor: f64, others: DayDifferences) -> Option<Hit> {
        let mut best: Option<Hit> = None;
        if self.is_empty {
            return best;
        }
        let mut since = Step::default();
        for (place, step) in self.steps.iter().enumerate() {
            since.add(step, 1.0);
            // No likelihood ratio here is more than about twice half the squared score statistic, so most days end here.
            let is_small = since.excess * since.excess < 0.8 * floor * since.variance;
            if is_small || since.weight < LEAST_WEIGHT {
                continue;
            }
            let statistic = self.statistic(&since, figure) / self.day_differences(place + 1).dispersion(others);
            if statistic >= floor && best.is_none_or(|best| statistic > best.statistic) {
                best = Some(Hit { statistic, since: night - place as i32 });
            }
        }
        best
    }

    /// How the stream moved since `day`, which must lie within the look-back.
    pub(super) fn moved_since(&self, day: i32, night: i32) -> Move {
        let mut since = Step::default();
        self.steps.iter().take((night - day) as usize + 1).for_each(|step| since.add(step, 1.0));
        let z = if since.variance > 0.0 { since.excess / libm::sqrt(since.variance) } else { 0.0 };
        Move { weight: since.weight, z }
    }

    fn statistic(&self, since: &Step, figure: Figure) -> f64 {
        match figure {
            Figure::Success => binomial(since),
            // Both are tail bounds: the first is close for graded scores, the second for scores of 0 or 10 only.
            Figure::Score => student(since, self.freedom).max(binomial(since)),
        }
    }

    /// How much more neighbouring days differ than the calls in them explain (von Neumann et al., *Ann. Math. Statist.*
    /// 12, 1941, 153-162), from the days more than `newest` days before the night: those before a candidate day, since
    /// what a change does to its own days is no noise.
    pub(super) fn day_differences(&self, newest: usize) -> DayDifferences {
        let mut found = DayDifferences::default();
        if self.is_empty {
            return found;
        }
        let mut last: Option<f64> = None;
        for (excess, variance) in self.days.iter().skip(newest).filter(|day| day.1 > 0.0) {
            let z = excess / libm::sqrt(*variance);
            if let Some(last) = last {
                found.squares += (0.5 * (z - last) * (z - last)).min(LARGEST_SQUARE);
                found.pairs += 1.0;
            }
            last = Some(z);
        }
        found
    }
}

/// Squared differences of neighbouring days, and of how many pairs; their ratio is 1 on average where days differ by
/// chance alone.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct DayDifferences {
    pub(super) squares: f64,
    pub(super) pairs: f64,
}

impl DayDifferences {
    pub(super) fn add(&mut self, other: DayDifferences) {
        self.squares += other.squares;
        self.pairs += other.pairs;
    }

    /// The dispersion of days, at least 1: drawn towards that of `others` with the weight of [`PRIOR_PAIRS`], since a
    /// month of one stream's days tells little, and of many restless ones some look calm by luck.
    fn dispersion(self, others: DayDifferences) -> f64 {
        let prior = if others.pairs < PRIOR_PAIRS { 1.0 } else { (others.squares / others.pairs).max(1.0) };
        ((self.squares + PRIOR_PAIRS * prior) / (self.pairs + PRIOR_PAIRS)).max(1.0)
    }
}

/// ln of the likelihood ratio of a shift of normal scores of unknown variance, (ν/2)·ln(1 + t²/ν).
///
/// The variance is that within strata or, where larger, that of the scores since the candidate day: a few scores from a
/// long tail would otherwise count as many deviations.
fn student(since: &Step, freedom: f64) -> f64 {
    if since.count < 2.0 || freedom < 1.0 {
        return 0.0;
    }
    let scatter = (since.squares - since.excess * since.excess / since.count).max(0.0) / (since.count - 1.0);
    let variance = since.variance.max(scatter * since.weight);
    if variance <= 0.0 {
        return 0.0;
    }
    0.5 * freedom * libm::log1p(since.excess * since.excess / (variance * freedom))
}

/// ln of the likelihood ratio of a 2 × 2 table, successes and failures before and since, whose expected counts are the
/// sums over strata of those under no change (stratified as in Mantel & Haenszel, *JNCI* 22, 1959, 719-748).
///
/// By Chernoff's bound e^(−statistic) bounds the tail for any values in [0, 1] of this mean (Hoeffding, *JASA* 58, 1963,
/// theorem 1), also where failures are rare, where a squared deviation over its variance would raise false alarms.
fn binomial(since: &Step) -> f64 {
    let expected = since.sum - since.excess;
    let part = |found: f64, expected: f64| {
        if found <= 0.0 || expected <= 0.0 { 0.0 } else { found * libm::log(found / expected) }
    };
    let side = |found: f64, expected: f64, total: f64| part(found, expected) + part(total - found, total - expected);
    (side(since.sum, expected, since.total_sum)
        + side(since.count - since.sum, since.count - expected, since.total_count - since.total_sum))
    .max(0.0)
}

#[cfg(test)]
mod tests {
    use super::super::stratum::Stratum;
    use super::*;

    /// One stratum with (count, sum) a day from day 0 on.
    fn stratum(days: &[(f64, f64)]) -> (Stratum, i32) {
        let mut stratum = Stratum::new(0, None);
        for (day, (count, sum)) in days.iter().enumerate() {
            stratum.push(day as i32, Sums { count: *count, sum: *sum, squares: *sum });
        }
        let night = days.len() as i32 - 1;
        stratum.advance(night);
        (stratum, night)
    }

    fn evidence(strata: &[Stratum], night: i32) -> Evidence {
        let mut evidence = Evidence::new();
        for stratum in strata {
            let total = stratum.total();
            evidence.add(stratum.window(), total, total.scatter() / (total.count - 1.0), night);
        }
        evidence
    }

    #[test]
    fn a_table_by_hand() {
        // 90 of 100 before, 12 of 20 since: G²/2 by the textbook.
        let (stratum, night) = stratum(&[(100.0, 90.0), (20.0, 12.0)]);
        let hit =
            evidence(&[stratum], night).best(Figure::Success, night, 0.1, DayDifferences::default()).expect("a shift");
        let rate: f64 = 102.0 / 120.0;
        let cells =
            [(90.0, 100.0 * rate), (10.0, 100.0 * (1.0 - rate)), (12.0, 20.0 * rate), (8.0, 20.0 * (1.0 - rate))];
        let expected: f64 = cells.iter().map(|(found, expected): &(f64, f64)| found * (found / expected).ln()).sum();
        assert!((hit.statistic - expected).abs() < 1e-12, "{hit:?} {expected}");
        assert_eq!(hit.since, 1);
    }

    #[test]
    fn a_change_of_the_mix_is_no_change() {
        // Easy work (all succeed) gives way to hard work (half succeed) on day 10: the plain mean falls by a lot.
        let easy: Vec<(f64, f64)> = (0..20).map(|day| if day < 10 { (40.0, 40.0) } else { (2.0, 2.0) }).collect();
        let hard: Vec<(f64, f64)> = (0..20).map(|day| if day < 10 { (2.0, 1.0) } else { (40.0, 20.0) }).collect();
        let (easy, night) = stratum(&easy);
        let (hard, _) = stratum(&hard);
        assert_eq!(evidence(&[easy, hard], night).best(Figure::Success, night, 0.01, DayDifferences::default()), None);
    }

    #[test]
    fn work_that_is_new_says_nothing() {
        let (old, night) = stratum(&[(10.0, 9.0); 20]);
        let mut new = Stratum::new(1, None);
        new.push(18, Sums { count: 50.0, sum: 1.0, squares: 1.0 });
        new.push(19, Sums { count: 50.0, sum: 1.0, squares: 1.0 });
        new.advance(night);
        assert_eq!(evidence(&[old, new], night).best(Figure::Success, night, 0.5, DayDifferences::default()), None);
    }

    #[test]
    fn one_bad_score_after_many_good_ones_is_no_level() {
        let mut stratum = Stratum::new(0, None);
        for day in 0..40 {
            stratum.push(day, Sums { count: 5.0, sum: 4.5, squares: 4.06 });
        }
        // Four scores of 9 and a 0.
        stratum.push(40, Sums { count: 5.0, sum: 3.6, squares: 3.25 });
        stratum.advance(40);
        let found = evidence(&[stratum], 40).best(Figure::Score, 40, 0.1, DayDifferences::default());
        assert!(found.is_none_or(|hit| hit.statistic < 2.0), "{found:?}");
    }

    #[test]
    fn days_that_always_vary_weaken_the_evidence() {
        // Every other day 60 % instead of 90 % succeed; the last six days are all bad.
        let wild: Vec<(f64, f64)> =
            (0..40).map(|day| if day % 2 == 0 || day >= 34 { (50.0, 30.0) } else { (50.0, 45.0) }).collect();
        let calm: Vec<(f64, f64)> = (0..40).map(|day| if day >= 34 { (50.0, 30.0) } else { (50.0, 37.5) }).collect();
        let statistic = |days: &[(f64, f64)]| {
            let (stratum, night) = stratum(days);
            evidence(&[stratum], night)
                .best(Figure::Success, night, 0.1, DayDifferences::default())
                .expect("a shift")
                .statistic
        };
        assert!(statistic(&wild) < 0.3 * statistic(&calm), "{} {}", statistic(&wild), statistic(&calm));
    }
}

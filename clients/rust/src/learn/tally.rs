//! Decayed sums of observations that do not depend on their order.
//!
//! Forward decay (Cormode, Shkapenyuk, Srivastava & Xu, *ICDE* 2009): an observation t half-lives after a landmark adds
//! 2^t, and a reader at n divides by 2^n. So nothing is touched as time goes by, and what comes late counts as what it
//! is. The sums are whole numbers of 2^-40 calls: their addition is exact in any order. Every 32 half-lives the landmark
//! moves on, at which what lies far behind loses its last digits.

/// Parts of a call.
const UNIT: f64 = (1_u64 << 40) as f64;
/// Half-lives from landmark to landmark.
const STRETCH: u32 = 32;
/// Fewer calls than this are none.
const NOTHING: f64 = 1e-9;

/// What was observed of a model.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    /// The landmark, in stretches.
    landmark: u64,
    good: u128,
    bad: u128,
}

/// The same at an instant, in calls.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Observed {
    /// Σ weight·value.
    pub(super) good: f64,
    /// Σ weight·(1 − value).
    pub(super) bad: f64,
}

impl Tally {
    /// Adds a call of a value in \[0, 1\], so many half-lives after the start.
    pub(super) fn add(&mut self, value: f64, place: f64) {
        let landmark = (place / f64::from(STRETCH)) as u64;
        if landmark > self.landmark {
            let bits = (landmark - self.landmark).saturating_mul(u64::from(STRETCH)).min(u64::from(u128::BITS));
            let moved = |sum: u128| sum.checked_shr(bits as u32).unwrap_or(0);
            *self = Self { landmark, good: moved(self.good), bad: moved(self.bad) };
        }
        let parts = UNIT * libm::exp2(place - self.start());
        self.good = self.good.saturating_add((parts * value).round() as u128);
        self.bad = self.bad.saturating_add((parts * (1.0 - value)).round() as u128);
    }

    /// What it counts for so many half-lives after the start.
    pub(super) fn at(&self, place: f64) -> Observed {
        let fade = libm::exp2(self.start() - place) / UNIT;
        let found = Observed { good: self.good as f64 * fade, bad: self.bad as f64 * fade };
        if found.calls() < NOTHING { Observed::default() } else { found }
    }

    fn start(&self) -> f64 {
        self.landmark as f64 * f64::from(STRETCH)
    }
}

impl Observed {
    pub(super) fn calls(self) -> f64 {
        self.good + self.bad
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_is_left_after_a_half_life_and_nothing_in_the_end() {
        let mut tally = Tally::default();
        for _ in 0..8 {
            tally.add(0.75, 0.3);
        }
        for (place, calls) in [(0.3, 8.0), (1.3, 4.0), (3.3, 1.0)] {
            let found = tally.at(place);
            assert!((found.calls() - calls).abs() < 1e-9 && (found.good - 0.75 * calls).abs() < 1e-9, "{found:?}");
        }
        assert_eq!(tally.at(50.0), Observed::default());
    }

    #[test]
    fn any_order_gives_the_same_sums() {
        let calls = [(0.1, 0.2), (0.9, 3.0), (0.5, 0.7), (1.0, 31.0), (0.0, 30.999), (0.3, 12.0)];
        let sum = |order: &[usize]| {
            let mut tally = Tally::default();
            order.iter().for_each(|&call| tally.add(calls[call].0, calls[call].1));
            (tally.good, tally.bad)
        };
        let first = sum(&[0, 1, 2, 3, 4, 5]);
        for order in [[5, 4, 3, 2, 1, 0], [2, 5, 0, 3, 1, 4], [3, 0, 4, 1, 5, 2]] {
            assert_eq!(sum(&order), first, "{order:?}");
        }
    }

    #[test]
    fn a_landmark_that_moves_on_loses_nothing_that_counts() {
        let mut tally = Tally::default();
        for place in 0..400 {
            tally.add(1.0, f64::from(place));
        }
        assert!((tally.at(399.0).good - 2.0).abs() < 1e-8, "1 + ½ + ¼ + …: {:?}", tally.at(399.0));
        let mut leap = tally;
        leap.add(0.0, 1e6);
        assert_eq!(leap.at(1e6), Observed { good: 0.0, bad: 1.0 });
        leap.add(1.0, 5.0);
        assert_eq!(leap.at(1e6), Observed { good: 0.0, bad: 1.0 }, "far behind the landmark");
        tally.add(0.5, f64::MAX);
        tally.add(0.5, f64::MAX);
        assert!(tally.at(f64::MAX).calls().is_finite());
    }
}

//! When calls come: a weekly and a daily curve, and ordered arrival times that need no memory.
//!
//! The curves are assumptions, not fits: the traces at hand (Azure's conversation and code traces of 2023-11-16,
//! Mooncake's of 2025) span one hour each, and a weekly curve cannot be read from an hour. The shape is that of an
//! office: about five times as many calls at the busiest hour as at the quietest, and weekends at 55 % of a weekday.

use super::clock::{DAY_US, weekday};
use super::draws::{Draws, cumulative};

/// Calls of each weekday, Monday first, relative to the week's average.
const WEEKDAYS: [f64; 7] = [1.14, 1.18, 1.17, 1.15, 1.08, 0.64, 0.64];

/// Calls of each hour (UTC), relative to each other.
const HOURS: [f64; 24] = [
    3.0, 2.5, 2.2, 2.0, 2.0, 2.3, 3.2, 5.0, 7.2, 8.8, 9.6, 9.4, 8.4, 9.0, 9.8, 9.9, 9.4, 8.2, 6.6, 5.4, 4.8, 4.3, 3.8,
    3.4,
];

/// How many tasks come on a day when `average` come on an average one.
pub(super) fn tasks_on(epoch_day: i64, average: u32) -> u32 {
    // At most 1.18 · u32::MAX, which the settings' limit on calls a day keeps within u32.
    (f64::from(average) * WEEKDAYS[weekday(epoch_day)]).round() as u32
}

/// The arrival times of one day in ascending order: a Poisson process with the day's curve as its rate, given the count.
///
/// Sorted uniforms are drawn one after the other without sorting: of `left` uniforms on (u, 1), the smallest is
/// 1 − (1 − u)·V^(1/left), V uniform (Bentley and Saxe 1980).
pub(super) struct Arrivals {
    hours: Vec<f64>,
    left: u32,
    remaining: f64,
}

impl Arrivals {
    /// The arrivals of a day with `count` tasks.
    pub(super) fn new(count: u32) -> Self {
        Self { hours: cumulative(HOURS), left: count, remaining: 1.0 }
    }

    /// The next arrival in microseconds after midnight; `None` when the day is over.
    pub(super) fn next(&mut self, draws: &mut Draws) -> Option<i64> {
        if self.left == 0 {
            return None;
        }
        self.remaining *= libm::exp(libm::log(draws.positive()) / f64::from(self.left));
        self.left -= 1;
        Some(self.instant(1.0 - self.remaining))
    }

    /// The instant before which this share of the day's calls come.
    fn instant(&self, share: f64) -> i64 {
        let point = share * self.hours[23];
        let hour = self.hours.partition_point(|&bound| bound <= point).min(23);
        let before = if hour == 0 { 0.0 } else { self.hours[hour - 1] };
        let within = (point - before) / HOURS[hour];
        let instant = (hour as f64 + within) / 24.0 * DAY_US as f64;
        (instant as i64).clamp(0, DAY_US - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::draws::Purpose;
    use super::*;

    #[test]
    fn a_week_has_seven_average_days() {
        let week: u32 = (0..7).map(|day| tasks_on(day, 10_000)).sum();
        assert_eq!(week, 70_000);
    }

    #[test]
    fn arrivals_are_in_order_and_follow_the_curve() {
        let count = 50_000;
        let mut arrivals = Arrivals::new(count);
        let mut draws = Draws::new(5, Purpose::Day, 0);
        let mut hours = [0_u32; 24];
        let mut last = 0;
        while let Some(instant) = arrivals.next(&mut draws) {
            assert!(instant >= last && instant < DAY_US);
            last = instant;
            hours[(instant / (DAY_US / 24)) as usize] += 1;
        }
        assert_eq!(hours.iter().sum::<u32>(), count);
        let total: f64 = HOURS.iter().sum();
        for (hour, &seen) in hours.iter().enumerate() {
            let share = HOURS[hour] / total;
            let standard_error = (f64::from(count) * share * (1.0 - share)).sqrt();
            let expected = f64::from(count) * share;
            assert!((f64::from(seen) - expected).abs() < 4.0 * standard_error, "hour {hour}: {seen} for {expected}");
        }
    }
}

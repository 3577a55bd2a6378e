//! Axes of small pictures: from values to places, with round ticks.

use serde::Serialize;

/// A value and its place on an axis.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tick {
    /// The place.
    pub at: String,
    /// The value in words.
    pub label: String,
}

/// The most ticks of an axis.
const MOST_TICKS: usize = 7;

/// A coordinate as the picture's text has it: one decimal, so that the same page has the same bytes.
pub(super) fn coordinate(at: f64) -> String {
    format!("{:.1}", if at.abs() < 0.05 { 0.0 } else { at })
}

/// Where values of an axis lie.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    logarithmic: bool,
    start: f64,
    end: f64,
}

impl Scale {
    /// An even axis over the values with some room at both ends; `start` and `end` are the places of its ends.
    pub(super) fn even(values: impl Iterator<Item = f64>, (start, end): (f64, f64)) -> Option<Self> {
        let (low, high) = range(values)?;
        let room = if high > low { 0.08 * (high - low) } else { 0.1 * low.abs().max(0.1) };
        // What is never negative does not start below zero.
        let bottom = if low >= 0.0 { (low - room).max(0.0) } else { low - room };
        Some(Self { low: bottom, high: high + room, logarithmic: false, start, end })
    }

    /// An axis of the values' logarithms; what is not above zero has its place at the start.
    pub(super) fn logarithmic(values: impl Iterator<Item = f64> + Clone, (start, end): (f64, f64)) -> Option<Self> {
        let (low, high) = range(values.clone().filter(|value| *value > 0.0))?;
        let room = if values.clone().any(|value| value <= 0.0) { 2.0 } else { 1.25 };
        Some(Self { low: low / room, high: high * 1.25, logarithmic: true, start, end })
    }

    /// The place of a value; values beyond an end have the end's.
    pub(super) fn place(&self, value: f64) -> f64 {
        let share = if !self.logarithmic {
            (value - self.low) / (self.high - self.low)
        } else if value > 0.0 {
            libm::log10(value / self.low) / libm::log10(self.high / self.low)
        } else {
            0.0
        };
        self.start + share.clamp(0.0, 1.0) * (self.end - self.start)
    }

    /// The values at its ends.
    pub(super) fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Round values within the axis, at most seven.
    pub(super) fn ticks(&self, label: impl Fn(f64) -> String) -> Vec<Tick> {
        let values = if self.logarithmic { self.powers() } else { self.steps() };
        values.into_iter().map(|value| Tick { at: coordinate(self.place(value)), label: label(value) }).collect()
    }

    fn steps(&self) -> Vec<f64> {
        let span = self.high - self.low;
        let magnitude = libm::pow(10.0, libm::floor(libm::log10(span / MOST_TICKS as f64)));
        let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * magnitude);
        let step = step.into_iter().find(|step| span / step < (MOST_TICKS - 1) as f64).unwrap_or(span);
        let first = libm::ceil(self.low / step);
        (0..MOST_TICKS).map(|index| (first + index as f64) * step).take_while(|value| *value <= self.high).collect()
    }

    fn powers(&self) -> Vec<f64> {
        let first = libm::floor(libm::log10(self.low)) as i32;
        let last = libm::ceil(libm::log10(self.high)) as i32;
        let inside = |factors: &[f64], stride: usize| -> Vec<f64> {
            let powers = (first..=last).step_by(stride).map(|power| libm::pow(10.0, f64::from(power)));
            let values =
                powers.flat_map(|power| factors.iter().map(move |factor| factor * power).collect::<Vec<f64>>());
            values.filter(|value| *value >= self.low && *value <= self.high).collect()
        };
        let choices = [(&[1.0, 2.0, 5.0][..], 1), (&[1.0, 3.0], 1), (&[1.0], 1), (&[1.0], 2), (&[1.0], 4)];
        let mut ticks = choices.iter().map(|(factors, stride)| inside(factors, *stride));
        ticks.find(|values| values.len() <= MOST_TICKS).unwrap_or_default()
    }
}

/// The least and the greatest of the finite values.
pub(super) fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.filter(|value| value.is_finite()).fold(None, |range, value| {
        Some(range.map_or((value, value), |(low, high): (f64, f64)| (low.min(value), high.max(value))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: Option<Scale>) -> Vec<String> {
        scale
            .expect("values")
            .ticks(|value| format!("{value:.4}").trim_end_matches('0').to_string())
            .into_iter()
            .map(|tick| tick.label)
            .collect()
    }

    #[test]
    fn ticks_are_round_and_few() {
        let even = labels(Scale::even([0.6, 0.9].into_iter(), (0.0, 100.0)));
        assert_eq!(even, ["0.6", "0.7", "0.8", "0.9"]);
        let powers = labels(Scale::logarithmic([0.001, 0.1].into_iter(), (0.0, 1.0)));
        assert_eq!(powers, ["0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1"]);
        for values in [[0.0, 0.0], [1e-9, 1e6], [5.0, 5.0], [-3.0, 4.0]] {
            for scale in
                [Scale::even(values.into_iter(), (0.0, 1.0)), Scale::logarithmic(values.into_iter(), (0.0, 1.0))]
            {
                let ticks = scale.map_or(0, |scale| scale.ticks(|value| value.to_string()).len());
                assert!(ticks <= MOST_TICKS, "{values:?}");
            }
        }
    }

    #[test]
    fn places_lie_between_the_ends() {
        let scale = Scale::logarithmic([0.0, 0.01, 1.0].into_iter(), (50.0, 600.0)).expect("values");
        let places = [0.0, 0.01, 0.1, 1.0, 50.0].map(|value| scale.place(value));
        assert!(places.is_sorted() && places[0] == 50.0 && places[4] == 600.0, "{places:?}");
        // Up is less: pictures count from the top.
        let scale = Scale::even([0.0, 1.0].into_iter(), (200.0, 0.0)).expect("values");
        assert!(scale.place(0.0) > scale.place(1.0));
        assert!(Scale::even([f64::NAN].into_iter(), (0.0, 1.0)).is_none());
    }
}

//! `wilson_low(successes, trials [, level])` and `wilson_high(…)`: Wilson's interval of a share.

use datafusion::logical_expr::ScalarUDF;

use super::formula::Formula;
use super::reference::Reference;
use crate::stats::wilson;

/// The lower end.
pub(super) const LOW: Reference = Reference {
    name: "wilson_low",
    signature: "wilson_low(successes, trials [, level])",
    meaning: "Lower end of Wilson's interval of a share, two-sided, level 0.90 where none is given; 0 without trials, \
              null for a level outside (0, 1).",
    example: "SELECT ROUND(wilson_low(81, 263, 0.95), 4)",
    answer: "0.2553",
};

/// The upper end.
pub(super) const HIGH: Reference = Reference {
    name: "wilson_high",
    signature: "wilson_high(successes, trials [, level])",
    meaning: "Upper end of Wilson's interval of a share, two-sided, level 0.90 where none is given; 1 without trials, \
              null for a level outside (0, 1).",
    example: "SELECT ROUND(wilson_high(81, 263, 0.95), 4)",
    answer: "0.3662",
};

const LEVEL: f64 = 0.90;

pub(super) fn wilson_low() -> ScalarUDF {
    Formula::udf(LOW.name, &[2, 3], |numbers| interval(numbers).map(|(low, _)| low))
}

pub(super) fn wilson_high() -> ScalarUDF {
    Formula::udf(HIGH.name, &[2, 3], |numbers| interval(numbers).map(|(_, high)| high))
}

fn interval(numbers: &[f64]) -> Option<(f64, f64)> {
    let (successes, trials) = (numbers[0], numbers[1]);
    let level = numbers.get(2).copied().unwrap_or(LEVEL);
    (level > 0.0 && level < 1.0).then(|| wilson::interval(successes, trials, level))
}

//! How sure the gate must be of each challenger.

use std::f64::consts::PI;

/// 6α/(π²j²): the level of the j-th challenger (counted from 1). Over all challengers, however many, they sum to α.
///
/// ```
/// use merit::evaluate::gate::level;
/// assert!((level(1, 0.05) - 0.0304).abs() < 1e-4);
/// let spent: f64 = (1..=1000).map(|number| level(number, 0.05)).sum();
/// assert!(spent < 0.05 && spent > 0.0499);
/// ```
pub fn level(number: u32, alpha: f64) -> f64 {
    let number = f64::from(number.max(1));
    6.0 * alpha / (PI * PI * number * number)
}

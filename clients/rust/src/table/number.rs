//! Published numbers: finite, 12 significant digits.
//!
//! Twelve digits are more than any estimate here is worth, and fewer than the last bits in which
//! two machines or two orders of a sum may differ.

use serde::{Deserialize, Deserializer, Serializer, ser};

/// Rounds to 12 significant decimal digits (half to even on the exact value); minus zero becomes zero.
///
/// Infinities and NaN come back as they are: they have no digits. Writing a table refuses them.
///
/// ```
/// use merit_router::table::round12;
/// assert_eq!(round12(2.0 / 3.0), 0.666666666667);
/// assert_eq!(round12(123_456_789_012_345.0), 123_456_789_012_000.0);
/// ```
pub fn round12(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { 0.0 } else { value };
    }
    format!("{value:.11e}").parse().expect("a formatted finite number parses")
}

/// How serde writes and reads a number of the table, named in `#[serde(with = "Rounded")]`.
///
/// A type and not a module, so that the schema generator can ask it too.
pub(super) struct Rounded;

impl Rounded {
    /// Writes the rounded number; an error where it is not finite, since JSON would turn it into null.
    pub(super) fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        if !value.is_finite() {
            return Err(ser::Error::custom(format!("{value} is no number a table can hold")));
        }
        serializer.serialize_f64(round12(*value))
    }

    /// Reads a number; what was published is rounded already.
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        f64::deserialize(deserializer)
    }
}

/// The same for a number that may be absent.
pub(super) struct OptionalRounded;

impl OptionalRounded {
    /// Writes null or the rounded number.
    pub(super) fn serialize<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(number) => Rounded::serialize(number, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads null or a number.
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
        Option::<f64>::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_digits_stay_and_the_thirteenth_goes() {
        assert_eq!(round12(0.123_456_789_012_4), 0.123_456_789_012);
        assert_eq!(round12(1.234_567_890_127e-30), 1.234_567_890_13e-30);
        assert_eq!(round12(9.999_999_999_999_9), 10.0);
        assert_eq!(round12(-0.0).to_bits(), 0.0_f64.to_bits());
        assert!(round12(f64::NAN).is_nan());
    }

    #[test]
    fn rounding_twice_is_rounding_once() {
        let mut value = 3.7e-300;
        while value < 1e300 {
            assert_eq!(round12(round12(value)).to_bits(), round12(value).to_bits(), "{value}");
            assert!((round12(value) / value - 1.0).abs() <= 5.1e-12, "{value}");
            value *= 7.3;
        }
    }
}

//! A half-life as one writes it: `14`, `inf`, `"inf"` or `"auto"`.

use std::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

/// After how many days evidence counts half.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HalfLife {
    /// A number of days; infinite: never.
    Days(f64),
    /// What the history predicts its next day best with.
    Auto,
}

impl HalfLife {
    /// The days; none where they are yet to be found.
    pub fn days(self) -> Option<f64> {
        match self {
            Self::Days(days) => Some(days),
            Self::Auto => None,
        }
    }
}

impl Serialize for HalfLife {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            // JSON has no infinity.
            Self::Days(days) if days.is_infinite() => serializer.serialize_str("inf"),
            Self::Days(days) => serializer.serialize_f64(*days),
            Self::Auto => serializer.serialize_str("auto"),
        }
    }
}

impl<'de> Deserialize<'de> for HalfLife {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Written)
    }
}

struct Written;

impl Visitor<'_> for Written {
    type Value = HalfLife;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number of days, inf, or \"auto\"")
    }

    fn visit_f64<E: de::Error>(self, days: f64) -> Result<HalfLife, E> {
        Ok(HalfLife::Days(days))
    }

    fn visit_i64<E: de::Error>(self, days: i64) -> Result<HalfLife, E> {
        Ok(HalfLife::Days(days as f64))
    }

    fn visit_u64<E: de::Error>(self, days: u64) -> Result<HalfLife, E> {
        Ok(HalfLife::Days(days as f64))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<HalfLife, E> {
        match text {
            "auto" => Ok(HalfLife::Auto),
            "inf" => Ok(HalfLife::Days(f64::INFINITY)),
            other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::HalfLife;

    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Holder {
        days: HalfLife,
    }

    #[test]
    fn every_way_to_write_it_is_read_and_survives_json() {
        let cases = [("14", 14.0), ("3.5", 3.5), ("inf", f64::INFINITY), ("\"inf\"", f64::INFINITY)];
        let cases = cases.map(|(text, days)| (text, HalfLife::Days(days)));
        for (text, expected) in cases.into_iter().chain([("\"auto\"", HalfLife::Auto)]) {
            let read: Holder = toml::from_str(&format!("days = {text}")).expect("a half-life");
            assert_eq!(read.days, expected, "{text}");
            let json = serde_json::to_string(&read).expect("plain data");
            assert_eq!(serde_json::from_str::<Holder>(&json).expect("what was written"), read);
        }
    }

    #[test]
    fn another_word_is_refused_with_what_is_expected() {
        let error = toml::from_str::<Holder>("days = \"forever\"").expect_err("no half-life").to_string();
        assert!(error.contains("a number of days, inf, or \"auto\""), "{error}");
    }
}

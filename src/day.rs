//! A calendar day in UTC: the unit of partitions, of decay and of as-of.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Microseconds in a day.
pub const MICROSECONDS: i64 = 86_400_000_000;

/// Days since 1970-01-01 (UTC); prints and parses as `YYYY-MM-DD`.
///
/// ```
/// use merit::day::Day;
/// let day: Day = "2026-03-01".parse().expect("a date");
/// assert_eq!(day.next().to_string(), "2026-03-02");
/// assert_eq!(Day::of_timestamp(day.start() + 1), day);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// The day of an instant given in microseconds since 1970.
    pub fn of_timestamp(microseconds: i64) -> Self {
        Self(microseconds.div_euclid(MICROSECONDS) as i32)
    }

    /// Its first instant, in microseconds since 1970.
    pub fn start(self) -> i64 {
        i64::from(self.0) * MICROSECONDS
    }

    /// The day after.
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The day before.
    pub fn previous(self) -> Self {
        Self(self.0 - 1)
    }

    /// The calendar date; beyond the calendar, its last day.
    pub fn date(self) -> Date {
        self.checked_date().unwrap_or(Date::MAX)
    }

    fn checked_date(self) -> Option<Date> {
        Date::new(1970, 1, 1).ok()?.checked_add(jiff::Span::new().days(self.0)).ok()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.checked_date() {
            Some(date) => write!(f, "{date}"),
            None => write!(f, "day {}", self.0),
        }
    }
}

/// A text that is not a day.
#[derive(Debug, thiserror::Error)]
#[error("\"{0}\" is not a day; write it as YYYY-MM-DD")]
pub struct NotADay(String);

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let date: Date = text.parse().map_err(|_| NotADay(text.into()))?;
        if text.len() != 10 {
            return Err(NotADay(text.into()));
        }
        let epoch = Date::new(1970, 1, 1).map_err(|_| NotADay(text.into()))?;
        let days = date.since(epoch).map_err(|_| NotADay(text.into()))?.get_days();
        Ok(Self(days))
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_round_trip_and_bad_ones_are_refused() {
        for text in ["1969-12-31", "1970-01-01", "2024-02-29", "2026-11-23"] {
            assert_eq!(text.parse::<Day>().expect("a day").to_string(), text);
        }
        for text in ["2025-02-29", "20250101", "yesterday", ""] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
        assert_eq!(Day::of_timestamp(-1).to_string(), "1969-12-31");
    }
}

//! Instants as the log writes them, without a library of calendars.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};

/// An instant in UTC. Displayed as RFC 3339 with microseconds, `2026-11-23T12:34:56.000001Z`; with the alternate flag
/// `#` as file names have it, `20261123T123456`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Timestamp(pub(super) SystemTime);

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let microseconds = microseconds_since_epoch(self.0);
        let (seconds, fraction) = (microseconds.div_euclid(1_000_000), microseconds.rem_euclid(1_000_000));
        let (days, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = date(days);
        let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
        if f.alternate() {
            write!(f, "{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}")
        } else {
            write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction:06}Z")
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Whole microseconds since 1970-01-01T00:00:00Z, rounded down.
fn microseconds_since_epoch(instant: SystemTime) -> i64 {
    match instant.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
        Err(before) => {
            let nanoseconds = before.duration().as_nanos();
            i64::try_from(nanoseconds.div_ceil(1_000)).map_or(i64::MIN, |microseconds| -microseconds)
        }
    }
}

/// The date of a day counted from 1970-01-01, in the Gregorian calendar (Howard Hinnant's `civil_from_days`, 2013):
/// years begin in March there, so that the leap day is a year's last.
fn date(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::table::unix_seconds;

    fn at(seconds: i64, nanoseconds: u32) -> Timestamp {
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let start = if seconds < 0 { UNIX_EPOCH - whole } else { UNIX_EPOCH + whole };
        Timestamp(start + Duration::from_nanos(nanoseconds.into()))
    }

    #[test]
    fn known_instants() {
        for (seconds, nanoseconds, text) in [
            (0, 0, "1970-01-01T00:00:00.000000Z"),
            (-1, 999_999_999, "1969-12-31T23:59:59.999999Z"),
            (-1, 0, "1969-12-31T23:59:59.000000Z"),
            (951_782_400, 0, "2000-02-29T00:00:00.000000Z"),
            (951_868_800, 1_999, "2000-03-01T00:00:00.000001Z"),
            (1_795_437_296, 123_456_789, "2026-11-23T12:34:56.123456Z"),
            (4_107_542_399, 999_999_999, "2100-02-28T23:59:59.999999Z"),
            (4_107_542_400, 0, "2100-03-01T00:00:00.000000Z"),
            (253_402_300_799, 0, "9999-12-31T23:59:59.000000Z"),
        ] {
            assert_eq!(at(seconds, nanoseconds).to_string(), text);
        }
        assert_eq!(format!("{:#}", at(1_795_437_296, 123_456_789)), "20261123T123456");
    }

    #[test]
    fn what_is_written_reads_back_as_the_same_second() {
        let (first, last) = (unix_seconds("0001-01-01T00:00:00Z"), unix_seconds("9999-12-31T23:59:59Z"));
        let (first, last) = (first.expect("an instant"), last.expect("an instant"));
        // Steps of about 11 days and a prime number of seconds: every month, leap day and hour of 10,000 years is met.
        let mut seconds = first;
        while seconds <= last {
            let text = at(seconds, 654_321_000).to_string();
            let whole = text.strip_suffix(".654321Z").expect("the fraction stays");
            assert_eq!(unix_seconds(&format!("{whole}Z")), Some(seconds), "{text}");
            seconds += 947_857;
        }
    }

    #[test]
    fn an_instant_beyond_all_calendars_is_written_too() {
        let last = UNIX_EPOCH.checked_add(Duration::from_secs(i64::MAX as u64)).unwrap_or(UNIX_EPOCH);
        assert!(Timestamp(last).to_string().ends_with('Z'));
    }
}

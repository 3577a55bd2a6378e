//! Days and instants as plain numbers.

use jiff::civil::{Date, Weekday, date};

/// Microseconds in a day.
pub(super) const DAY_US: i64 = 86_400_000_000;

/// Days since 1970-01-01.
pub(super) fn epoch_day(day: Date) -> i64 {
    i64::from((day - date(1970, 1, 1)).get_days())
}

/// 0 for Monday … 6 for Sunday; 1970-01-01 was a Thursday.
pub(super) fn weekday(epoch_day: i64) -> usize {
    let thursday = i64::from(Weekday::Thursday.to_monday_zero_offset());
    usize::try_from((epoch_day + thursday).rem_euclid(7)).expect("a remainder of 7 is small and not negative")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_the_epoch() {
        assert_eq!(epoch_day(date(1970, 1, 1)), 0);
        assert_eq!(epoch_day(date(2026, 6, 1)), 20_605);
        assert_eq!(weekday(epoch_day(date(2026, 6, 1))), 0, "a Monday");
        assert_eq!(weekday(epoch_day(date(2026, 6, 7))), 6, "a Sunday");
        assert_eq!(weekday(epoch_day(date(1969, 12, 31))), 2, "a Wednesday");
    }
}

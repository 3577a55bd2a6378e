//! How long a table is to be believed.

use jiff::ToSpan;
use jiff::civil::Date;

use super::error::TableError;

/// The instant a table of this as-of date expires: as-of 00:00 UTC plus whole days, as the table writes it.
///
/// # Errors
/// A date beyond the calendar's last.
///
/// ```
/// let as_of = jiff::civil::date(2026, 11, 23);
/// assert_eq!(merit::table::expires_at(as_of, 14).expect("a date"), "2026-12-07T00:00:00Z");
/// ```
pub fn expires_at(as_of: Date, days: u32) -> Result<String, TableError> {
    let beyond = || TableError::Expiry { as_of, days };
    let span = 0.days().try_days(i64::from(days)).map_err(|_| beyond())?;
    let end = as_of.checked_add(span).map_err(|_| beyond())?;
    Ok(format!("{end}T00:00:00Z"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use merit_router::table::unix_seconds;

    #[test]
    fn days_are_whole_and_the_text_is_the_tables() {
        let end = expires_at(date(2028, 2, 28), 2).expect("a date");
        assert_eq!(end, "2028-03-01T00:00:00Z");
        assert!(unix_seconds(&end).is_some());
    }

    #[test]
    fn beyond_the_calendar_is_an_error() {
        assert!(expires_at(date(9999, 12, 31), 1).is_err());
        assert!(expires_at(date(2026, 1, 1), u32::MAX).is_err());
    }
}

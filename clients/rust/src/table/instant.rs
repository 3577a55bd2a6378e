//! Dates and instants as the table writes them: `2026-11-23` and `2026-11-23T00:00:00Z`.

/// Whether the text is a date of the Gregorian calendar, `YYYY-MM-DD`.
pub fn is_date(text: &str) -> bool {
    days_since_epoch(text).is_some()
}

/// Seconds since 1970-01-01T00:00:00Z of an instant written `YYYY-MM-DDTHH:MM:SSZ`; None for any other text.
///
/// ```
/// use merit_router::table::unix_seconds;
/// assert_eq!(unix_seconds("1970-01-02T00:00:01Z"), Some(86_401));
/// assert_eq!(unix_seconds("2026-11-23T10:00:00+02:00"), None);
/// ```
pub fn unix_seconds(text: &str) -> Option<i64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(days_since_epoch(date)? * 86_400 + hour * 3_600 + minute * 60 + second)
}

/// Days since 1970-01-01 of a date: whole years first, then the days of the months before it.
fn days_since_epoch(date: &str) -> Option<i64> {
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let months = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before = months.get(..usize::try_from(month).ok()?.checked_sub(1)?)?;
    if day < 1 || day > *months.get(before.len())? || year < 1 {
        return None;
    }
    let leap_days = |year: i64| year / 4 - year / 100 + year / 400;
    let years = (year - 1970) * 365 + leap_days(year - 1) - leap_days(1969);
    Some(years + before.iter().sum::<i64>() + day - 1)
}

/// Three numbers of fixed widths between separators.
fn numbers(text: &str, separator: char, widths: [usize; 3]) -> Option<[i64; 3]> {
    let mut parts = text.split(separator);
    let mut found = [0; 3];
    for (number, width) in found.iter_mut().zip(widths) {
        let part = parts.next()?;
        if part.len() != width || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_instants() {
        assert_eq!(unix_seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(unix_seconds("1969-12-31T23:59:59Z"), Some(-1));
        assert_eq!(unix_seconds("2000-03-01T00:00:00Z"), Some(951_868_800));
        assert_eq!(unix_seconds("2026-11-23T12:34:56Z"), Some(1_795_437_296));
    }

    #[test]
    fn what_is_no_instant() {
        for text in [
            "",
            "2026-11-23",
            "2026-11-23T00:00:00",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
        ] {
            assert_eq!(unix_seconds(text), None, "{text}");
        }
        for text in ["2026-11-23T24:00:00Z", "2026-11-23T00:00:00.5Z", "2026-1-23T00:00:00Z", "2026-11-23T0é:00:00Z"] {
            assert_eq!(unix_seconds(text), None, "{text}");
        }
    }
}

//! One logged value as what its field holds. Every refusal is the end of a sentence that begins with field and value.

use arrow::datatypes::DataType;
use jiff::Timestamp;
use jiff::civil::DateTime;

use crate::call::Kind;

/// Reads a whole number from text.
pub(super) fn integer_from_text(text: &str) -> Result<i64, &'static str> {
    let text = text.trim();
    match text.parse::<i64>() {
        Ok(value) => Ok(value),
        Err(_) => text.parse::<f64>().map_err(|_| NOT_INTEGER).and_then(integer_from_number),
    }
}

const NOT_INTEGER: &str = "is not a whole number";

/// Reads a whole number from a float that is one: pandas writes `12.0` where a column has gaps.
pub(super) fn integer_from_number(value: f64) -> Result<i64, &'static str> {
    // 2^53: up to there every whole number is a float of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() <= EXACT { Ok(value as i64) } else { Err(NOT_INTEGER) }
}

/// Reads a number from text.
pub(super) fn number_from_text(text: &str) -> Result<f64, &'static str> {
    text.trim().parse::<f64>().map_err(|_| "is not a number")
}

/// Reads true or false from text, in any case.
pub(super) fn boolean_from_text(text: &str) -> Result<bool, &'static str> {
    match text.trim() {
        text if text.eq_ignore_ascii_case("true") => Ok(true),
        text if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err("is not true or false"),
    }
}

/// Reads an instant from RFC 3339 text, or from a whole number of microseconds since 1970 written as text.
pub(super) fn timestamp_from_text(text: &str) -> Result<i64, &'static str> {
    let text = text.trim();
    match text.parse::<Timestamp>() {
        Ok(timestamp) => Ok(timestamp.as_microsecond()),
        Err(_) if text.parse::<DateTime>().is_ok() => {
            Err("has no zone; write it in UTC with a final Z, or with its offset")
        }
        Err(_) => match text.parse::<i64>() {
            Ok(integer) => timestamp_from_integer(integer),
            Err(_) => Err("is no point in time; RFC 3339 text such as 2024-03-01T12:00:00Z is expected"),
        },
    }
}

/// Reads an instant from microseconds since 1970. Other units are told by their size: between 2001 and 2100 the four
/// units' numbers do not overlap.
pub(super) fn timestamp_from_integer(value: i64) -> Result<i64, &'static str> {
    match value.unsigned_abs() {
        0..100_000_000_000 => Err("looks like seconds; microseconds or RFC 3339 text are expected"),
        100_000_000_000..100_000_000_000_000 => {
            Err("looks like milliseconds; microseconds or RFC 3339 text are expected")
        }
        100_000_000_000_000..100_000_000_000_000_000 => Ok(value),
        _ => Err("looks like nanoseconds; microseconds or RFC 3339 text are expected"),
    }
}

/// An instant as RFC 3339 text, for messages.
pub(super) fn timestamp_text(microseconds: i64) -> String {
    Timestamp::from_microsecond(microseconds).map_or_else(|_| microseconds.to_string(), |instant| instant.to_string())
}

/// What a field of this kind holds, in words.
pub(super) fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Integer => "a whole number",
        Kind::Number => "a number",
        Kind::Boolean => "true or false",
        Kind::Timestamp => "a point in time",
    }
}

/// A value as it is shown in a message: quoted text, cut where it is long.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{:?}", format!("{}…", &text[..end])),
        None => format!("{text:?}"),
    }
}

/// Whether a type is a text type of Arrow.
pub(super) fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, value) => is_text(value),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_need_a_zone_and_microseconds() {
        assert_eq!(timestamp_from_text("2024-03-01T12:00:00Z"), Ok(1_709_294_400_000_000));
        assert_eq!(timestamp_from_text(" 2024-03-01 13:00:00.5+01:00 "), Ok(1_709_294_400_500_000));
        assert_eq!(timestamp_from_text("1709294400000000"), Ok(1_709_294_400_000_000));
        for (text, fault) in [
            ("2024-03-01T12:00:00", "has no zone"),
            ("2024-03-01", "has no zone"),
            ("yesterday", "is no point in time"),
            ("1709294400", "looks like seconds"),
            ("1709294400000", "looks like milliseconds"),
            ("1709294400000000000", "looks like nanoseconds"),
        ] {
            let found = timestamp_from_text(text).expect_err(text);
            assert!(found.starts_with(fault), "{text}: {found}");
        }
    }

    #[test]
    fn whole_numbers_may_be_written_as_floats() {
        assert_eq!(integer_from_text("12"), Ok(12));
        assert_eq!(integer_from_text("12.0"), Ok(12));
        assert_eq!(integer_from_text("9223372036854775807"), Ok(i64::MAX));
        for text in ["12.5", "1e300", "NaN", "", "x"] {
            assert_eq!(integer_from_text(text), Err(NOT_INTEGER), "{text}");
        }
    }

    #[test]
    fn truth_has_two_words() {
        assert_eq!((boolean_from_text("True"), boolean_from_text("FALSE")), (Ok(true), Ok(false)));
        assert!(boolean_from_text("1").is_err());
    }

    #[test]
    fn long_values_are_cut() {
        assert_eq!(shown("a\"b"), r#""a\"b""#);
        assert_eq!(shown(&"é".repeat(100)).chars().count(), 63);
    }
}

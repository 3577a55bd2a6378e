//! How numbers are written: one way for each unit; what is not known is a dash, never zero.

/// What stands for a number that is not known.
pub const MISSING: &str = "–";

/// A score of 0 to 10 with one decimal.
///
/// ```
/// use merit::report::format::score;
/// assert_eq!((score(Some(9.06)), score(None)), ("9.1".into(), "–".into()));
/// ```
pub fn score(value: Option<f64>) -> String {
    known(value, |value| fixed(value, 1))
}

/// A value in \[0, 1\] with three decimals.
pub fn value(value: Option<f64>) -> String {
    known(value, |value| fixed(value, 3))
}

/// A share in \[0, 1\] as percent with one decimal; only nothing is 0 % and only all is 100 %.
///
/// ```
/// use merit::report::format::percent;
/// assert_eq!(percent(Some(0.9812)), "98.1 %");
/// assert_eq!(percent(Some(0.99999)), "> 99.9 %");
/// ```
pub fn percent(share: Option<f64>) -> String {
    known(share, |share| match share {
        0.0 => "0 %".into(),
        1.0 => "100 %".into(),
        share if share > 0.0 && share < 0.0005 => "< 0.1 %".into(),
        share if (0.9995..1.0).contains(&share) => "> 99.9 %".into(),
        share => format!("{} %", fixed(100.0 * share, 1)),
    })
}

/// US dollars: two significant digits below a dollar (cents at least), cents to a thousand, whole dollars above.
///
/// ```
/// use merit::report::format::usd;
/// assert_eq!(usd(Some(0.0000123)), "$0.000012");
/// assert_eq!(usd(Some(0.25)), "$0.25");
/// assert_eq!(usd(Some(12_345.6)), "$12,346");
/// ```
pub fn usd(dollars: Option<f64>) -> String {
    known(dollars, |dollars| {
        let size = dollars.abs();
        let amount = if size >= 1000.0 {
            grouped(&fixed(size, 0))
        } else {
            fixed(size, if size > 0.0 && size < 1.0 { two_significant(size) } else { 2 })
        };
        if dollars < 0.0 { format!("−${amount}") } else { format!("${amount}") }
    })
}

/// Milliseconds as seconds; below a tenth of a second as milliseconds.
///
/// ```
/// use merit::report::format::seconds;
/// assert_eq!([seconds(Some(5210.0)), seconds(Some(45.0)), seconds(Some(123_400.0))], ["5.2 s", "45 ms", "123 s"]);
/// ```
pub fn seconds(milliseconds: Option<f64>) -> String {
    known(milliseconds, |milliseconds| match milliseconds {
        short if short < 100.0 => format!("{} ms", fixed(short, 0)),
        middle if middle < 100_000.0 => format!("{} s", fixed(middle / 1000.0, 1)),
        long => format!("{} s", grouped(&fixed(long / 1000.0, 0))),
    })
}

/// A count with a comma for each thousand.
///
/// ```
/// assert_eq!(merit::report::format::count(1_234_567), "1,234,567");
/// ```
pub fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// A number of effective calls: whole from ten on, one decimal below.
pub fn effective(calls: Option<f64>) -> String {
    known(calls, |calls| if calls < 9.95 { fixed(calls, 1) } else { grouped(&fixed(calls, 0)) })
}

/// A relative difference in percent with its sign.
pub fn difference(relative: Option<f64>) -> String {
    known(relative, |relative| {
        let sign = if relative < 0.0 { "−" } else { "+" };
        format!("{sign}{} %", grouped(&fixed(100.0 * relative.abs(), 0)))
    })
}

/// A number of a formula or a setting: as short as it can be.
pub fn plain(number: Option<f64>) -> String {
    known(number, |number| format!("{}", number + 0.0))
}

fn known(value: Option<f64>, text: impl Fn(f64) -> String) -> String {
    value.filter(|value| value.is_finite()).map_or_else(|| MISSING.into(), text)
}

/// Fixed decimals, and no zero with a minus.
fn fixed(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    if text.starts_with('-') && text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.')) {
        text[1..].into()
    } else {
        text
    }
}

/// The decimals that show two significant digits, at least 2 and at most 10.
fn two_significant(size: f64) -> usize {
    let (mut digits, mut scaled) = (2, size);
    while scaled < 0.0995 && digits < 10 {
        scaled *= 10.0;
        digits += 1;
    }
    digits
}

/// A comma for each thousand of a text of digits.
fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_a_dash() {
        for text in [score, value, percent, usd, seconds, effective, difference, plain] {
            for unknown in [None, Some(f64::NAN), Some(f64::INFINITY), Some(f64::NEG_INFINITY)] {
                assert_eq!(text(unknown), MISSING);
            }
        }
    }

    #[test]
    fn dollars_keep_two_digits() {
        let cases = [
            (0.0, "$0.00"),
            (-0.0, "$0.00"),
            (0.011, "$0.011"),
            (0.0996, "$0.10"),
            (0.00012, "$0.00012"),
            (0.999, "$1.00"),
            (3.0, "$3.00"),
            (999.994, "$999.99"),
            (1_234_567.8, "$1,234,568"),
            (-0.02, "−$0.020"),
        ];
        for (dollars, text) in cases {
            assert_eq!(usd(Some(dollars)), text);
        }
    }

    #[test]
    fn shares_near_their_ends_do_not_round_to_them() {
        let cases = [
            (0.0, "0 %"),
            (0.0001, "< 0.1 %"),
            (0.5, "50.0 %"),
            (0.9994, "99.9 %"),
            (0.9995, "> 99.9 %"),
            (1.0, "100 %"),
        ];
        for (share, text) in cases {
            assert_eq!(percent(Some(share)), text);
        }
        assert_eq!(percent(Some(0.999_99)), "> 99.9 %");
    }

    #[test]
    fn counts_and_signs() {
        assert_eq!([count(0), count(999), count(1000), count(1_000_000)], ["0", "999", "1,000", "1,000,000"]);
        assert_eq!([effective(Some(3.44)), effective(Some(9.96)), effective(Some(1412.4))], ["3.4", "10", "1,412"]);
        assert_eq!([difference(Some(-0.256)), difference(Some(0.3))], ["−26 %", "+30 %"]);
        assert_eq!([score(Some(-0.01)), plain(Some(-0.0)), plain(Some(0.1))], ["0.0", "0", "0.1"]);
    }
}

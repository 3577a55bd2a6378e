//! Exact numbers in binary: digits to the base 10,000 (PostgreSQL, src/backend/utils/adt/numeric.c).

/// Puts a decimal number, such as `-12.50`, as `numeric_recv` reads it: number of digits, weight of the first, sign,
/// scale, digits. False, and nothing put, where the text is no number.
pub(super) fn put(text: &str, bytes: &mut Vec<u8>) -> bool {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (0x4000_u16, rest),
        None => (0, text),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let whole = whole.trim_start_matches('0');
    // Digits stand in fours on both sides of the point.
    let padded = format!(
        "{}{whole}{fraction}{}",
        "0".repeat((4 - whole.len() % 4) % 4),
        "0".repeat((4 - fraction.len() % 4) % 4)
    );
    let digit = |four: &[u8]| four.iter().fold(0_i16, |number, digit| number * 10 + i16::from(digit - b'0'));
    let digits: Vec<i16> = padded.as_bytes().chunks(4).map(digit).collect();
    let mut weight = whole.len().div_ceil(4) as i16 - 1;
    let leading = digits.iter().take_while(|digit| **digit == 0).count();
    let trailing = digits[leading..].iter().rev().take_while(|digit| **digit == 0).count();
    let significant = &digits[leading..digits.len() - trailing];
    weight = if significant.is_empty() { 0 } else { weight - leading as i16 };
    for part in [significant.len() as i16, weight] {
        bytes.extend(part.to_be_bytes());
    }
    bytes.extend(sign.to_be_bytes());
    bytes.extend((fraction.len() as i16).to_be_bytes());
    significant.iter().for_each(|digit| bytes.extend(digit.to_be_bytes()));
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<i16> {
        let mut bytes = Vec::new();
        assert!(put(text, &mut bytes), "{text}");
        bytes.chunks(2).map(|two| i16::from_be_bytes([two[0], two[1]])).collect()
    }

    /// What PostgreSQL 15 sends for these, by numeric_send.
    #[test]
    fn digits_stand_in_fours() {
        assert_eq!(parts("0"), [0, 0, 0, 0]);
        assert_eq!(parts("1"), [1, 0, 0, 0, 1]);
        assert_eq!(parts("10000"), [1, 1, 0, 0, 1]);
        assert_eq!(parts("-12345.678"), [3, 1, 0x4000, 3, 1, 2345, 6780]);
        assert_eq!(parts("0.00012"), [2, -1, 0, 5, 1, 2000]);
        assert_eq!(parts("0.00"), [0, 0, 0, 2]);
    }

    #[test]
    fn what_is_no_number_puts_nothing() {
        let mut bytes = Vec::new();
        assert!(!put("1e5", &mut bytes) && !put("", &mut bytes) && bytes.is_empty());
    }
}

//! Whether a result is the expected one.

use serde_json::{Number, Value};

use crate::matching;

/// How close numbers must be where nothing is said, relative to the larger.
const RELATIVE: f64 = 1e-9;

/// How results are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Comparison {
    /// Numbers may differ by this much; without it by 1e-9 of the larger, and whole numbers not at all.
    pub(crate) tolerance: Option<f64>,
    /// Lists are multisets, at every depth.
    pub(crate) unordered: bool,
}

impl Comparison {
    /// Whether two values are equal. `1` and `1.0` are; `1` and `true` are not.
    pub(crate) fn equal(&self, expected: &Value, found: &Value) -> bool {
        match (expected, found) {
            (Value::Number(a), Value::Number(b)) => self.numbers(a, b),
            (Value::Array(a), Value::Array(b)) if a.len() != b.len() => false,
            (Value::Array(a), Value::Array(b)) if self.unordered => self.multisets(a, b),
            (Value::Array(a), Value::Array(b)) => a.iter().zip(b).all(|(a, b)| self.equal(a, b)),
            (Value::Object(a), Value::Object(b)) => {
                a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| self.equal(a, b)))
            }
            _ => expected == found,
        }
    }

    /// Whether two lists are equal as multisets, their elements compared as by [`Comparison::equal`].
    pub(crate) fn multisets(&self, expected: &[Value], found: &[Value]) -> bool {
        if expected.len() != found.len() {
            return false;
        }
        // With a tolerance equality is not transitive, so that sorting would not do.
        let edges: Vec<Vec<usize>> =
            expected.iter().map(|a| (0..found.len()).filter(|at| self.equal(a, &found[*at])).collect()).collect();
        let weights = vec![1.0; expected.len()];
        matching::heaviest(&edges, &weights, found.len()).iter().all(Option::is_some)
    }

    fn numbers(&self, expected: &Number, found: &Number) -> bool {
        match self.tolerance {
            Some(tolerance) => (as_float(expected) - as_float(found)).abs() <= tolerance,
            None => match (whole(expected), whole(found)) {
                (Some(a), Some(b)) => a == b,
                _ => within(as_float(expected), as_float(found), RELATIVE),
            },
        }
    }
}

/// Whether two numbers differ by at most `relative` of the larger.
pub(crate) fn within(a: f64, b: f64, relative: f64) -> bool {
    a == b || (a - b).abs() <= relative * a.abs().max(b.abs())
}

fn whole(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or(number.as_u64().map(i128::from))
}

fn as_float(number: &Number) -> f64 {
    number.as_f64().unwrap_or(f64::NAN)
}

/// Whether two texts are equal but for white space at the ends of lines and at the end of the whole.
pub(crate) fn same_text(expected: &str, found: &str) -> bool {
    let lines =
        |text: &str| -> Vec<String> { text.trim_end().split('\n').map(|line| line.trim_end().to_string()).collect() };
    lines(expected) == lines(found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn exact(a: Value, b: Value) -> bool {
        Comparison::default().equal(&a, &b)
    }

    #[test]
    fn numbers_are_close_whole_numbers_are_equal_and_kinds_are_kept() {
        assert!(exact(json!(1), json!(1.0)));
        assert!(exact(json!(0.1), json!(0.1 + 1e-12)));
        assert!(!exact(json!(0.1), json!(0.1001)));
        assert!(!exact(json!(1_000_000_007_u64), json!(1_000_000_008_u64)));
        assert!(!exact(json!(1), json!(true)));
        assert!(!exact(json!(1), json!("1")));
        assert!(!exact(json!(null), json!(0)));
        assert!(!exact(json!({"a": 1}), json!({"a": 1, "b": null})));
        let loose = Comparison { tolerance: Some(0.01), unordered: false };
        assert!(loose.equal(&json!([1, 2.0]), &json!([1.009, 2])));
        assert!(!loose.equal(&json!(1), &json!(1.011)));
    }

    #[test]
    fn multisets_count_every_element() {
        let any = Comparison { unordered: true, ..Comparison::default() };
        assert!(any.equal(&json!([1, 2, 2, [3, 4]]), &json!([[4, 3], 2, 1, 2])));
        assert!(!any.equal(&json!([1, 2, 2]), &json!([1, 1, 2])));
        assert!(!any.equal(&json!([1]), &json!([1, 1])));
        assert!(!exact(json!([1, 2]), json!([2, 1])));
        // Greedy would give 1.0 to the first 1.05 and leave nothing for 0.95.
        let loose = Comparison { tolerance: Some(0.06), unordered: true };
        assert!(loose.equal(&json!([1.05, 0.95]), &json!([1.0, 1.1])));
    }

    #[test]
    fn texts_differ_in_more_than_trailing_white_space() {
        assert!(same_text("a \nb\n\n", "a\r\nb"));
        assert!(!same_text("a\nb", " a\nb"));
        assert!(!same_text("a\nb", "a\n\nb"));
        assert!(same_text("", " \n"));
    }
}

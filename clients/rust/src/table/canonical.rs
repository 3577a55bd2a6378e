//! The one text form of a table.
//!
//! UTF-8; two spaces a level; every member and element on its own line; members sorted by the bytes
//! of their names; numbers that are not integers as the shortest text of their double, rounded to 12
//! significant digits; `{}` and `[]` where empty; one final newline. So a table's diff reads well,
//! and equal content means equal bytes.

use serde_json::{Map, Number, Value};

use super::number::round12;

/// The canonical text of any JSON value.
///
/// ```
/// use merit_router::table::canonical_text;
/// let value = serde_json::json!({"b": 1, "a": [0.1234567890123456]});
/// assert_eq!(canonical_text(value), "{\n  \"a\": [\n    0.123456789012\n  ],\n  \"b\": 1\n}\n");
/// ```
pub fn canonical_text(value: Value) -> String {
    format!("{:#}\n", sorted(value))
}

/// The value with its members in order and its numbers rounded.
///
/// The order is made here, not left to the map type: another crate of a build may switch
/// `serde_json` to maps that keep insertion order.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(String, Value)> = members.into_iter().collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(members.into_iter().map(|(name, value)| (name, sorted(value))).collect::<Map<_, _>>())
        }
        Value::Array(elements) => Value::Array(elements.into_iter().map(sorted).collect()),
        Value::Number(number) => Value::Number(rounded(number)),
        other => other,
    }
}

/// Integers as they are, other numbers to 12 digits.
fn rounded(number: Number) -> Number {
    if number.is_f64() {
        number.as_f64().and_then(|value| Number::from_f64(round12(value))).unwrap_or(number)
    } else {
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn order_and_digits_do_not_depend_on_the_source() {
        let one: Value = serde_json::from_str(r#"{"z":{"y":1,"x":[]},"a":0.30000000000000004,"e":{}}"#).expect("valid");
        let two = json!({"a": 0.3, "e": {}, "z": {"x": [], "y": 1}});
        assert_eq!(canonical_text(one), canonical_text(two.clone()));
        let text = canonical_text(two);
        assert_eq!(text, "{\n  \"a\": 0.3,\n  \"e\": {},\n  \"z\": {\n    \"x\": [],\n    \"y\": 1\n  }\n}\n");
    }

    #[test]
    fn canonical_text_is_its_own_canonical_text() {
        let text =
            canonical_text(json!({"tiny": 1.234_567_890_123_4e-25, "big": u64::MAX, "text": "ä\n\"", "none": null}));
        assert_eq!(canonical_text(serde_json::from_str(&text).expect("valid")), text);
        assert!(text.contains("18446744073709551615"));
    }
}

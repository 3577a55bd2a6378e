//! The one text form of a table.
//!
//! UTF-8; two spaces a level; every member and element on its own line, but a value nested
//! [`LEVELS`] deep stands on one line, without spaces: a candidate is a line. Members sorted by the
//! bytes of their names; numbers that are not integers as the shortest text of their double, rounded
//! to 12 significant digits; `{}` and `[]` where empty; one final newline. So a table's diff reads
//! well, and equal content means equal bytes.

use serde_json::{Map, Number, Value};

use super::number::round12;

/// How deep members and elements have lines of their own: table, `segments`, row, `candidates`.
const LEVELS: usize = 4;

/// The canonical text of any JSON value.
///
/// ```
/// use merit_router::table::canonical_text;
/// let value = serde_json::json!({"b": 1, "a": [0.1234567890123456]});
/// assert_eq!(canonical_text(value), "{\n  \"a\": [\n    0.123456789012\n  ],\n  \"b\": 1\n}\n");
/// let deep = serde_json::json!({"a": {"b": {"c": {"d": {"e": [1, 2]}}}}});
/// assert!(canonical_text(deep).contains("\n        \"d\": {\"e\":[1,2]}\n"));
/// ```
pub fn canonical_text(value: Value) -> String {
    let mut text = String::new();
    write(&sorted(value), 0, &mut text);
    text.push('\n');
    text
}

/// Appends a value that stands `level` levels deep.
fn write(value: &Value, level: usize, text: &mut String) {
    match value {
        Value::Object(members) if level < LEVELS && !members.is_empty() => {
            lines(members.iter(), ['{', '}'], level, text, |(name, member), text| {
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push_str(": ");
                write(member, level + 1, text);
            });
        }
        Value::Array(elements) if level < LEVELS && !elements.is_empty() => {
            lines(elements.iter(), ['[', ']'], level, text, |element, text| write(element, level + 1, text));
        }
        other => text.push_str(&other.to_string()),
    }
}

/// Appends each part on a line of its own, between brackets.
fn lines<T>(
    parts: impl Iterator<Item = T>,
    [open, close]: [char; 2],
    level: usize,
    text: &mut String,
    mut part: impl FnMut(T, &mut String),
) {
    let end_line = |level: usize, text: &mut String| {
        text.push('\n');
        (0..level).for_each(|_| text.push_str("  "));
    };
    text.push(open);
    for (number, item) in parts.enumerate() {
        if number > 0 {
            text.push(',');
        }
        end_line(level + 1, text);
        part(item, text);
    }
    end_line(level, text);
    text.push(close);
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

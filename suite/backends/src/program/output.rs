//! JSON amid whatever else a program prints.

use serde_json::{Deserializer, Value};

/// How many places are tried at which JSON might begin.
const PLACES: usize = 200;

/// The last value that begins at the beginning of a line and that is wanted: programs print warnings before it.
pub(super) fn last_value(text: &str, wanted: impl Fn(&Value) -> bool) -> Option<Value> {
    let mut last = None;
    let mut from = 0;
    for _ in 0..PLACES {
        let Some(at) = next_place(text, from) else { break };
        let mut values = Deserializer::from_str(&text[at..]).into_iter::<Value>();
        from = match values.next() {
            Some(Ok(value)) => {
                if wanted(&value) {
                    last = Some(value);
                }
                at + values.byte_offset()
            }
            _ => at + 1,
        };
    }
    last
}

/// The next line's beginning at which an object or a list may begin.
fn next_place(text: &str, from: usize) -> Option<usize> {
    let begins = |at: usize| at == 0 || text.as_bytes()[at - 1] == b'\n';
    let mut places = text.bytes().enumerate().skip(from).filter(|(_, byte)| matches!(byte, b'{' | b'['));
    places.find(|(at, _)| begins(*at)).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_found_among_other_lines() {
        let of = |text| last_value(text, Value::is_object);
        let one = serde_json::json!({ "a": 1 });
        assert_eq!(of("Loaded {credentials}.\n{\"a\":\n1}\nbye"), Some(one.clone()));
        assert_eq!(of("{\"b\":2}\n[1]\n{\"a\":1}"), Some(one.clone()));
        assert_eq!(of("{not json\n{\"a\":1}"), Some(one));
        for nothing in ["", "text", "{\"a\":", " {\"a\":1}", "[1]"] {
            assert_eq!(of(nothing), None, "{nothing}");
        }
    }
}

//! What no field has: the log's own `extra` and its unknown keys, as one JSON object.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::ingest::privacy::{PrivateFields, entries, last_of_each, write_name};

/// Joins the record's `extra` (JSON of an object, or of text that holds one) and its unknown keys, without private
/// fields.
///
/// A key that stands in both is taken from the record itself. Nothing left is no value.
///
/// # Errors
/// A sentence that names `extra` where it is no JSON object or nested too deeply.
pub(super) fn join(
    private: &PrivateFields,
    extra: Option<&str>,
    unknown: Vec<(Cow<'_, str>, &RawValue)>,
) -> Result<Option<String>, String> {
    let unpacked = extra.map(unpack).transpose()?.flatten();
    if unpacked.is_none() && unknown.is_empty() {
        return Ok(None);
    }
    let mut all = match &unpacked {
        Some(object) => entries(object).map_err(|fault| format!("extra {fault}"))?,
        None => Vec::new(),
    };
    all.extend(unknown);
    let mut text = String::from("{");
    let mut first = true;
    for (name, value) in last_of_each(all).iter().filter(|(name, _)| !private.is_private(name)) {
        write_name(name, &mut first, &mut text);
        private.write(value.get(), &mut text, 1).map_err(|fault| format!("{name} {fault}"))?;
    }
    text.push('}');
    Ok(if first { None } else { Some(text) })
}

/// The object that `extra` holds, be it as an object or as text.
fn unpack(value: &str) -> Result<Option<Cow<'_, str>>, String> {
    let object = match value.as_bytes().first() {
        Some(b'{') => return Ok(Some(Cow::Borrowed(value))),
        Some(b'n') => return Ok(None),
        Some(b'"') => {
            serde_json::from_str::<String>(value).map_err(|error| format!("extra is not valid JSON: {error}"))?
        }
        _ => return Err("extra is not a JSON object".into()),
    };
    match object.trim() {
        "" => Ok(None),
        text if text.starts_with('{') => Ok(Some(Cow::Owned(text.to_owned()))),
        _ => Err("extra is not a JSON object".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(extra: &str, unknown: &[(&str, &str)]) -> Result<Option<String>, String> {
        let values: Vec<Box<RawValue>> =
            unknown.iter().map(|(_, value)| serde_json::from_str(value).expect("JSON")).collect();
        let unknown = unknown.iter().zip(&values).map(|((name, _), value)| (Cow::Borrowed(*name), &**value)).collect();
        join(&PrivateFields::default(), Some(extra), unknown)
    }

    #[test]
    fn extra_and_unknown_keys_become_one_object() {
        assert_eq!(
            joined(r#"{"a":1,"b":{"prompt":"p"}}"#, &[("c", "[2]"), ("a", "3")]),
            Ok(Some(r#"{"b":{},"c":[2],"a":3}"#.into()))
        );
        assert_eq!(joined(r#""{\"a\":1}""#, &[]), Ok(Some(r#"{"a":1}"#.into())));
    }

    #[test]
    fn nothing_left_is_no_value() {
        for extra in ["null", "{}", "\"\"", r#"{"messages":[]}"#] {
            assert_eq!(joined(extra, &[("user", "1")]), Ok(None), "{extra}");
        }
    }

    #[test]
    fn extra_that_is_no_object_is_refused() {
        for extra in ["[1]", "3", "\"text\""] {
            assert_eq!(joined(extra, &[]), Err("extra is not a JSON object".into()));
        }
        assert!(joined("\"{\\\"a\\\"\"", &[]).expect_err("cut off").starts_with("extra is not valid JSON"));
    }
}

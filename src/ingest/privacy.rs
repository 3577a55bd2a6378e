//! What a log says about content, identity and keys, and how it is left out of `extra`.
//!
//! merit needs to know how a call went, not what was said in it or by whom. Fields with such names are dropped, at any
//! depth, unless `keep_fields` names them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The names of content, identity and key fields, in lower case and without separators: `api_key`, `apiKey` and
/// `API-Key` are all `apikey`.
pub const PRIVATE_FIELDS: &[&str] = &[
    // content
    "answer",
    "choices",
    "completion",
    "completions",
    "content",
    "input",
    "inputs",
    "inputmessages",
    "message",
    "messages",
    "output",
    "outputs",
    "outputmessages",
    "prompt",
    "prompts",
    "proxyserverrequest",
    "question",
    "reasoningcontent",
    "response",
    "responses",
    "systemprompt",
    "systeminstructions",
    "text",
    "toolarguments",
    "toolcalls",
    "genaiinputmessages",
    "genaioutputmessages",
    "genaisysteminstructions",
    "genaiprompt",
    "genaicompletion",
    // identity
    "email",
    "enduser",
    "enduserid",
    "externaluser",
    "ip",
    "ipaddress",
    "phone",
    "remoteaddr",
    "requesteripaddress",
    "user",
    "useremail",
    "userid",
    "username",
    "userapikeyuserid",
    "userapikeyuseremail",
    // keys
    "accesstoken",
    "apikey",
    "authorization",
    "authtoken",
    "bearer",
    "cookie",
    "cookies",
    "credentials",
    "headers",
    "password",
    "refreshtoken",
    "requestheaders",
    "secret",
    "userapikey",
    "userapikeyhash",
    "xapikey",
];

/// How deep `extra` may be nested.
const MAX_DEPTH: usize = 64;

/// Which fields are left out.
#[derive(Clone, Debug, Default)]
pub struct PrivateFields {
    kept: BTreeSet<String>,
}

impl PrivateFields {
    /// All of [`PRIVATE_FIELDS`] except those named in `keep`.
    pub fn except(keep: &[String]) -> Self {
        Self { kept: keep.iter().map(|name| plain(name)).collect() }
    }

    /// Whether a field of this name is left out.
    pub fn is_private(&self, name: &str) -> bool {
        let name = plain(name);
        PRIVATE_FIELDS.contains(&name.as_str()) && !self.kept.contains(&name)
    }

    /// A JSON object without its private fields, at any depth; numbers and texts stay as they were written.
    ///
    /// # Errors
    /// A fragment of a sentence where the text is no JSON object, or is nested deeper than 64 levels.
    pub fn strip<'a>(&self, object: &'a str) -> Result<Cow<'a, str>, String> {
        let trimmed = object.trim();
        if !trimmed.starts_with('{') {
            return Err("is not a JSON object".into());
        }
        let mut text = String::with_capacity(trimmed.len());
        self.write(trimmed, &mut text, 0)?;
        Ok(if text == object { Cow::Borrowed(object) } else { Cow::Owned(text) })
    }

    /// Writes one JSON value without its private fields.
    pub(super) fn write(&self, value: &str, text: &mut String, depth: usize) -> Result<(), String> {
        if depth > MAX_DEPTH {
            return Err(format!("is nested deeper than {MAX_DEPTH} levels"));
        }
        match value.as_bytes().first() {
            Some(b'{') => {
                text.push('{');
                let mut first = true;
                for (name, value) in entries(value)?.iter().filter(|(name, _)| !self.is_private(name)) {
                    write_name(name, &mut first, text);
                    self.write(value.get(), text, depth + 1)?;
                }
                text.push('}');
            }
            Some(b'[') => {
                text.push('[');
                for (position, value) in items(value)?.iter().enumerate() {
                    if position > 0 {
                        text.push(',');
                    }
                    self.write(value.get(), text, depth + 1)?;
                }
                text.push(']');
            }
            _ => text.push_str(value),
        }
        Ok(())
    }
}

/// Writes `"name":`, after a comma where it is not the first.
pub(super) fn write_name(name: &str, first: &mut bool, text: &mut String) {
    if !std::mem::take(first) {
        text.push(',');
    }
    text.push_str(&serde_json::to_string(name).expect("text always serialises"));
    text.push(':');
}

/// A name in lower case, letters and digits alone.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

type Entry<'a> = (Cow<'a, str>, &'a RawValue);

/// The entries of a JSON object, the last of those with the same name.
pub(super) fn entries(object: &str) -> Result<Vec<Entry<'_>>, String> {
    struct Entries;
    impl<'de> Visitor<'de> for Entries {
        type Value = Vec<Entry<'de>>;
        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a JSON object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut entries: Self::Value = Vec::new();
            while let Some((name, value)) = map.next_entry::<BorrowedText<'de>, &'de RawValue>()? {
                entries.push((name.0, value));
            }
            Ok(last_of_each(entries))
        }
    }
    serde_json::Deserializer::from_str(object)
        .deserialize_map(Entries)
        .map_err(|error| format!("is not valid JSON: {error}"))
}

/// The entries in order, each name once, with its last value.
pub(super) fn last_of_each<'a>(entries: Vec<Entry<'a>>) -> Vec<Entry<'a>> {
    let mut seen = BTreeSet::new();
    let mut last: Vec<Entry<'a>> =
        entries.into_iter().rev().filter(|(name, _)| seen.insert(name.clone().into_owned())).collect();
    last.reverse();
    last
}

/// The items of a JSON list.
fn items(list: &str) -> Result<Vec<&RawValue>, String> {
    struct Items;
    impl<'de> Visitor<'de> for Items {
        type Value = Vec<&'de RawValue>;
        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a JSON list")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut items = Vec::new();
            while let Some(item) = list.next_element()? {
                items.push(item);
            }
            Ok(items)
        }
    }
    serde_json::Deserializer::from_str(list)
        .deserialize_seq(Items)
        .map_err(|error| format!("is not valid JSON: {error}"))
}

/// JSON text that borrows where it has no escapes.
pub(super) struct BorrowedText<'a>(pub(super) Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for BorrowedText<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = BorrowedText<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(BorrowedText(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(BorrowedText(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(text: &str) -> Result<String, String> {
        PrivateFields::default().strip(text).map(Cow::into_owned)
    }

    #[test]
    fn private_fields_are_dropped_at_any_depth_and_however_they_are_written() {
        let text =
            r#"{"a":1.10,"API-Key":"k","b":{"userId":"u","c":[{"Messages":[1],"d":"\u00e9"}]},"api_keys_used":2}"#;
        assert_eq!(strip(text).expect("JSON"), r#"{"a":1.10,"b":{"c":[{"d":"\u00e9"}]},"api_keys_used":2}"#);
    }

    #[test]
    fn kept_fields_stay() {
        let kept = PrivateFields::except(&["user_id".into()]);
        let text = r#"{"userId":"u","prompt":"p"}"#;
        assert_eq!(kept.strip(text).expect("JSON"), r#"{"userId":"u"}"#);
    }

    #[test]
    fn every_private_name_is_in_its_plain_form_and_dropped() {
        for name in PRIVATE_FIELDS {
            assert_eq!(plain(name), *name);
            assert_eq!(strip(&format!(r#"{{"{name}":1}}"#)).expect("JSON"), "{}");
        }
    }

    #[test]
    fn of_equal_names_the_last_counts() {
        assert_eq!(strip(r#"{"a":1,"b":2,"a":3}"#).expect("JSON"), r#"{"b":2,"a":3}"#);
    }

    #[test]
    fn what_is_no_object_is_refused_and_so_is_a_bottomless_one() {
        assert_eq!(strip("[1]"), Err("is not a JSON object".into()));
        assert!(strip("{\"a\":").expect_err("cut off").starts_with("is not valid JSON"));
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100), "]".repeat(100));
        assert_eq!(strip(&deep), Err("is nested deeper than 64 levels".into()));
    }
}

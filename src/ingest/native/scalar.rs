//! A JSON value as a field takes it, without a copy where it has no escapes.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::ingest::value;

/// A JSON value; what is in lists and objects is not kept.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar<'a> {
    Null,
    Boolean(bool),
    Integer(i64),
    Number(f64),
    Text(Cow<'a, str>),
    Nested,
}

impl fmt::Display for Scalar<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scalar::Null => formatter.write_str("null"),
            Scalar::Boolean(value) => write!(formatter, "{value}"),
            Scalar::Integer(value) => write!(formatter, "{value}"),
            Scalar::Number(value) => write!(formatter, "{value}"),
            Scalar::Text(text) => formatter.write_str(&value::shown(text)),
            Scalar::Nested => formatter.write_str("(a list or object)"),
        }
    }
}

/// What a field makes of a value: its own kind, nothing, or the end of a sentence that says why not.
pub(super) type Taken<T> = Result<Option<T>, &'static str>;

impl<'a> Scalar<'a> {
    /// As text; whole numbers are taken too (many logs number their tasks), empty text is no value.
    pub(super) fn text(self) -> Result<Option<Cow<'a, str>>, (Self, &'static str)> {
        match self {
            Scalar::Null => Ok(None),
            Scalar::Text(text) => Ok(Some(text).filter(|text| !text.is_empty())),
            Scalar::Integer(value) => Ok(Some(Cow::Owned(value.to_string()))),
            other => Err((other, "is not text")),
        }
    }

    /// As a whole number.
    pub(super) fn integer(&self) -> Taken<i64> {
        match self {
            Scalar::Null => Ok(None),
            Scalar::Integer(value) => Ok(Some(*value)),
            Scalar::Number(value) => value::integer_from_number(*value).map(Some),
            _ => Err("is not a whole number"),
        }
    }

    /// As a number.
    pub(super) fn number(&self) -> Taken<f64> {
        match self {
            Scalar::Null => Ok(None),
            Scalar::Integer(value) => Ok(Some(*value as f64)),
            Scalar::Number(value) => Ok(Some(*value)),
            _ => Err("is not a number"),
        }
    }

    /// As true or false.
    pub(super) fn boolean(&self) -> Taken<bool> {
        match self {
            Scalar::Null => Ok(None),
            Scalar::Boolean(value) => Ok(Some(*value)),
            _ => Err("is not true or false"),
        }
    }

    /// As an instant.
    pub(super) fn timestamp(&self) -> Taken<i64> {
        match self {
            Scalar::Null => Ok(None),
            Scalar::Text(text) => value::timestamp_from_text(text).map(Some),
            Scalar::Integer(value) => value::timestamp_from_integer(*value).map(Some),
            Scalar::Number(value) => value::timestamp_from_integer(*value as i64).map(Some),
            _ => Err("is no point in time; RFC 3339 text such as 2024-03-01T12:00:00Z is expected"),
        }
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Boolean(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(value).map_or(Scalar::Number(value as f64), Scalar::Integer))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(value))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nested)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nested)
    }
}

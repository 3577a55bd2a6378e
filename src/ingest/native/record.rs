//! One JSON line as a record of merit's own.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::extra;
use super::scalar::{Scalar, Taken};
use crate::call::{Call, Outcome};
use crate::ingest::privacy::{BorrowedText, PrivateFields};

/// What a line holds.
#[derive(Debug)]
pub(super) enum Record<'a> {
    Call(Box<Call<'a>>),
    Outcome(Outcome<'a>),
}

/// Reads one line.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub(super) fn parse<'a>(line: &'a str, private: &PrivateFields) -> Result<Record<'a>, String> {
    let mut deserializer = serde_json::Deserializer::from_str(line);
    let fields = deserializer.deserialize_map(FieldsVisitor).map_err(|error| not_json(line, &error))?;
    deserializer.end().map_err(|error| not_json(line, &error))?;
    if let Some(fault) = fields.fault {
        return Err(fault);
    }
    let mut call = fields.call;
    if call.timestamp.is_none() && fields.observed_at.is_some() {
        return Ok(Record::Outcome(Outcome {
            call_id: call.call_id,
            observed_at: fields.observed_at,
            score: call.score,
            success: call.success,
            cost_usd: call.cost_usd,
            judge: call.judge,
        }));
    }
    call.extra = extra::join(private, fields.extra.map(RawValue::get), fields.unknown)?.map(Cow::Owned);
    Ok(Record::Call(Box::new(call)))
}

/// Why a line is no JSON object.
pub(in crate::ingest) fn not_json(line: &str, error: &serde_json::Error) -> String {
    match line.trim_start().as_bytes().first() {
        Some(b'[') => "the line is a JSON list; one object a line is expected".into(),
        Some(b'{') => format!("not valid JSON: {error}"),
        _ => "the line is no JSON object".into(),
    }
}

/// The fields of a line as far as they were read.
#[derive(Default)]
struct Fields<'a> {
    call: Call<'a>,
    observed_at: Option<i64>,
    extra: Option<&'a RawValue>,
    unknown: Vec<(Cow<'a, str>, &'a RawValue)>,
    /// The first value that its field cannot take.
    fault: Option<String>,
}

impl<'a> Fields<'a> {
    /// Takes the value of one field, or notes why it cannot.
    fn take<T>(&mut self, name: &str, value: &Scalar<'a>, taken: Taken<T>) -> Option<T> {
        taken.unwrap_or_else(|fault| {
            self.fault.get_or_insert_with(|| format!("{name} {value} {fault}"));
            None
        })
    }

    /// Takes a text, or notes why it cannot be one.
    fn text(&mut self, name: &str, value: Scalar<'a>) -> Option<Cow<'a, str>> {
        value.text().unwrap_or_else(|(value, fault)| {
            self.fault.get_or_insert_with(|| format!("{name} {value} {fault}"));
            None
        })
    }

    /// Reads the value of the field `name`; false where merit has no such field.
    fn read<A: MapAccess<'a>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        macro_rules! text {
            ($field:ident) => {{
                let value = map.next_value()?;
                self.call.$field = self.text(name, value);
            }};
        }
        macro_rules! scalar {
            ($($place:ident).+, $kind:ident) => {{
                let value: Scalar<'a> = map.next_value()?;
                self.$($place).+ = self.take(name, &value, value.$kind());
            }};
        }
        match name {
            "call_id" => text!(call_id),
            "timestamp" => scalar!(call.timestamp, timestamp),
            "observed_at" => scalar!(observed_at, timestamp),
            "source" => text!(source),
            "task_id" => text!(task_id),
            "attempt" => scalar!(call.attempt, integer),
            "model" => text!(model),
            "provider" => text!(provider),
            "role" => text!(role),
            "task_category" => text!(task_category),
            "task_difficulty" => text!(task_difficulty),
            "score" => scalar!(call.score, number),
            "success" => scalar!(call.success, boolean),
            "error_kind" => text!(error_kind),
            "latency_ms" => scalar!(call.latency_ms, number),
            "input_tokens" => scalar!(call.input_tokens, integer),
            "cached_input_tokens" => scalar!(call.cached_input_tokens, integer),
            "output_tokens" => scalar!(call.output_tokens, integer),
            "token_count" => scalar!(call.token_count, integer),
            "cost_usd" => scalar!(call.cost_usd, number),
            "judge" => text!(judge),
            "table_version" => scalar!(call.table_version, integer),
            "drawn_model" => text!(drawn_model),
            "propensity" => scalar!(call.propensity, number),
            "arm" => text!(arm),
            "row_used" => text!(row_used),
            "excluded" => {
                let value: &'a RawValue = map.next_value()?;
                self.call.excluded = self.excluded(value.get());
            }
            "max_cost" => scalar!(call.max_cost, number),
            "est_input_tokens" => scalar!(call.est_input_tokens, integer),
            "est_output_tokens" => scalar!(call.est_output_tokens, integer),
            "tag" => text!(tag),
            "extra" => self.extra = Some(map.next_value()?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The excluded models, logged as a list or as text that holds one.
    fn excluded(&mut self, raw: &'a str) -> Option<Cow<'a, str>> {
        if raw.starts_with('[') {
            return Some(Cow::Borrowed(raw));
        }
        match serde_json::from_str::<Scalar<'a>>(raw) {
            Ok(value) => self.text("excluded", value),
            Err(error) => {
                self.fault.get_or_insert_with(|| format!("excluded is not valid JSON: {error}"));
                None
            }
        }
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Fields::default();
        while let Some(BorrowedText(name)) = map.next_key()? {
            if !fields.read(&name, &mut map)? {
                let value = map.next_value()?;
                fields.unknown.push((name, value));
            }
        }
        Ok(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{CALL_FIELDS, CallColumns, Kind};

    fn call(line: &str) -> Result<Call<'_>, String> {
        match parse(line, &PrivateFields::default())? {
            Record::Call(call) => Ok(*call),
            Record::Outcome(outcome) => Err(format!("an outcome: {outcome:?}")),
        }
    }

    #[test]
    fn every_field_of_the_definition_is_read() {
        for field in CALL_FIELDS {
            let value = match field.kind {
                Kind::Text if field.name == "extra" => r#"{"a":1}"#,
                Kind::Text => "\"word\"",
                Kind::Integer => "7",
                Kind::Number => "0.5",
                Kind::Boolean => "true",
                Kind::Timestamp => "\"2024-03-01T12:00:00Z\"",
            };
            let line = format!(r#"{{"{}":{value}}}"#, field.name);
            let mut columns = CallColumns::default();
            columns.push(&call(&line).expect("a call"));
            let batch = columns.finish();
            for (name, column) in CALL_FIELDS.iter().map(|field| field.name).zip(batch.columns()) {
                assert_eq!(column.null_count(), usize::from(name != field.name), "{name} after {line}");
            }
        }
    }

    #[test]
    fn text_without_escapes_is_borrowed() {
        let call = call(r#"{"model":"gpt-4","role":"a\tb"}"#).expect("a call");
        assert!(matches!(call.model, Some(Cow::Borrowed("gpt-4"))));
        assert_eq!(call.role.as_deref(), Some("a\tb"));
    }

    #[test]
    fn a_record_seen_after_its_call_is_an_outcome() {
        let line = r#"{"call_id":"a","observed_at":"2024-03-01T12:00:00Z","score":9,"judge":"tests"}"#;
        let Ok(Record::Outcome(outcome)) = parse(line, &PrivateFields::default()) else { panic!("no outcome") };
        assert_eq!((outcome.score, outcome.success, outcome.judge.as_deref()), (Some(9.0), None, Some("tests")));
    }

    #[test]
    fn unknown_keys_go_into_extra_unless_they_are_private() {
        let call = call(r#"{"model":"m","temperature":0.70,"messages":[{"content":"x"}],"extra":{"api_key":"k"}}"#);
        assert_eq!(call.expect("a call").extra.as_deref(), Some(r#"{"temperature":0.70}"#));
    }

    #[test]
    fn excluded_models_come_as_a_list_or_as_text() {
        assert_eq!(call(r#"{"excluded":["a","b"]}"#).expect("a call").excluded.as_deref(), Some(r#"["a","b"]"#));
        assert_eq!(call(r#"{"excluded":"[\"a\"]"}"#).expect("a call").excluded.as_deref(), Some(r#"["a"]"#));
        assert_eq!(call(r#"{"excluded":null}"#).expect("a call").excluded, None);
    }

    #[test]
    fn every_refusal_names_field_value_and_what_is_expected() {
        for (line, fault) in [
            (r#"{"latency_ms":"12"}"#, r#"latency_ms "12" is not a number"#),
            (r#"{"attempt":1.5}"#, "attempt 1.5 is not a whole number"),
            (r#"{"success":"yes"}"#, r#"success "yes" is not true or false"#),
            (r#"{"model":{"a":1}}"#, "model (a list or object) is not text"),
            (r#"{"excluded":{}}"#, "excluded (a list or object) is not text"),
            (
                r#"{"timestamp":1700000000}"#,
                "timestamp 1700000000 looks like seconds; microseconds or RFC 3339 text are expected",
            ),
            (r#"[{"model":"m"}]"#, "the line is a JSON list; one object a line is expected"),
            ("model=m", "the line is no JSON object"),
        ] {
            assert_eq!(call(line).expect_err(line), fault);
        }
        for line in [r#"{"model":"m""#, r#"{"model":"m"} x"#] {
            let fault = call(line).expect_err(line);
            assert!(fault.starts_with("not valid JSON: ") && fault.contains("column"), "{fault}");
        }
    }
}

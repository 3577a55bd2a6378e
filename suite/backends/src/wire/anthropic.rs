//! Anthropic's Messages API.

use merit_router::ErrorKind;
use serde::Deserialize;
use serde_json::{Value, json};

use super::protocol::{Protocol, read, set};
use crate::answer::{Answer, Stop, usage};
use crate::error::CallError;
use crate::request::Request;

/// The version that is asked for.
const VERSION: &str = "2026-10-21";

/// The last version that knows a temperature; the later one refuses it, whatever its value.
const VERSION_WITH_TEMPERATURE: &str = "2023-06-01";

/// Messages.
pub(crate) struct Anthropic;

impl Protocol for Anthropic {
    fn path(&self, _request: &Request) -> Result<String, CallError> {
        Ok("/v1/messages".to_owned())
    }

    fn key_header(&self, key: &str) -> (&'static str, String) {
        ("x-api-key", key.to_owned())
    }

    fn version_header(&self, request: &Request) -> Option<(&'static str, &'static str)> {
        let version = if request.temperature.is_some() { VERSION_WITH_TEMPERATURE } else { VERSION };
        Some(("anthropic-version", version))
    }

    fn body(&self, request: &Request) -> Value {
        let mut body = json!({
            "model": request.model,
            "max_tokens": request.max_output_tokens,
            "messages": [{ "role": "user", "content": request.prompt }],
        });
        set(&mut body, "system", request.system.as_deref());
        set(&mut body, "temperature", request.temperature);
        body
    }

    fn answer(&self, body: &[u8]) -> Result<Answer, CallError> {
        let message: Message = read(body, "a message")?;
        let usage = message.usage.unwrap_or_default().total();
        let stop = match message.stop_reason.as_deref() {
            Some("end_turn" | "stop_sequence") => Stop::End,
            Some("max_tokens" | "model_context_window_exceeded") => Stop::MaxTokens,
            Some("refusal") => {
                let error =
                    CallError::new(ErrorKind::ContentFilter, "the model declined to answer (stop_reason refusal)");
                return Err(error.with_usage(usage));
            }
            Some(other) => Stop::Other(other.to_owned()),
            None => Stop::Unsaid,
        };
        // Thinking stands in blocks of its own and is no part of the answer.
        let text = message.content.into_iter().filter(|block| block.kind == "text").filter_map(|block| block.text);
        Ok(Answer { text: text.collect(), usage, served_model: message.model, stop })
    }
}

#[derive(Deserialize)]
struct Message {
    content: Vec<Block>,
    model: Option<String>,
    stop_reason: Option<String>,
    usage: Option<Counts>,
}

#[derive(Deserialize)]
struct Block {
    #[serde(rename = "type")]
    kind: String,
    text: Option<String>,
}

/// What Anthropic counts: its input_tokens are only those that the cache neither gave nor took.
#[derive(Default, Deserialize)]
pub(crate) struct Counts {
    input_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
    output_tokens: Option<u64>,
}

impl Counts {
    /// All input, with the part that was read from the cache.
    pub(crate) fn total(&self) -> merit_router::Usage {
        let read = self.cache_read_input_tokens.unwrap_or(0);
        let created = self.cache_creation_input_tokens.unwrap_or(0);
        let input = self.input_tokens.map(|fresh| fresh.saturating_add(read).saturating_add(created));
        usage(input, self.cache_read_input_tokens, self.output_tokens, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: Value) -> Result<Answer, CallError> {
        Anthropic.answer(body.to_string().as_bytes())
    }

    #[test]
    fn tokens_of_the_cache_are_input_too() {
        let said = answer(json!({
            "type": "message", "model": "claude-x-20260101", "stop_reason": "end_turn",
            "content": [{ "type": "thinking", "thinking": "hm" }, { "type": "text", "text": "a" }, { "type": "text", "text": "b" }],
            "usage": { "input_tokens": 10, "cache_read_input_tokens": 300, "cache_creation_input_tokens": 50, "output_tokens": 7 },
        }))
        .expect("it is a message");
        assert_eq!((said.text.as_str(), &said.stop), ("ab", &Stop::End));
        let used = said.usage;
        assert_eq!((used.input_tokens, used.cached_input_tokens, used.output_tokens), (Some(360), Some(300), Some(7)));
        assert_eq!(said.served_model.as_deref(), Some("claude-x-20260101"));
    }

    #[test]
    fn a_refusal_is_an_error_that_cost() {
        let error = answer(json!({
            "content": [], "stop_reason": "refusal", "usage": { "input_tokens": 10, "output_tokens": 2 },
        }))
        .expect_err("it declined");
        assert_eq!((error.kind(), error.may_pass()), (&ErrorKind::ContentFilter, false));
        assert_eq!(error.usage().input_tokens, Some(10));
    }

    #[test]
    fn what_is_not_said_is_not_sent() {
        let request = Request::new("m", "p");
        assert_eq!(
            Anthropic.body(&request),
            json!({
                "model": "m", "max_tokens": 8_192, "messages": [{ "role": "user", "content": "p" }],
            })
        );
        let request = Request { system: Some("s".to_owned()), temperature: Some(0.0), ..request };
        let body = Anthropic.body(&request);
        assert_eq!((&body["system"], &body["temperature"]), (&json!("s"), &json!(0.0)));
        assert_eq!(Anthropic.version_header(&request), Some(("anthropic-version", "2023-06-01")));
    }

    #[test]
    fn another_shape_is_malformed() {
        for odd in [json!({}), json!([]), json!({ "content": "text" }), json!({ "content": [{}] })] {
            assert_eq!(
                answer(odd.clone()).map_err(|error| error.kind().as_str().to_owned()),
                Err("malformed".to_owned()),
                "{odd}"
            );
        }
    }
}

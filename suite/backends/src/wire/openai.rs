//! Chat completions: OpenAI's protocol, which Groq, OpenRouter and most servers of open models speak too.

use merit_router::ErrorKind;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::protocol::{Protocol, read, set};
use crate::answer::{Answer, Stop, usage};
use crate::error::{CallError, MALFORMED};
use crate::http::passed_on;
use crate::request::Request;

/// Chat completions, in one of its dialects.
pub(crate) struct OpenAi {
    /// What the limit of tokens is called.
    pub(crate) limit: LimitField,
    /// Whether `usage.cost` is there and in US dollars.
    pub(crate) reports_cost: bool,
}

/// What a service calls the most tokens an answer may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitField {
    /// The old name, which servers of open models know.
    MaxTokens,
    /// The name OpenAI's reasoning models insist on.
    MaxCompletionTokens,
}

impl LimitField {
    fn as_str(self) -> &'static str {
        match self {
            LimitField::MaxTokens => "max_tokens",
            LimitField::MaxCompletionTokens => "max_completion_tokens",
        }
    }
}

impl Protocol for OpenAi {
    fn path(&self, _request: &Request) -> Result<String, CallError> {
        Ok("/chat/completions".to_owned())
    }

    fn key_header(&self, key: &str) -> (&'static str, String) {
        ("authorization", format!("Bearer {key}"))
    }

    fn body(&self, request: &Request) -> Value {
        let system = request.system.iter().map(|system| json!({ "role": "system", "content": system }));
        let messages: Vec<Value> = system.chain([json!({ "role": "user", "content": request.prompt })]).collect();
        let mut body = json!({ "model": request.model, "messages": messages });
        body[self.limit.as_str()] = request.max_output_tokens.into();
        set(&mut body, "temperature", request.temperature);
        body
    }

    fn answer(&self, body: &[u8]) -> Result<Answer, CallError> {
        let whole: Value = read(body, "JSON")?;
        if let Some(error) = whole.get("error").filter(|error| !error.is_null()) {
            return Err(passed_on(error));
        }
        let completion: Completion = read(body, "a chat completion")?;
        let counts = completion.usage.unwrap_or_default();
        let cost = counts.cost.as_ref().filter(|_| self.reports_cost).and_then(Value::as_f64);
        let cached = counts.prompt_tokens_details.and_then(|details| details.cached_tokens);
        let usage = usage(counts.prompt_tokens, cached, counts.completion_tokens, cost);
        let Some(choice) = completion.choices.into_iter().next() else {
            return Err(CallError::new(MALFORMED, "the answer has no choice").with_usage(usage));
        };
        if let Some(error) = choice.error.filter(|error| !error.is_null()) {
            return Err(passed_on(&error).with_usage(usage));
        }
        let declined = |why: &str| Err(CallError::new(ErrorKind::ContentFilter, why).with_usage(usage));
        let stop = match choice.finish_reason.as_deref() {
            Some("stop") => Stop::End,
            Some("length") => Stop::MaxTokens,
            Some("content_filter") => return declined("the provider declined (finish_reason content_filter)"),
            Some(other) => Stop::Other(other.to_owned()),
            None => Stop::Unsaid,
        };
        if choice.message.refusal.is_some_and(|refusal| !refusal.is_empty()) {
            return declined("the model declined to answer (refusal)");
        }
        let text = choice.message.content.map_or_else(String::new, Content::text);
        Ok(Answer { text, usage, served_model: completion.model, stop })
    }
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
    model: Option<String>,
    usage: Option<Counts>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<Content>,
    refusal: Option<String>,
}

/// Text, or a list of parts as some servers send it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Deserialize)]
struct Part {
    #[serde(rename = "type")]
    kind: String,
    text: Option<String>,
}

impl Content {
    fn text(self) -> String {
        match self {
            Content::Text(text) => text,
            Content::Parts(parts) => {
                parts.into_iter().filter(|part| part.kind == "text").filter_map(|part| part.text).collect()
            }
        }
    }
}

#[derive(Default, Deserialize)]
struct Counts {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
    prompt_tokens_details: Option<Details>,
    // Its shape is another at every provider that has it.
    cost: Option<Value>,
}

#[derive(Deserialize)]
struct Details {
    cached_tokens: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: OpenAi = OpenAi { limit: LimitField::MaxTokens, reports_cost: false };
    const ROUTER: OpenAi = OpenAi { limit: LimitField::MaxTokens, reports_cost: true };

    fn kind(body: &Value) -> String {
        let result = PLAIN.answer(body.to_string().as_bytes());
        result.map_or_else(|error| error.kind().as_str().to_owned(), |answer| answer.stop.as_str().to_owned())
    }

    #[test]
    fn tokens_and_cost_are_read() {
        let body = json!({
            "model": "m-1", "choices": [{ "message": { "content": "yes" }, "finish_reason": "stop" }],
            "usage": { "prompt_tokens": 100, "completion_tokens": 20, "prompt_tokens_details": { "cached_tokens": 64 }, "cost": 0.25 },
        });
        let body = body.to_string();
        let routed = ROUTER.answer(body.as_bytes()).expect("it is a completion");
        let used = routed.usage;
        assert_eq!((used.input_tokens, used.cached_input_tokens, used.output_tokens), (Some(100), Some(64), Some(20)));
        assert_eq!((used.cost_usd, routed.text.as_str()), (Some(0.25), "yes"));
        assert_eq!(PLAIN.answer(body.as_bytes()).expect("it is one").usage.cost_usd, None);
    }

    #[test]
    fn shapes_of_other_servers_are_read() {
        let of = |message: Value| PLAIN.answer(json!({ "choices": [{ "message": message }] }).to_string().as_bytes());
        let text = |message: Value| of(message).expect("it is a completion").text;
        assert_eq!(text(json!({ "content": [{ "type": "text", "text": "a" }, { "type": "image" }] })), "a");
        assert_eq!(text(json!({ "content": null, "reasoning": "hm" })), "");
        let bare = of(json!({ "content": "a" })).expect("it is a completion");
        assert_eq!((bare.stop, bare.usage), (Stop::Unsaid, merit_router::Usage::default()));
    }

    #[test]
    fn every_end_has_its_word() {
        let ended =
            |reason: &str| kind(&json!({ "choices": [{ "message": { "content": "a" }, "finish_reason": reason }] }));
        assert_eq!(
            ["stop", "length", "tool_calls", "content_filter"].map(ended),
            ["end", "max_tokens", "tool_calls", "content_filter"]
        );
        assert_eq!(
            kind(&json!({ "choices": [{ "message": { "content": null, "refusal": "no" } }] })),
            "content_filter"
        );
    }

    #[test]
    fn errors_under_status_200_are_errors() {
        assert_eq!(kind(&json!({ "error": { "message": "no", "code": 429 } })), "rate_limit");
        assert_eq!(
            kind(&json!({ "choices": [{ "message": { "content": "" }, "error": { "code": 502, "message": "no" } }] })),
            "server_error"
        );
    }

    #[test]
    fn another_shape_is_malformed() {
        for odd in [
            json!({}),
            json!({ "choices": [] }),
            json!({ "choices": [{}] }),
            json!({ "choices": [{ "message": { "content": 1 } }] }),
        ] {
            assert_eq!(kind(&odd), "malformed", "{odd}");
        }
    }

    #[test]
    fn the_limit_has_the_name_the_service_knows() {
        let openai = OpenAi { limit: LimitField::MaxCompletionTokens, reports_cost: false };
        let request = Request { system: Some("s".to_owned()), temperature: Some(0.5), ..Request::new("m", "p") };
        assert_eq!(
            openai.body(&request),
            json!({
                "model": "m", "max_completion_tokens": 8_192, "temperature": 0.5,
                "messages": [{ "role": "system", "content": "s" }, { "role": "user", "content": "p" }],
            })
        );
        assert_eq!(PLAIN.body(&request)["max_tokens"], 8_192);
    }
}

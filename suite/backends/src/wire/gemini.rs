//! Google's generateContent.

use merit_router::ErrorKind;
use serde::Deserialize;
use serde_json::{Value, json};

use super::protocol::{Protocol, read, set};
use crate::answer::{Answer, Stop, usage};
use crate::error::{CallError, MALFORMED};
use crate::request::Request;

/// generateContent.
pub(crate) struct Gemini;

impl Protocol for Gemini {
    fn path(&self, request: &Request) -> Result<String, CallError> {
        let model = &request.model;
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
        if model.is_empty() || !model.chars().all(fits) || model.contains("..") || model.starts_with('/') {
            let message = format!("{model:?} is no name of a model; write it as gemini-2.5-flash");
            return Err(CallError::new(ErrorKind::InvalidRequest, message));
        }
        // A name may say its collection itself, such as tunedModels/mine.
        let collection = if model.contains('/') { "" } else { "models/" };
        Ok(format!("/v1beta/{collection}{model}:generateContent"))
    }

    fn key_header(&self, key: &str) -> (&'static str, String) {
        ("x-goog-api-key", key.to_owned())
    }

    fn body(&self, request: &Request) -> Value {
        let mut generation = json!({ "maxOutputTokens": request.max_output_tokens });
        set(&mut generation, "temperature", request.temperature);
        let mut body = json!({
            "contents": [{ "role": "user", "parts": [{ "text": request.prompt }] }],
            "generationConfig": generation,
        });
        let system = request.system.as_ref().map(|system| json!({ "parts": [{ "text": system }] }));
        set(&mut body, "systemInstruction", system);
        body
    }

    fn answer(&self, body: &[u8]) -> Result<Answer, CallError> {
        let response: Response = read(body, "a response of generateContent")?;
        let usage = response.usage_metadata.unwrap_or_default().total();
        let declined = |why: String| Err(CallError::new(ErrorKind::ContentFilter, why).with_usage(usage));
        let Some(candidate) = response.candidates.into_iter().flatten().next() else {
            return match response.prompt_feedback.and_then(|feedback| feedback.block_reason) {
                Some(reason) => declined(format!("the provider declined the prompt ({reason})")),
                None => Err(CallError::new(MALFORMED, "the answer has no candidate").with_usage(usage)),
            };
        };
        let stop = match candidate.finish_reason.as_deref() {
            Some("STOP") => Stop::End,
            Some("MAX_TOKENS") => Stop::MaxTokens,
            Some(reason @ ("SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII")) => {
                return declined(format!("the provider declined the answer ({reason})"));
            }
            Some(other) => Stop::Other(other.to_ascii_lowercase()),
            None => Stop::Unsaid,
        };
        // There is no content where all tokens went into thoughts.
        let parts = candidate.content.and_then(|content| content.parts).unwrap_or_default();
        let text = parts.into_iter().filter(|part| part.thought != Some(true)).filter_map(|part| part.text);
        Ok(Answer { text: text.collect(), usage, served_model: response.model_version, stop })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    candidates: Option<Vec<Candidate>>,
    prompt_feedback: Option<Feedback>,
    usage_metadata: Option<Counts>,
    model_version: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback {
    block_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    content: Option<Content>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    parts: Option<Vec<Part>>,
}

#[derive(Deserialize)]
struct Part {
    text: Option<String>,
    thought: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    prompt_token_count: Option<u64>,
    cached_content_token_count: Option<u64>,
    candidates_token_count: Option<u64>,
    thoughts_token_count: Option<u64>,
}

impl Counts {
    /// Thoughts are output; a count of zero is left out by the service.
    fn total(&self) -> merit_router::Usage {
        let output = match (self.candidates_token_count, self.thoughts_token_count) {
            (None, None) => None,
            (answer, thoughts) => Some(answer.unwrap_or(0).saturating_add(thoughts.unwrap_or(0))),
        };
        usage(self.prompt_token_count, self.cached_content_token_count, output, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &Value) -> Result<Answer, CallError> {
        Gemini.answer(body.to_string().as_bytes())
    }

    fn kind(body: &Value) -> String {
        answer(body).map_or_else(|error| error.kind().as_str().to_owned(), |answer| answer.stop.as_str().to_owned())
    }

    #[test]
    fn thoughts_are_output_and_no_text() {
        let said = answer(&json!({
            "candidates": [{ "content": { "parts": [{ "text": "hm", "thought": true }, { "text": "a" }, { "text": "b" }] }, "finishReason": "STOP" }],
            "usageMetadata": { "promptTokenCount": 50, "cachedContentTokenCount": 40, "candidatesTokenCount": 5, "thoughtsTokenCount": 30 },
            "modelVersion": "gemini-2.5-flash",
        }))
        .expect("it is a response");
        let used = said.usage;
        assert_eq!((used.input_tokens, used.cached_input_tokens, used.output_tokens), (Some(50), Some(40), Some(35)));
        assert_eq!((said.text.as_str(), said.served_model.as_deref()), ("ab", Some("gemini-2.5-flash")));
    }

    #[test]
    fn every_end_has_its_word() {
        let ended = |reason: &str| kind(&json!({ "candidates": [{ "finishReason": reason }] }));
        assert_eq!(
            ["STOP", "MAX_TOKENS", "SAFETY", "LANGUAGE"].map(ended),
            ["end", "max_tokens", "content_filter", "language"]
        );
        assert_eq!(kind(&json!({ "promptFeedback": { "blockReason": "SAFETY" } })), "content_filter");
    }

    #[test]
    fn another_shape_is_malformed() {
        for odd in [json!({}), json!([]), json!({ "candidates": [] }), json!({ "candidates": [{ "content": 1 }] })] {
            assert_eq!(kind(&odd), "malformed", "{odd}");
        }
    }

    #[test]
    fn a_name_cannot_leave_its_place_in_the_address() {
        let path = |model: &str| Gemini.path(&Request::new(model, "p")).ok();
        assert_eq!(path("gemini-2.5-flash").as_deref(), Some("/v1beta/models/gemini-2.5-flash:generateContent"));
        assert_eq!(path("tunedModels/mine").as_deref(), Some("/v1beta/tunedModels/mine:generateContent"));
        for odd in ["", "a b", "a?key=1", "../x", "a#b", "a%2f", "/a"] {
            assert_eq!(path(odd), None, "{odd}");
        }
    }

    #[test]
    fn what_is_not_said_is_not_sent() {
        let request = Request::new("m", "p");
        assert_eq!(
            Gemini.body(&request),
            json!({
                "contents": [{ "role": "user", "parts": [{ "text": "p" }] }], "generationConfig": { "maxOutputTokens": 8_192 },
            })
        );
        let request = Request { system: Some("s".to_owned()), temperature: Some(1.0), ..request };
        let body = Gemini.body(&request);
        assert_eq!(body["systemInstruction"], json!({ "parts": [{ "text": "s" }] }));
        assert_eq!(body["generationConfig"]["temperature"], 1.0);
    }
}

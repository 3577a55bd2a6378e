//! `claude -p --output-format json`.
//!
//! It prints one object of type `result`, or the list of all its messages with that object as the last. An error of the
//! service comes as such an object too, with `is_error`, often with exit code 0, and with its status in
//! `api_error_status` or only in the text.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use merit_router::ErrorKind;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::backend::failed;
use super::dialect::Dialect;
use super::output::last_value;
use super::process::Finished;
use crate::answer::{Answer, Stop, usage};
use crate::error::{CallError, MALFORMED, PROGRAM, QUOTA};
use crate::http::kind_of;
use crate::request::Request;
use crate::wire::AnthropicCounts;

/// The program `claude`.
pub(crate) struct Claude;

impl Dialect for Claude {
    fn arguments(&self, request: &Request) -> Vec<String> {
        // No tools, neither its own nor those of servers the user has set up; and no trace in the user's history.
        let fixed =
            ["--print", "--output-format", "json", "--tools", "", "--strict-mcp-config", "--no-session-persistence"];
        let mut arguments: Vec<String> = fixed.map(str::to_owned).into();
        arguments.extend(["--model".to_owned(), request.model.clone()]);
        if let Some(system) = &request.system {
            arguments.extend(["--system-prompt".to_owned(), system.clone()]);
        }
        arguments
    }

    fn prepare(&self, request: &Request, _folder: &Path) -> io::Result<Vec<(&'static str, OsString)>> {
        Ok(vec![("CLAUDE_CODE_MAX_OUTPUT_TOKENS", request.max_output_tokens.to_string().into())])
    }

    fn key_variables(&self) -> &'static [&'static str] {
        &["ANTHROPIC_API_KEY"]
    }

    fn answer(&self, _request: &Request, finished: &Finished) -> Result<Answer, CallError> {
        let printed = last_value(&finished.output, |value| result_of(value).is_some());
        let Some(result) = printed.as_ref().and_then(result_of) else {
            return Err(failed(finished, "a result"));
        };
        let said = Said::deserialize(result)
            .map_err(|error| CallError::new(MALFORMED, format!("the program's result has another shape: {error}")))?;
        said.answer()
    }
}

/// The object of type `result`: the value itself, or the last such one of a list.
fn result_of(value: &Value) -> Option<&Value> {
    let is_result = |value: &&Value| value.get("type").is_some_and(|kind| kind == "result");
    match value {
        Value::Array(list) => list.iter().rev().find(is_result),
        value => Some(value).filter(is_result),
    }
}

#[derive(Deserialize)]
struct Said {
    is_error: bool,
    subtype: Option<String>,
    result: Option<String>,
    stop_reason: Option<String>,
    api_error_status: Option<u16>,
    total_cost_usd: Option<f64>,
    usage: Option<AnthropicCounts>,
    #[serde(rename = "modelUsage")]
    by_model: Option<Map<String, Value>>,
}

impl Said {
    fn answer(self) -> Result<Answer, CallError> {
        let counted = self.usage.as_ref().map(AnthropicCounts::total).unwrap_or_default();
        let usage =
            usage(counted.input_tokens, counted.cached_input_tokens, counted.output_tokens, self.total_cost_usd);
        let subtype = self.subtype.as_deref().unwrap_or("success");
        if self.is_error || subtype != "success" {
            return Err(self.failure(subtype).with_usage(usage));
        }
        let stop = match self.stop_reason.as_deref() {
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
        let served_model = self.served_model();
        let text = self
            .result
            .ok_or_else(|| CallError::new(MALFORMED, "the program's result has no text").with_usage(usage))?;
        Ok(Answer { text, usage, served_model, stop })
    }

    /// The model that wrote the most: others may have been asked for small things beside it.
    fn served_model(&self) -> Option<String> {
        let wrote = |value: &Value| value.get("outputTokens").and_then(Value::as_u64).unwrap_or(0);
        let models = self.by_model.as_ref()?.iter();
        models.max_by_key(|(_, used)| wrote(used)).map(|(model, _)| model.clone())
    }

    fn failure(&self, subtype: &str) -> CallError {
        let text = self.result.as_deref().unwrap_or("without a word");
        if let Some(status) = self.api_error_status.or_else(|| status_in(text)) {
            let (kind, may_pass) = kind_of(status);
            return CallError::new(kind, format!("the program says: {text}")).with_status(status).passing(may_pass);
        }
        let lower = text.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let kind = if says(&["/login", "invalid api key", "authentication", "oauth"]) {
            ErrorKind::Authentication
        } else if says(&["credit balance", "limit reached", "hit your limit", "usage limit"]) {
            QUOTA
        } else if says(&["prompt is too long", "issue with the selected model"]) {
            ErrorKind::InvalidRequest
        } else {
            PROGRAM
        };
        CallError::new(kind, format!("the program says ({subtype}): {text}"))
    }
}

/// The status in a text such as `API Error: 529 {…}` or `API Error (429 …)`.
fn status_in(text: &str) -> Option<u16> {
    let after = text.split_once("API Error")?.1.trim_start_matches([':', ' ', '(']);
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|status| (400..600).contains(status))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kind(text: &str, status: Option<u16>) -> String {
        let said = json!({ "is_error": true, "subtype": "success", "result": text, "api_error_status": status });
        let said: Said = serde_json::from_value(said).expect("it has the shape");
        said.answer().expect_err("it is an error").kind().as_str().to_owned()
    }

    #[test]
    fn its_errors_have_their_words() {
        assert_eq!(kind("overloaded", Some(529)), "server_error");
        assert_eq!(kind("API Error: 529 {\"type\":\"error\"}", None), "server_error");
        assert_eq!(kind("API Error (429 {})", None), "rate_limit");
        assert_eq!(kind("Invalid API key · Please run /login", None), "authentication");
        assert_eq!(kind("Credit balance is too low", None), "quota");
        assert_eq!(kind("Prompt is too long", None), "invalid_request");
        assert_eq!(kind("API Error: Connection error.", None), "program");
    }
}

//! `gemini --output-format json`, with the prompt on its standard input.
//!
//! It prints an object with `response` and `stats`; an error comes as an object with `error`, on its standard error, with
//! an exit code of its own (41 login, 42 input, 53 turns) or the service's status as its code.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

use merit_router::ErrorKind;
use serde::Deserialize;
use serde_json::Value;

use super::backend::failed;
use super::dialect::Dialect;
use super::output::last_value;
use super::process::Finished;
use crate::answer::{Answer, Stop, usage};
use crate::error::{CallError, MALFORMED, PROGRAM};
use crate::http::kind_of;
use crate::request::Request;

/// The settings of its folder: no tools.
const SETTINGS: &str = r#"{ "tools": { "core": [] }, "coreTools": [] }"#;

/// The program `gemini`.
pub(crate) struct Gemini;

impl Dialect for Gemini {
    fn arguments(&self, request: &Request) -> Vec<String> {
        // No extensions and no servers of the user's: `none` is the name of nothing.
        let fixed = ["--output-format", "json", "--extensions", "none", "--allowed-mcp-server-names", "none"];
        let mut arguments: Vec<String> = fixed.map(str::to_owned).into();
        arguments.extend(["--model".to_owned(), request.model.clone()]);
        arguments
    }

    fn prepare(&self, request: &Request, folder: &Path) -> io::Result<Vec<(&'static str, OsString)>> {
        let own = folder.join(".gemini");
        fs::create_dir(&own)?;
        fs::write(own.join("settings.json"), SETTINGS)?;
        // The folder is ours; without trust it would not read these settings.
        let mut environment = vec![("GEMINI_CLI_TRUST_WORKSPACE", OsString::from("true"))];
        if let Some(system) = &request.system {
            let file = own.join("system.md");
            fs::write(&file, system)?;
            environment.push(("GEMINI_SYSTEM_MD", file.into()));
        }
        Ok(environment)
    }

    fn key_variables(&self) -> &'static [&'static str] {
        &["GEMINI_API_KEY", "GOOGLE_API_KEY"]
    }

    fn answer(&self, request: &Request, finished: &Finished) -> Result<Answer, CallError> {
        let with = |key: &'static str| move |value: &Value| value.get(key).is_some_and(|value| !value.is_null());
        let error = last_value(&finished.output, with("error")).or_else(|| last_value(&finished.errors, with("error")));
        if let Some(error) = error.as_ref().and_then(|printed| printed.get("error")) {
            return Err(failure(error));
        }
        let Some(printed) = last_value(&finished.output, with("response")).filter(|_| finished.status.success()) else {
            return Err(failed(finished, "a response"));
        };
        let said = Said::deserialize(&printed)
            .map_err(|error| CallError::new(MALFORMED, format!("the program's output has another shape: {error}")))?;
        Ok(said.answer(&request.model))
    }
}

/// What went wrong, by the code in it: a status of the service, or one of the program's own.
fn failure(error: &Value) -> CallError {
    let text = error.get("message").and_then(Value::as_str).unwrap_or("without a word");
    let name = error.get("type").and_then(Value::as_str).unwrap_or("error");
    let message = format!("the program says ({name}): {text}");
    // Codes are numbers, or numbers as text.
    let code = error.get("code").and_then(|code| code.as_u64().or_else(|| code.as_str()?.parse().ok()));
    let (kind, may_pass) = match code.and_then(|code| u16::try_from(code).ok()) {
        Some(status @ 400..600) => {
            let (kind, may_pass) = kind_of(status);
            return CallError::new(kind, message).with_status(status).passing(may_pass);
        }
        Some(41) => (ErrorKind::Authentication, false),
        Some(42) => (ErrorKind::InvalidRequest, false),
        _ if name.contains("Authentication") || name == "UnauthorizedError" => (ErrorKind::Authentication, false),
        _ if name == "TerminalQuotaError" => (crate::error::QUOTA, false),
        _ if name.contains("Quota") => (ErrorKind::RateLimit, true),
        _ => (PROGRAM, false),
    };
    CallError::new(kind, message).passing(may_pass)
}

#[derive(Deserialize)]
struct Said {
    response: String,
    stats: Option<Stats>,
}

#[derive(Deserialize)]
struct Stats {
    #[serde(default)]
    models: serde_json::Map<String, Value>,
}

#[derive(Default, Deserialize)]
struct Tokens {
    prompt: Option<u64>,
    cached: Option<u64>,
    candidates: Option<u64>,
    thoughts: Option<u64>,
}

impl Said {
    /// The tokens of all models it asked: a small one may have chosen among the others.
    fn answer(self, asked: &str) -> Answer {
        let models = self.stats.map(|stats| stats.models).unwrap_or_default();
        let tokens = |value: &Value| value.get("tokens").and_then(|tokens| Tokens::deserialize(tokens).ok());
        let all: Vec<(&String, Tokens)> =
            models.iter().filter_map(|(model, value)| Some((model, tokens(value)?))).collect();
        let sum = |of: fn(&Tokens) -> Option<u64>| {
            all.iter().filter_map(|(_, tokens)| of(tokens)).reduce(u64::saturating_add)
        };
        let output = match (sum(|tokens| tokens.candidates), sum(|tokens| tokens.thoughts)) {
            (None, None) => None,
            (answer, thoughts) => Some(answer.unwrap_or(0).saturating_add(thoughts.unwrap_or(0))),
        };
        let wrote = |tokens: &Tokens| tokens.candidates.unwrap_or(0);
        let most = all.iter().max_by_key(|(model, tokens)| (model.as_str() == asked, wrote(tokens)));
        let served_model = most.map(|(model, _)| (*model).clone());
        let usage = usage(sum(|tokens| tokens.prompt), sum(|tokens| tokens.cached), output, None);
        Answer { text: self.response, usage, served_model, stop: Stop::Unsaid }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn its_errors_have_their_words() {
        let of = |error: Value| {
            let error = failure(&error);
            (error.kind().as_str().to_owned(), error.may_pass())
        };
        assert_eq!(of(json!({ "type": "FatalAuthenticationError", "code": 41 })), ("authentication".to_owned(), false));
        assert_eq!(of(json!({ "type": "FatalInputError", "code": 42 })), ("invalid_request".to_owned(), false));
        assert_eq!(of(json!({ "type": "ApiError", "code": 429 })), ("rate_limit".to_owned(), true));
        assert_eq!(of(json!({ "type": "ApiError", "code": "503" })), ("server_error".to_owned(), true));
        assert_eq!(of(json!({ "type": "RetryableQuotaError" })), ("rate_limit".to_owned(), true));
        assert_eq!(of(json!({ "type": "TerminalQuotaError" })), ("quota".to_owned(), false));
        assert_eq!(of(json!({ "type": "Error", "code": 1 })), ("program".to_owned(), false));
    }

    #[test]
    fn tokens_of_all_its_models_count() {
        let said: Said = serde_json::from_value(json!({
            "response": "yes", "stats": { "models": {
                "router": { "tokens": { "prompt": 10, "candidates": 90, "total": 100, "cached": 0, "thoughts": 0, "tool": 0 } },
                "asked": { "tokens": { "prompt": 100, "candidates": 5, "total": 125, "cached": 60, "thoughts": 20, "tool": 0 } },
            } },
        }))
        .expect("it has the shape");
        let answer = said.answer("asked");
        assert_eq!(answer.usage, usage(Some(110), Some(60), Some(115), None));
        assert_eq!(answer.served_model.as_deref(), Some("asked"));
    }
}

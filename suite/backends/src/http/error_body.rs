//! The body of a failure: what the server says went wrong.

use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::client::Reply;
use super::retry_after;
use super::status::kind_of;
use crate::error::{CallError, QUOTA};

/// How much of a body is read for a message.
const READ: usize = 64 * 1024;

/// Why a reply with a status other than 2xx failed. The key may be in it: whoever calls takes it out.
pub(super) fn failure(reply: &Reply, now: SystemTime) -> CallError {
    let status = reply.status;
    if (300..400).contains(&status) {
        let place = reply.header("location").unwrap_or("nowhere");
        let message =
            format!("status {status}: it redirects to {place}, and no key is sent after it; correct base_url");
        return error(status, &message, None);
    }
    let said = Said::read(&String::from_utf8_lossy(&reply.body[..reply.body.len().min(READ)]));
    let asked = retry_after::of_headers(&reply.headers, now).or(said.retry_after);
    let failure = error(status, &format!("status {status}: {}", said.message), asked);
    if said.is_quota() { CallError::new(QUOTA, failure.message()).with_status(status) } else { failure }
}

/// Why a reply with status 200 failed all the same: a router that passes on the error of the provider behind it.
pub(crate) fn passed_on(error_value: &Value) -> CallError {
    let said = Said::of(error_value);
    let code = said.code.as_ref().and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
    let status = code.filter(|code| (400..600).contains(code)).unwrap_or(502);
    error(status, &format!("status 200 with an error ({status}): {}", said.message), said.retry_after)
}

fn error(status: u16, message: &str, retry_after: Option<Duration>) -> CallError {
    let (kind, may_pass) = kind_of(status);
    CallError::new(kind, message).with_status(status).passing(may_pass).with_retry_after(retry_after)
}

/// What a server says of its failure.
struct Said {
    message: String,
    code: Option<Value>,
    retry_after: Option<Duration>,
}

impl Said {
    /// Reads a body: JSON as the services write it, else the text itself.
    fn read(text: &str) -> Self {
        match serde_json::from_str::<Value>(text) {
            // Gemini has been seen to wrap its error in a list.
            Ok(Value::Array(list)) if list.len() == 1 => Self::of_body(&list[0]),
            Ok(body) => Self::of_body(&body),
            Err(_) if text.trim().is_empty() => Self::saying("without a word"),
            Err(_) => Self::saying(text),
        }
    }

    fn of_body(body: &Value) -> Self {
        // `detail` is FastAPI's, which many servers of open models are made with.
        match body.get("error").or_else(|| body.get("detail")).or_else(|| body.get("message")) {
            Some(error) => Self::of(error),
            None => Self::saying(&body.to_string()),
        }
    }

    fn of(error: &Value) -> Self {
        let message = error.as_str().or_else(|| error.get("message")?.as_str());
        Self {
            message: message.map_or_else(|| error.to_string(), str::to_owned),
            code: error.get("code").cloned(),
            retry_after: retry_after::of_body(error),
        }
    }

    fn saying(text: &str) -> Self {
        Self { message: text.to_owned(), code: None, retry_after: None }
    }

    /// OpenAI says with 429 that there is no money; waiting does not help.
    fn is_quota(&self) -> bool {
        self.code.as_ref().is_some_and(|code| code == "insufficient_quota")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, body: &str) -> CallError {
        let reply = Reply { status, headers: Default::default(), body: body.as_bytes().to_vec() };
        failure(&reply, SystemTime::UNIX_EPOCH)
    }

    #[test]
    fn every_services_way_to_say_it_is_read() {
        for body in [
            r#"{"error": {"message": "no such model", "type": "x", "code": "y"}}"#,
            r#"{"type": "error", "error": {"type": "not_found_error", "message": "no such model"}}"#,
            r#"[{"error": {"code": 404, "message": "no such model", "status": "NOT_FOUND"}}]"#,
            r#"{"error": "no such model"}"#,
            r#"{"detail": "no such model"}"#,
            r#"{"message": "no such model"}"#,
            "no such model",
        ] {
            assert_eq!(of(404, body).to_string(), "invalid_request: status 404: no such model", "{body}");
        }
        assert_eq!(of(500, " ").message(), "status 500: without a word");
        assert_eq!(of(500, r#"{"a": 1}"#).message(), r#"status 500: {"a":1}"#);
    }

    #[test]
    fn an_empty_account_is_not_waited_for() {
        let error = of(429, r#"{"error": {"message": "no money", "code": "insufficient_quota"}}"#);
        assert_eq!((error.kind(), error.may_pass(), error.status()), (&QUOTA, false, Some(429)));
        assert!(of(429, r#"{"error": {"message": "slow down"}}"#).may_pass());
    }

    #[test]
    fn an_error_that_is_passed_on_keeps_its_status() {
        let of = |code: Value| passed_on(&serde_json::json!({ "message": "no", "code": code }));
        assert_eq!(of(429.into()).kind().as_str(), "rate_limit");
        assert_eq!(of("odd".into()).kind().as_str(), "server_error");
        assert_eq!(of(200.into()).status(), Some(502));
    }
}

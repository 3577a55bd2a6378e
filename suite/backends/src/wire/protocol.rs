//! What a protocol is.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::answer::Answer;
use crate::error::{CallError, MALFORMED};
use crate::request::Request;

/// How a service is asked, and how its answer is read.
pub(crate) trait Protocol: Send + Sync {
    /// The path below the base address.
    fn path(&self, request: &Request) -> Result<String, CallError>;

    /// The header that carries the key.
    fn key_header(&self, key: &str) -> (&'static str, String);

    /// A header beside it.
    fn version_header(&self, _request: &Request) -> Option<(&'static str, &'static str)> {
        None
    }

    /// What is sent.
    fn body(&self, request: &Request) -> Value;

    /// What came back with a status of 2xx.
    fn answer(&self, body: &[u8]) -> Result<Answer, CallError>;
}

/// Reads a body in the shape of a service's answer.
pub(super) fn read<T: DeserializeOwned>(body: &[u8], shape: &str) -> Result<T, CallError> {
    serde_json::from_slice(body).map_err(|error| {
        let what = if error.is_data() { format!("has not the shape of {shape}") } else { "is not JSON".to_owned() };
        CallError::new(MALFORMED, format!("the answer {what}: {error}"))
    })
}

/// Puts a value into an object where there is one.
pub(super) fn set(object: &mut Value, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        object[key] = value.into();
    }
}

//! A backend as it is written in merit.toml.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::kind::BackendKind;
use crate::wire::LimitField;

/// One `[[bench.backends]]`. What is not written follows from the kind, and the kind from a well-known name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackendSettings {
    /// What it is called in reports; a well-known name needs no kind.
    pub name: String,
    /// What it speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<BackendKind>,
    /// Where it is spoken. As the vendors' own clients take it: with `/v1` for chat completions, without for the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// The environment variable that holds the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_variable: Option<String>,
    /// The models to be called, as the provider names them.
    #[serde(default)]
    pub models: Vec<String>,
    /// The call record's `provider`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Calls at once; backends of one provider share the least of their numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    /// Time for one attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u64>,
    /// Time for all attempts and pauses; three times `timeout_seconds` where it is not written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_seconds: Option<u64>,
    /// Tries after the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_retries: Option<u32>,
    /// The program, by name or path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<PathBuf>,
    /// What the service calls the most tokens of an answer, where it speaks chat completions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens_field: Option<LimitField>,
    /// Whether a key may be sent over plain HTTP to another machine.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_insecure: bool,
}

impl BackendSettings {
    /// A backend of which only the name is written.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }
}

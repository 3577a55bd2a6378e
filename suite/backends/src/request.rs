//! What a model is asked.

use std::time::Duration;

/// One prompt to one model.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The model, as its provider names it.
    pub model: String,
    /// Instructions that stand before the prompt.
    pub system: Option<String>,
    /// The prompt.
    pub prompt: String,
    /// The most tokens the answer may have, reasoning included.
    pub max_output_tokens: u32,
    /// The sampling temperature; None: the provider's default (some models refuse any). The programs have none.
    pub temperature: Option<f64>,
    /// The time for one attempt, in place of the backend's.
    pub timeout: Option<Duration>,
}

impl Request {
    /// A prompt with at most 8,192 tokens of answer and everything else as the provider has it.
    pub fn new(model: impl Into<String>, prompt: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            system: None,
            prompt: prompt.into(),
            max_output_tokens: 8_192,
            temperature: None,
            timeout: None,
        }
    }
}

//! The three protocols: a request → JSON, JSON → an answer. Pure.

mod anthropic;
mod gemini;
mod openai;
mod protocol;

pub(crate) use anthropic::{Anthropic, Counts as AnthropicCounts};
pub(crate) use gemini::Gemini;
pub use openai::LimitField;
pub(crate) use openai::OpenAi;
pub(crate) use protocol::Protocol;

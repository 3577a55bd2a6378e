//! What a backend speaks.

use serde::{Deserialize, Serialize};

/// What a backend speaks, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BackendKind {
    /// Anthropic's Messages API.
    Anthropic,
    /// Google's generateContent.
    Gemini,
    /// Groq's chat completions.
    Groq,
    /// OpenRouter's chat completions, which report the cost.
    #[serde(rename = "openrouter")]
    OpenRouter,
    /// Chat completions of OpenAI or of any server that speaks them.
    #[serde(rename = "openai")]
    OpenAi,
    /// The program `claude` in its print mode.
    ClaudeProgram,
    /// The program `gemini` without a terminal.
    GeminiProgram,
}

impl BackendKind {
    /// Its word in the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            BackendKind::Anthropic => "anthropic",
            BackendKind::Gemini => "gemini",
            BackendKind::Groq => "groq",
            BackendKind::OpenRouter => "openrouter",
            BackendKind::OpenAi => "openai",
            BackendKind::ClaudeProgram => "claude-program",
            BackendKind::GeminiProgram => "gemini-program",
        }
    }

    /// Whether it is a program on this machine.
    pub fn is_program(self) -> bool {
        matches!(self, BackendKind::ClaudeProgram | BackendKind::GeminiProgram)
    }

    /// Whether it speaks chat completions.
    pub(super) fn speaks_chat_completions(self) -> bool {
        matches!(self, BackendKind::Groq | BackendKind::OpenRouter | BackendKind::OpenAi)
    }
}

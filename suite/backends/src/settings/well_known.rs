//! What need not be written down.

use super::kind::BackendKind;

/// What a kind has where nothing else is written.
pub(super) struct Defaults {
    /// Where it is spoken; empty for a program.
    pub(super) base_url: &'static str,
    /// The environment variables that may hold its key; the first one that is set counts.
    pub(super) key_variables: &'static [&'static str],
    /// Its name in merit's prices.
    pub(super) provider: &'static str,
    /// The program; empty for a service.
    pub(super) program: &'static str,
    /// Calls at once.
    pub(super) concurrency: u32,
}

/// Every variable that holds a vendor's key: no program is given another vendor's.
pub(crate) const KEY_VARIABLES: [&str; 6] =
    ["ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY", "GROQ_API_KEY", "OPENROUTER_API_KEY", "OPENAI_API_KEY"];

/// The defaults of a kind.
pub(super) fn of_kind(kind: BackendKind) -> Defaults {
    let service =
        |base_url, key_variables, provider| Defaults { base_url, key_variables, provider, program: "", concurrency: 4 };
    let program =
        |program, key_variables, provider| Defaults { base_url: "", key_variables, provider, program, concurrency: 2 };
    const ANTHROPIC: &[&str] = &["ANTHROPIC_API_KEY"];
    const GOOGLE: &[&str] = &["GEMINI_API_KEY", "GOOGLE_API_KEY"];
    match kind {
        BackendKind::Anthropic => service("https://api.anthropic.com", ANTHROPIC, "anthropic"),
        BackendKind::Gemini => service("https://generativelanguage.googleapis.com", GOOGLE, "google"),
        BackendKind::Groq => service("https://api.groq.com/openai/v1", &["GROQ_API_KEY"], "groq"),
        BackendKind::OpenRouter => service("https://openrouter.ai/api/v1", &["OPENROUTER_API_KEY"], "openrouter"),
        BackendKind::OpenAi => service("https://api.openai.com/v1", &["OPENAI_API_KEY"], "openai"),
        BackendKind::ClaudeProgram => program("claude", ANTHROPIC, "anthropic"),
        BackendKind::GeminiProgram => program("gemini", GOOGLE, "google"),
    }
}

/// The kind of a well-known name, and the address of a server on this machine.
pub(super) fn of_name(name: &str) -> Option<(BackendKind, Option<&'static str>)> {
    Some(match name {
        "anthropic" | "claude" => (BackendKind::Anthropic, None),
        "gemini" | "google" => (BackendKind::Gemini, None),
        "groq" => (BackendKind::Groq, None),
        "openrouter" => (BackendKind::OpenRouter, None),
        "openai" => (BackendKind::OpenAi, None),
        "ollama" => (BackendKind::OpenAi, Some("http://127.0.0.1:11434/v1")),
        "vllm" => (BackendKind::OpenAi, Some("http://127.0.0.1:8000/v1")),
        "llama.cpp" => (BackendKind::OpenAi, Some("http://127.0.0.1:8080/v1")),
        "claude-program" => (BackendKind::ClaudeProgram, None),
        "gemini-program" => (BackendKind::GeminiProgram, None),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_of_a_kind_is_kept_from_the_others_programs() {
        for kind in [
            BackendKind::Anthropic,
            BackendKind::Gemini,
            BackendKind::Groq,
            BackendKind::OpenRouter,
            BackendKind::OpenAi,
        ] {
            assert!(of_kind(kind).key_variables.iter().all(|variable| KEY_VARIABLES.contains(variable)), "{kind:?}");
        }
    }
}

//! `[[bench.backends]]`: which models are called, where, and how.
//!
//! A well-known name needs nothing but its models:
//!
//! ```
//! # #[derive(serde::Deserialize)] struct File { bench: Bench }
//! # #[derive(serde::Deserialize)] struct Bench { backends: Vec<merit_backends::BackendSettings> }
//! let file: File = toml::from_str(r#"
//!     [[bench.backends]]
//!     name = "groq"
//!     models = ["openai/gpt-oss-20b"]
//!
//!     [[bench.backends]]
//!     name = "ours"
//!     kind = "openai"
//!     base_url = "https://models.example.com/v1"
//!     key_variable = "OUR_KEY"
//!     models = ["gemma3:27b"]
//! "#)?;
//! let plans: Vec<_> = file.bench.backends.iter().map(|settings| settings.plan()).collect::<Result<_, _>>()?;
//! assert_eq!((plans[0].provider.as_str(), plans[1].provider.as_str()), ("groq", "ours"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | name | kind | base_url | key |
//! |---|---|---|---|
//! | `anthropic`, `claude` | `anthropic` | `https://api.anthropic.com` | `ANTHROPIC_API_KEY` |
//! | `gemini`, `google` | `gemini` | `https://generativelanguage.googleapis.com` | `GEMINI_API_KEY`, else `GOOGLE_API_KEY` |
//! | `groq` | `groq` | `https://api.groq.com/openai/v1` | `GROQ_API_KEY` |
//! | `openrouter` | `openrouter` | `https://openrouter.ai/api/v1` | `OPENROUTER_API_KEY` |
//! | `openai` | `openai` | `https://api.openai.com/v1` | `OPENAI_API_KEY` |
//! | `ollama` | `openai` | `http://127.0.0.1:11434/v1` | none |
//! | `vllm` | `openai` | `http://127.0.0.1:8000/v1` | none |
//! | `llama.cpp` | `openai` | `http://127.0.0.1:8080/v1` | none |
//! | `claude-program` | `claude-program` | | the program's own |
//! | `gemini-program` | `gemini-program` | | the program's own |
//!
//! A `base_url` that is written is sent no key but the one that `key_variable` names: no vendor's key goes to another
//! host by default.

mod check;
mod kind;
mod plan;
mod well_known;
mod written;

pub use crate::wire::LimitField;
pub use check::SettingsError;
pub use kind::BackendKind;
pub use plan::{Plan, Service};
pub(crate) use well_known::KEY_VARIABLES;
pub use written::BackendSettings;

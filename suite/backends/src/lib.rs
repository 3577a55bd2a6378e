//! The runners of merit's benchmark suite: one call of a language model in, one outcome out.
//!
//! The way through: [`BackendSettings`] (what is written) → [`open`] (keys, defaults, checks) → [`Runner::run`] (a slot,
//! tries, pauses) → [`Backend::call`] (one attempt) → [`Outcome`] (every attempt, and the answer or why there is none).
//!
//! | kind | speaks | by |
//! |---|---|---|
//! | `anthropic` | Messages | HTTP |
//! | `gemini` | generateContent | HTTP |
//! | `openai`, `groq`, `openrouter` | chat completions | HTTP |
//! | `claude-program` | the JSON of `claude -p` | a process |
//! | `gemini-program` | the JSON of `gemini` | a process |
//!
//! Keys come from the environment alone. They are sent to the host they belong to, over TLS or to this machine, and are
//! taken out of every text that leaves this crate.
//!
//! ```no_run
//! use merit_backends::{BackendSettings, Request, Surroundings, open};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let settings = BackendSettings { models: vec!["claude-haiku-4-5".to_owned()], ..BackendSettings::named("anthropic") };
//! let runners = open(&[settings], &Surroundings::default())?;
//! let outcome = runners[0].run(&Request::new("claude-haiku-4-5", "Which day follows Monday?"));
//! for attempt in &outcome.attempts {
//!     println!("{} ms, {:?}", attempt.latency.as_millis(), attempt.error_kind());
//! }
//! println!("{}", outcome.result?.text);
//! # Ok(())
//! # }
//! ```

mod answer;
mod backend;
mod cancel;
mod error;
mod http;
mod open;
mod outcome;
mod program;
mod request;
mod retry;
mod runner;
mod secret;
pub mod settings;
mod slots;
mod text;
mod wire;

pub use answer::{Answer, Stop};
pub use backend::Backend;
pub use cancel::Cancel;
pub use error::{CANCELLED, CallError, MALFORMED, PROGRAM, QUOTA};
pub use http::EndpointError;
pub use merit_router::{ErrorKind, Host, SystemHost, Usage};
pub use open::{OpenError, Surroundings, open};
pub use outcome::{AttemptReport, Outcome};
pub use request::Request;
pub use retry::Patience;
pub use runner::Runner;
pub use secret::{KeyError, Secret};
pub use settings::{BackendKind, BackendSettings, SettingsError};

//! Carrying out tasks, on a machine whose time passes only when it is told to.

mod asynchronous;
mod fallbacks;
mod logging;
mod pauses;
mod properties;
mod resting;
mod stage;
#[cfg(feature = "tokio")]
mod with_tokio;

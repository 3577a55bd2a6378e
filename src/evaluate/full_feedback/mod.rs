//! The tasks that several models ran, out of the store or out of files: what a replay is over.
//!
//! ```text
//! store ──────────────────┐
//! files, by an adapter ───┴► Engine with `calls` ─► attempts (first ones, arms as a night names them) ─► FullFeedback
//! ```
//!
//! [`store`] and [`files`] open an engine, [`attempts`] asks it for the first attempts with a task, and
//! [`FullFeedback::new`] puts them together as a [`Matrix`](super::replay::Matrix) and says what it left out. [`evaluate`]
//! replays it.
//!
//! A task is a task id and a kind of work: an id that is used for two kinds of work is two tasks. Runs of one model on one
//! task are averaged.

mod attempts;
mod error;
mod evaluation;
mod feedback;
mod read;
mod selection;

pub use attempts::{Attempt, Attempts, Wanted, attempts};
pub use error::FullFeedbackError;
pub use evaluation::{Evaluation, Pair, evaluate};
pub use feedback::{FullFeedback, LeftOut};
pub use read::{Files, files, store};
pub use selection::Selection;

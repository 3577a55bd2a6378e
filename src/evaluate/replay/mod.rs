//! Full feedback: several models ran the same tasks, so any table can be replayed exactly.
//!
//! ```text
//! Matrix (task × model) ─► parts (folds by task, or a given test set)
//!     build part ─► evidence ─► policy::build, a table for each budget ─┐
//!                └► best single, zero router, per segment ──────────────┤ who is drawn how often
//!     test part ─► oracle, random ──────────────────────────────────────┴► plays ─► Replay: means, intervals, metrics
//! ```
//!
//! A table is scored by its own probabilities, without drawing: quality, cost and success on a task are expectations.
//! Baselines that must be chosen are chosen on the build part and scored on the test part, as the table is. What is
//! scored is the first attempt: on a benchmark, where a failure is a wrong answer that nobody would notice, a replayed
//! fallback would be an oracle.
//!
//! [`replay`] does all that for any number of models, [`threshold_curve`] what RouteLLM reports for two.
//!
//! Pure: the same matrix and settings give the same result on any number of threads.

mod baselines;
mod bootstrap;
mod error;
mod evidence;
mod matrix;
mod outcome;
mod parts;
mod plays;
mod result;
mod run;
mod settings;
mod summary;
mod table;
mod threshold;

#[cfg(test)]
#[allow(clippy::print_stdout, reason = "a proof says its figures")]
mod proof;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod worlds;

pub use error::ReplayError;
pub use evidence::{Reading, evidence};
pub use matrix::{Matrix, ReplayModel, Task};
pub use outcome::Outcome;
pub use parts::{Part, Parts};
pub use result::{AiqAsCoded, AiqOverRange, AtBudget, Compared, Coverage, Replay, Score, SingleModel};
pub use run::replay;
pub use settings::ReplaySettings;
pub use threshold::{CallsForQuality, ThresholdCurve, threshold_curve};

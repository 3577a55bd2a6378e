//! Five targets beside what was reached: score, success, cost and latency of production tasks, and how often the table
//! draws a right model.
//!
//! [`compute`] is pure: the sums of the days, the table and the [`TargetSettings`] in; a [`Scoreboard`] out, each figure
//! with its interval, a [`Verdict`], and where a target is not met what stands in the way. docs/report.md has the
//! formulas and their limits.

mod compute;
mod estimate;
mod evidence;
mod obstacle;
mod right_model;
mod settings;
mod types;

#[cfg(test)]
mod tests;

pub use compute::compute;
pub use estimate::{Estimate, mean, proportion, quantile};
pub use evidence::{ArmDay, Evidence, LatencyDay, TaskDay};
pub use right_model::{RightModel, RightRow, right_model};
pub use settings::TargetSettings;
pub(crate) use settings::checks;
pub use types::{Measure, Scoreboard, Sense, TargetResult, Verdict};

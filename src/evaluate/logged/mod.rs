//! Logged production draws, and what two tables would have made of them.
//!
//! ```text
//! calls ─read─► LoggedDraw (drawn model, propensity, context, outcome and cost of all attempts)
//!                   │
//!       Registry ───┴─► a Request of the logged context ─► merit_router::distribution of each table
//!                                                             │
//!                              reward = value − λ·cost ───────┴─► ope::Log ─► estimates, or the gate
//! ```
//!
//! - A draw is a first attempt. Its outcome is the task's: the first success among all attempts, credited to the model
//!   that was drawn, and what all of them cost.
//! - A success is worth its score/10. Where it was not scored it is worth q̄, what its row's table expects of the model
//!   that served; where it was, q̄ + (score/10 − q̄)/share, with the share of that model's successes that somebody scored
//!   (the augmented inverse propensity of Robins, Rotnitzky and Zhao 1994): right on average whatever q̄ is, as long as
//!   being scored does not depend on how good the answer was.
//! - A draw counts only if the table that it names can have made it as logged. All others are counted by reason. For tables
//!   that the registry never had, [`AsLogged`] takes the propensities at their word.
//!
//! Only [`read`](fn@read) does I/O.

mod account;
mod as_logged;
mod comparison;
mod draw;
mod log;
mod read;
mod registry;
mod reward;

#[cfg(test)]
mod tests;

pub use account::LeftOut;
pub use as_logged::AsLogged;
pub use comparison::{Comparison, Estimates, Figure, Part, compare};
pub use draw::{Attempt, LoggedDraw};
pub use log::{Judged, Origin, Pair, log};
pub use read::read;
pub use registry::Registry;
pub use reward::{Rewards, effective_lambda};

//! The back-test: what each night's table would have earned the next day, half-lives and algorithms side by side.
//!
//! ```text
//! daily sums ─► Log ─┬─► Memory, one a half-life: state ← (state + day)·2^(−1/h) ─► evidence ─► leaf tables ─┐
//!                    └─► hindsight: what the arms did on the day, and since ─────────────────────────────────┴─► earned
//!                                     by day: Σ traffic·weight·chain ─► means, differences, intervals: Backtest
//! ```
//!
//! A night's table is built from the days before it and judged on the next day by that day's traffic. What an arm earns
//! there is its own mean of the day: first attempts are drawn within their segment, so that the mean is fair to every
//! table. An arm without a call on the day is judged by the posterior mean of a mixed model over that day and those
//! after it, a later day counting less, with a half-life of seven days. Never by the days before: the table was chosen by
//! their luck, and would look better than it is, the more so the shorter its memory. Giving the weight of such arms to
//! the others instead hides the price of exploring, for they are the rarely tried ones. And raw means over the days after
//! are too low: an arm that is unlucky is tried less, and its bad luck is never averaged out (Nie, Tian, Taylor & Zou,
//! *AISTATS* 2018); around a jump they are those of another world.
//!
//! Value and cost are those of the whole chain, fallbacks after a failure included, as the policy has it.
//!
//! What it does not see: detected changes and latency limits, which would need every night's whole analysis; calls
//! whose work differs from that of their segment by who was asked; what a table's own exploration would have taught
//! the next night: every contender learns from the log as it is.
//!
//! Pure: the same history and settings give the same result on any number of threads.

mod best_single;
mod earnings;
mod error;
mod hindsight;
mod input;
mod interval;
mod log;
mod memory;
mod result;
mod run;
mod settings;
#[cfg(test)]
mod side_by_side;
#[cfg(test)]
mod tests;
mod walk;

pub use error::BacktestError;
pub use input::{BacktestHistory, DayCost, DayLater};
pub use result::{Backtest, BestSingle, ContenderResult, DayEarnings, SingleModel};
pub use run::backtest;
pub use settings::{BacktestSettings, Contender};

#[cfg(test)]
pub(in crate::evaluate) use hindsight::{Reading, Yardstick};
#[cfg(test)]
pub(in crate::evaluate) use side_by_side::{SideBySide, side_by_side};

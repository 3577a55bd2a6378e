//! Why a back-test is not possible.

use thiserror::Error;

use crate::history::HistoryError;
use crate::policy::PolicyError;

/// Why a back-test is not possible: what is wrong, where, and what to do.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum BacktestError {
    /// A history that cannot be true.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// Not one provider an arm.
    #[error("the history has {arms} arms and {providers} providers; give one provider for each arm")]
    Providers {
        /// The providers given.
        providers: usize,
        /// The arms.
        arms: usize,
    },
    /// An entry that no calls can give.
    #[error("entry {entry} of the {what} (day {day}): {problem}; check the job that fills it")]
    Entry {
        /// `cost` or `later attempts`.
        what: &'static str,
        /// Which entry, counted from 0.
        entry: usize,
        /// Its day, days since 1970.
        day: i32,
        /// What is wrong with it.
        problem: String,
    },
    /// A setting out of its range.
    #[error("back-test setting `{name}` is {value}, it must be {range}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// The value found.
        value: String,
        /// The values allowed.
        range: &'static str,
    },
    /// Fewer days than a table and a day to judge it by.
    #[error(
        "the log has {days} days with calls, and of those asked for none after the first {burn_in_days} days has both a \
         table of the night before and calls to judge it by; give a longer log, other days, or a shorter burn-in"
    )]
    TooShort {
        /// Days with calls.
        days: usize,
        /// Days left out at the start.
        burn_in_days: u32,
    },
    /// A table that could not be built.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

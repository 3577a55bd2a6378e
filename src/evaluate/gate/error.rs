//! What the gate cannot do.

use crate::evaluate::ope::OpeError;
use crate::evaluate::sequence::SequenceError;

/// A state, a day or settings that the gate cannot work with.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// A setting out of its range.
    #[error("gate setting {name} is {value}; it must be {range}")]
    Setting {
        /// Its name.
        name: &'static str,
        /// What it is.
        value: f64,
        /// What it may be.
        range: &'static str,
    },
    /// A day from which the challenger may have learnt.
    #[error(
        "day {day} is before day {frozen_on}, on which {table} was frozen: it may have learnt from it; judge it on later \
         days only"
    )]
    BeforeFreeze {
        /// The day, days since 1970.
        day: i32,
        /// The first day it may be judged on.
        frozen_on: i32,
        /// The challenger.
        table: String,
    },
    /// Nobody to judge.
    #[error("there is no challenger to judge; freeze one first")]
    NoChallenger,
    /// A second challenger.
    #[error("{table} is still being judged; wait until it is accepted or refuted, or its nights are over")]
    StillJudging {
        /// The challenger.
        table: String,
    },
    /// The log of the day.
    #[error(transparent)]
    Log(#[from] OpeError),
    /// The outcomes of the day.
    #[error(transparent)]
    Sequence(#[from] SequenceError),
    /// A state that is no state.
    #[error("the gate's state cannot be read: {0}; restore the file, or remove it to begin anew with the table in use")]
    State(#[from] serde_json::Error),
    /// A state of another time.
    #[error("the gate's state has format {found}, this version reads {known}; use the version that wrote it")]
    Format {
        /// What it says.
        found: u32,
        /// What is known here.
        known: u32,
    },
    /// Rows that cannot be compared.
    #[error(
        "a step needs one weight of the anchor, one of the candidate and one safety mark for each model, weights at least \
         0 with the sum 1; got {anchor}, {candidate} and {safety} of them, with the sums {anchor_sum} and {candidate_sum}"
    )]
    Rows {
        /// Weights of the anchor.
        anchor: usize,
        /// Weights of the candidate.
        candidate: usize,
        /// Marks.
        safety: usize,
        /// Sum of the anchor's.
        anchor_sum: f64,
        /// Sum of the candidate's.
        candidate_sum: f64,
    },
}

//! Why a run ended before it was done.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use crate::error::BenchError;

/// Why a run ended before it was done. What is journalled stays; the run can be resumed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "stop", rename_all = "snake_case")]
pub enum Stop {
    /// The caller gave up.
    Cancelled,
    /// The next call could exceed the cap.
    MaxSpend {
        /// What was spent, US dollars.
        spent: f64,
        /// What the next call could cost, US dollars.
        next: f64,
        /// The cap, US dollars.
        cap: f64,
    },
    /// The account is refused or empty, which says nothing about the model.
    Refused {
        /// The backend.
        backend: String,
        /// What it said.
        message: String,
    },
    /// An answer could not be graded. It is kept, and graded when the run is resumed.
    Ungraded {
        /// The project.
        project: String,
        /// Why.
        message: String,
    },
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stop::Cancelled => write!(f, "stopped on request; run it again to go on"),
            Stop::MaxSpend { spent, next, cap } => write!(
                f,
                "stopped before a call of up to ${next:.4}: ${spent:.4} of ${cap:.4} are spent; run it again with a higher cap"
            ),
            Stop::Refused { backend, message } => {
                write!(
                    f,
                    "stopped because {backend} refuses ({message}); repair the key or the account and run it again"
                )
            }
            Stop::Ungraded { project, message } => {
                write!(f, "stopped because {project} could not be graded ({message}); repair that and run it again")
            }
        }
    }
}

/// The first reason to stop counts.
#[derive(Debug, Default)]
pub(super) struct StopFlag(Mutex<Option<Result<Stop, BenchError>>>);

impl StopFlag {
    pub(super) fn set(&self, reason: Result<Stop, BenchError>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(reason);
    }

    pub(super) fn is_set(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    pub(super) fn into_reason(self) -> Option<Result<Stop, BenchError>> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

//! One task carried out: the drawn model, then the fallback, each attempt logged.

mod call;
mod kind;
mod record;

pub use call::{Attempt, CallError, Reply, Usage};
pub use kind::ErrorKind;
pub use record::{AttemptLog, AttemptRecord};

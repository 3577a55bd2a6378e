//! Changes of level: which model, arm or judge moved, since when, how far.
//!
//! ```text
//! cells ─► strata (arm × source [× judge]) ─► every night: accumulate per stream ─► likelihood ratio per candidate day
//!                                                   model | arm | judge                        │ above the threshold
//!                      strata restart at `since` ◄─ change ◄─ which subject explains it best ◄─┘
//! ```
//!
//! Stateless: every call replays all nights of the history, so a change found on one night is found again on the next
//! one, with the same days, though nothing but the history is kept.

mod evidence;
mod field;
mod judge;
mod replay;
mod result;
mod scan;
mod stratum;
mod threshold;

#[cfg(test)]
#[allow(clippy::print_stdout, reason = "a proof says its figures")]
mod behaviour;
#[cfg(test)]
#[allow(clippy::print_stdout, reason = "a proof says its figures")]
mod calibration;
#[cfg(test)]
mod world;

pub use replay::changes;
pub use result::{Change, Figure, Subject};

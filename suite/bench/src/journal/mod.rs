//! What has happened in a run: one JSON line an event, on the disk before anything follows from it.
//!
//! The state of a run is what its lines say, read from the first to the last. A torn last line is an event that did not
//! happen; it is cut off.

mod event;
mod file;
mod folder;
mod state;

pub(crate) use event::{Attempt, Event};
pub(crate) use file::{Journal, read_lines};
pub(crate) use folder::{RunFolder, runs_in};
pub(crate) use state::{Call, State};

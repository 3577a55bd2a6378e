//! What the daily history of the arms says about how fast the world changes: the half-life of evidence, and the changes.
//!
//! ```text
//! histories (a mart: first attempts per day, arm, source and judge) ─► History ─┬─► half_life: how fast to forget
//!                                                                              └─► changes: what moved, when, how far
//! ```
//!
//! Pure: no I/O, no clock, no randomness. The order of the cells does not change a bit of the result.

mod change;
mod error;
mod half_life;
mod types;

pub use change::{Change, Figure, Subject, changes};
pub use error::HistoryError;
pub use half_life::{DEFAULT, GRID, GridPoint, HalfLife, half_life};
pub use types::{DayCell, History, HistoryArm};

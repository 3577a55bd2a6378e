//! The daily sums of the store as a back-test's history: rollups only, no call is read again.
//!
//! ```text
//! last run ─┬─ histories, models, half_lives (marts) ─┐
//!           └─ arms_daily (rollup), price_list ───────┴─► DailySums: a BacktestHistory, and the half-life in force
//! ```
//!
//! What first attempts cost on a day is their tokens at the list price in force on that day, or what was logged.

mod error;
mod read;

pub use error::DailySumsError;
pub use read::{DailySums, read};

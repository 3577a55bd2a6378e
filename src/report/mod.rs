//! The report of a run: what was found, which model is recommended for what, and what to know before trusting it.
//!
//! [`input`] is what a run hands over; [`context()`] turns it into words and coordinates, everything rounded and cut to
//! length; [`markdown()`] and [`html()`] only lay it out. The same input gives the same bytes.

pub mod backtest;
mod by_day;
mod change;
pub mod context;
mod evidence;
pub mod format;
mod frontier;
mod grid;
mod html;
pub mod input;
mod label;
mod lineage;
mod markdown;
mod mart;
mod matrix;
mod model;
mod notice;
mod palette;
mod plot;
mod quality;
mod recommendation;
mod reliability;
mod segment_row;
mod since;
mod spend;
mod target;
mod text;
mod trend;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

pub use context::{Context, context};
pub use html::html;
pub use input::{Ingest, ReasonCount, ReportInput, RunSummary};
pub use markdown::markdown;

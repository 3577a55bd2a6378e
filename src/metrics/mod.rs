//! What a night left behind, for Prometheus: a file in the text exposition format that node_exporter's textfile
//! collector reads.
//!
//! [`text`] is pure: a [`Night`] in, the file's text out. [`Standing::read`] gathers what stands from a data folder.
//! A night that failed or was refused renews what is told of the run alone; what stands is carried over from the file
//! before, so that one bad night blinds no dashboard. docs/metrics.md lists every metric.

mod carried;
mod exposition;
mod night;
mod run;
mod scoreboard;
mod segments;
mod spend;
mod standing;

#[cfg(test)]
mod tests;

pub use exposition::{Exposition, Family};
pub use night::{Night, text};
pub use run::Run;
pub use standing::Standing;

/// The file's name in the folder of reports.
pub const FILE: &str = "merit.prom";

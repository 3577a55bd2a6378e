//! The half-life of evidence, chosen by how well each candidate would have predicted the next day.

mod choice;
mod noise;
mod predictive;
mod series;

#[cfg(test)]
#[allow(clippy::print_stdout, reason = "a proof says its figures")]
mod behaviour;

pub use choice::{DEFAULT, GRID, GridPoint, HalfLife, half_life};

//! What changed from one table to another, and why, from the two tables alone.
//!
//! [`compare`] finds what differs: the policy, the models and their prices, and in each row the weights, ranks,
//! posteriors, flags and the fallback. For each candidate that differs [`Cause`]s say why, the nearest first. [`page`]
//! is the same for people.

mod cause;
mod compare;
mod page;
mod row;
#[cfg(test)]
mod tests;
mod types;
mod why;

pub use cause::Cause;
pub use compare::compare;
pub use page::page;
pub use types::{CandidateDiff, Change, Identity, ModelDiff, PolicyDiff, RowDiff, Standing, TableDiff};

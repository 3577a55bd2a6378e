//! Why a segment is routed as it is: one page about the row that answers.
//!
//! [`explain`] takes a table apart for one request: the row and the back-off that led to it, where each candidate's
//! weight comes from, what binds, the frontier, the fallback and why it has its order. [`page`] is the same for people.

mod compute;
mod fallback;
mod page;
#[cfg(test)]
mod tests;
mod types;

pub use compute::explain;
pub use page::page;
pub use types::{CandidateExplanation, Explanation, FallbackStep, Segment, StandingRow, Tried};

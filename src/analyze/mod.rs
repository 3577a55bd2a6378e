//! From calls to marts: SQL jobs, ordered by what they read, daily rollups that are never computed twice.
//!
//! [`queries`](crate::queries) holds the files, [`job`] reads one, [`graph`] orders them, [`session`] is the engine;
//! [`outcome_link`] sorts late scores to their calls' days, [`rollup`] reads calls, [`mart`] reads rollups,
//! [`check`] looks for rows that are wrong.

pub mod check;
pub mod columns;
mod error;
pub mod file_table;
pub mod graph;
pub mod job;
mod latency_carry;
pub mod mart;
pub(crate) mod memory;
mod one_pass;
pub mod outcome_link;
mod repeated_calls;
pub mod rollup;
pub mod session;
pub mod udf;

pub use error::{AnalyzeError, FailedCheck};

/// The first 32 hexadecimal digits of a digest: enough to name a derived file.
pub(crate) fn short_hex(digest: &[u8]) -> String {
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

//! The routing table: its types, its one text form, its digest, and the checks a reader makes.
//!
//! A table is one JSON file. [`Draft`] is what a build produces; [`Draft::seal`] gives it a version
//! and a digest and makes its bytes; [`parse`] and [`load`] take bytes back and refuse, with a
//! sentence, what cannot be trusted. Numbers are rounded to 12 significant digits on the way out, and a
//! sealed table is what its bytes say, so a table in memory and its file never differ.

mod candidate;
mod canonical;
mod digest;
mod document;
mod error;
mod format;
mod inputs;
mod instant;
mod load;
mod model;
mod number;
mod policy;
mod row;
#[cfg(feature = "schema")]
mod schema;
mod seal;
mod served;
mod validate;

pub use candidate::{Candidate, Chain, Cost, CostSource, Interval, Latency};
pub use canonical::canonical_text;
pub use digest::digest_of;
pub use document::{Assignment, Draft, Evaluation, Table};
pub use error::LoadError;
pub use format::{FORMAT, Format};
pub use inputs::{CallInputs, Generator, Inputs};
pub use instant::{is_date, unix_seconds};
pub use load::{findings, load, parse};
pub use model::{Model, Price};
pub use number::round12;
pub use policy::{HalfLife, Policy, PortfolioPoint};
pub use row::{Evidence, Row, RowPoint};
#[cfg(feature = "schema")]
pub use schema::json_schema;
pub use seal::SealError;

pub(crate) use load::{in_file, serve};
pub(crate) use row::ANY;
pub(crate) use served::{Served, ServedCandidate, ServedModel, ServedRow};
pub(crate) use validate::served_findings;

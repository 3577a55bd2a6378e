//! Adapters: how a foreign log becomes records. One is a row-wise SELECT in a file of its own; docs/adapters.md tells
//! how to write one.
//!
//! An adapter may have variants for the files a log comes in (`tau2bench.calls.sql`, `tau2bench.outcomes.sql`); the one
//! whose `requires` columns the file has is taken.

mod check;
mod definition;
mod engine;
mod error;
mod header;
mod library;
mod output;

pub use definition::{Adapter, Variant};
pub(super) use engine::Engine;
pub use error::AdapterError;
pub use header::Header;
pub(super) use output::candidates;

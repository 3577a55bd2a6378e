//! The routing tables' registry: publish, read, check, show.
//!
//! A folder `tables/` holds every version as `routing-table-v000042.json`, written once and never
//! again, and the pointer `routing-table.json`, a full copy of the newest version, replaced in one
//! step. What a table is, is `merit_router`'s to say; here is only where it lies and how it changes.

mod build;
mod error;
mod expiry;
mod publish;
mod registry;
pub mod show;
#[cfg(test)]
mod tests;
mod verify;

pub use build::{Frame, draft};
pub use error::TableError;
pub use expiry::expires_at;
pub use publish::{Outcome, PublishedTable, publish, repair_pointer};
pub use registry::{POINTER, StoredTable, current, file_name, list, newest_version, read};
pub use verify::{Finding, verify, verify_bytes, verify_version};

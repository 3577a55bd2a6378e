//! The routing tables' registry: publish, read, check, show, compare, explain, roll back.
//!
//! A folder `tables/` holds every version as `routing-table-v000042.json`, written once and never
//! again, and the pointer `routing-table.json`, a full copy of the newest version, replaced in one
//! step; its evidence lies beside it. After a rollback `hold.json` keeps the restored version standing. What a table is, is `merit_router`'s to say; here is only where it lies and how it changes.

mod build;
pub mod diff;
mod error;
mod expiry;
pub mod explain;
mod hold;
mod lines;
mod publish;
mod registry;
mod retention;
mod rollback;
pub mod show;
#[cfg(test)]
mod tests;
mod verify;

pub use build::{Frame, draft};
pub use error::TableError;
pub use expiry::expires_at;
pub use hold::{HOLD, Hold, hold, release};
pub use publish::{Outcome, PublishedTable, publish, repair_pointer, seal_after};
pub use registry::{
    LATEST, POINTER, StoredTable, current, evidence_file_name, file_name, find, list, newest_version, read,
};
pub use retention::{Removed, retain};
pub use rollback::{Renewal, rollback};
pub use verify::{Finding, verify, verify_bytes, verify_version};

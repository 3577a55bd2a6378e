//! The store: immutable Parquet files by day, and the rules that keep them whole.
//!
//! Rows come in through a [`Spool`] and a [`commit()`]; [`facts`] lists what is there; [`compact()`] merges; a
//! [`Lock`] keeps writers apart. Everything that is written goes through [`durable`].

mod commit;
mod compact;
mod digest;
pub mod durable;
mod error;
pub mod facts;
pub mod failpoint;
mod files;
mod layout;
mod lock;
pub mod parquet_file;
mod spool;
mod verify;

pub use commit::{CommittedDay, commit, sort};
pub use compact::{Compaction, MANY_FILES, compact};
pub use digest::{SetDigest, row_digests, set_digest};
pub use error::StoreError;
pub use files::{Files, ReadCounter};
pub use layout::{Fact, Layout};
pub use lock::Lock;
pub use spool::{Source, Spool};
pub use verify::{Verified, verify};

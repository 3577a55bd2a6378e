//! Questions in SQL over everything a data folder holds, read-only.
//!
//! [`views`] makes calls, outcomes, rollups, marts and the standing table known to an engine; [`ask`] runs a
//! question and [`Fault`] says what is wrong with one; [`mod@format`] turns the answer into text or a file;
//! [`shell`] is what keeps a conversation: statements, commands, where answers go.

mod catalog;
mod error;
mod fault;
pub mod format;
pub mod nearest;
mod parameters;
pub mod printable;
mod question;
mod read_only;
mod routing_table;
pub mod shell;
mod text_table;
pub mod views;

pub use catalog::Catalog;
pub use error::SqlError;
pub use fault::Fault;
pub use parameters::Parameters;
pub use question::{Answer, ask, ask_with};

//! Raw logs into records: whatever a log looks like, calls and outcomes come out of it, checked, and every row is
//! accounted for.
//!
//! The data's way through a file, chunk by chunk, in memory that does not grow with the file:
//!
//! 1. `source` opens it, unpacks gzip and Zstandard, digests its bytes and cuts texts into rows.
//! 2. Rows become candidates: merit's own records straight away (`native`), foreign ones as a table `raw` that an
//!    [`Adapter`]'s SELECT turns into records (`adapter`, with the functions of `functions`).
//! 3. Calls without a name get one that depends on the raw row alone (`identity`), so that reading a log twice, or a
//!    longer copy of it, adds nothing.
//! 4. `validate` checks every record in one place and fills in what every stored row has; content, identity and keys
//!    are left out of `extra` ([`PRIVATE_FIELDS`]).
//! 5. Records go to the [`Sink`], rows that are none to its quarantine with line, place and reason, and the
//!    [`FileReport`] says what became of all of them.
//!
//! Bad rows never stop a file; a file that cannot be read to its end is an [`IngestError`].

mod adapter;
mod candidates;
mod cast;
mod csv;
mod error;
mod file;
mod foreign;
mod functions;
mod identity;
pub mod intake;
mod native;
mod parquet_rows;
mod privacy;
mod quarantine;
mod reading;
mod record_kind;
mod report;
mod settings;
mod sink;
mod source;
mod table;
mod text_rows;
mod validate;
mod value;

#[cfg(test)]
mod tests;

pub use adapter::{Adapter, AdapterError, Header, Variant};
pub use error::{IngestError, SinkError};
pub use file::read_file;
pub use privacy::{PRIVATE_FIELDS, PrivateFields};
pub use quarantine::{QuarantinedRow, RAW_BYTES, to_json_lines};
pub use report::FileReport;
pub use settings::IngestSettings;
pub use sink::{MemorySink, Sink};
pub use validate::MAX_TEXT_BYTES;

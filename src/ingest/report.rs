//! What became of a file, row by row counted.

use std::path::PathBuf;

/// The account of one file.
///
/// It always balances: `read = calls + outcomes + skipped + quarantined`. A raw row from which an adapter makes
/// k ≥ 1 records counts k times as read; one that it filters out counts once as read and once as skipped. Empty
/// lines are not rows. Duplicates are still among the calls: the store takes them out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// The file as it was named.
    pub file: PathBuf,
    /// SHA-256 of the file's bytes as they lie on disk, in lower-case hexadecimal.
    pub digest: String,
    /// The adapter that read it; with variants, the one that fitted (`tau2bench.outcomes`).
    pub adapter: String,
    /// How many bytes were read from disk.
    pub bytes: u64,
    /// Rows read.
    pub read: u64,
    /// Calls handed to the sink.
    pub calls: u64,
    /// Outcomes handed to the sink.
    pub outcomes: u64,
    /// Rows the adapter left out on purpose.
    pub skipped: u64,
    /// Rows that could not be taken.
    pub quarantined: u64,
    /// Whether the file was whole: false where its last line has no newline though one is required, or where
    /// its size changed while it was read. What was read is sound; the rest is to be read next time.
    pub complete: bool,
}

impl FileReport {
    /// Whether the account balances.
    pub fn balances(&self) -> bool {
        self.read == self.calls + self.outcomes + self.skipped + self.quarantined
    }
}

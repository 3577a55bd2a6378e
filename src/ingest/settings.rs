//! How a file is to be read.

/// What ingest needs to know beside the file and its adapter.
#[derive(Clone, Debug)]
pub struct IngestSettings {
    /// The present instant (UTC, microseconds since 1970), given by the caller: ingest reads no clock.
    pub now: i64,
    /// Names of content, identity or key fields that are to be kept in `extra` all the same.
    pub keep_fields: Vec<String>,
    /// A longer line (or CSV record) goes to quarantine without being held in memory.
    pub max_line_bytes: usize,
    /// How much of a file is read at a time; memory is a small multiple of it, whatever the file's size.
    pub chunk_bytes: usize,
    /// Whether a plain file's last line must end with a newline: yes for a folder that others write into (a line
    /// without one may still be growing, so the file is reported as not complete), no for a file named by hand.
    pub require_final_newline: bool,
}

impl IngestSettings {
    /// The usual settings at the instant `now` (UTC, microseconds since 1970).
    pub fn new(now: i64) -> Self {
        Self {
            now,
            keep_fields: Vec::new(),
            max_line_bytes: 8 << 20,
            chunk_bytes: 4 << 20,
            require_final_newline: false,
        }
    }
}

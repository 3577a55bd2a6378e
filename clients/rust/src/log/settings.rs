//! How large and old files become, and how much may wait to be written.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Tells the time of day. Called by the threads that record and by the writer.
pub type WallClock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// The settings of a [`CallLog`](super::CallLog).
///
/// ```
/// use merit_router::LogSettings;
/// let settings = LogSettings { queue_records: 1_000, ..LogSettings::default() };
/// assert_eq!(settings.max_file_bytes, 16 << 20);
/// ```
#[derive(Clone)]
pub struct LogSettings {
    /// A file is finished before it grows beyond this; only a single longer record makes it larger. Default 16 MiB.
    pub max_file_bytes: u64,
    /// A file is finished this long after its first record. Default 15 minutes.
    pub max_file_age: Duration,
    /// How many records may wait for the writer; at least 1. Default 8,192.
    pub queue_records: usize,
    /// The clock, by default the system's.
    pub clock: WallClock,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            max_file_bytes: 16 << 20,
            max_file_age: Duration::from_secs(15 * 60),
            queue_records: 8_192,
            clock: Arc::new(SystemTime::now),
        }
    }
}

impl fmt::Debug for LogSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogSettings")
            .field("max_file_bytes", &self.max_file_bytes)
            .field("max_file_age", &self.max_file_age)
            .field("queue_records", &self.queue_records)
            .finish_non_exhaustive()
    }
}

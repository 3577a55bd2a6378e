//! What became of the records, shared by the log and its writer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::error::LogError;

/// Every record is counted once: written, dropped, failed, or it is still in the queue.
#[derive(Debug, Default)]
pub(super) struct Counters {
    written: AtomicU64,
    dropped: AtomicU64,
    failed: AtomicU64,
    last_error: Mutex<Option<Arc<LogError>>>,
}

impl Counters {
    pub(super) fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    pub(super) fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    pub(super) fn last_error(&self) -> Option<Arc<LogError>> {
        self.last_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn write(&self, records: u64) {
        self.written.fetch_add(records, Ordering::Relaxed);
    }

    pub(super) fn drop_one(&self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
    }

    /// Records that were not written.
    pub(super) fn fail(&self, records: u64, error: LogError) {
        self.failed.fetch_add(records, Ordering::Relaxed);
        *self.last_error.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(error));
    }

    /// Records that were written and are gone.
    pub(super) fn lose(&self, records: u64, error: LogError) {
        self.written.fetch_sub(records, Ordering::Relaxed);
        self.fail(records, error);
    }
}

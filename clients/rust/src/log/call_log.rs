//! The log as its users see it.

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use serde::Serialize;

use super::call_record::{CallLine, CallRecord};
use super::counters::Counters;
use super::error::LogError;
use super::file::OpenFile;
use super::naming::random_hex;
use super::outcome_record::{OutcomeLine, OutcomeRecord};
use super::queue::Queue;
use super::settings::{LogSettings, WallClock};
use super::takeover::take_over;
use super::timestamp::Timestamp;
use super::writer::Writer;
use crate::execute::{AttemptLog, AttemptRecord};

/// Appends calls and outcomes to the files of a folder. Open one a process, share it between threads.
///
/// No call waits for the disk: where the queue is full the record is dropped and counted. Several processes may log
/// into one folder; each has files of its own. Dropping the log closes it; a process that ends without leaves its file
/// to the next log that is opened on the folder.
pub struct CallLog {
    /// What its call ids begin with.
    name: String,
    next: AtomicU64,
    clock: WallClock,
    queue: Arc<Queue>,
    counters: Arc<Counters>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl CallLog {
    /// Opens the log on a folder, which is made if it is not there, and finishes the files that dead processes left.
    ///
    /// # Errors
    /// The folder cannot be made, listed or written to; no random bytes; no thread. A left file that cannot be finished
    /// is no error here: it stays, and [`CallLog::last_error`] says why.
    pub fn open(folder: impl AsRef<Path>, settings: LogSettings) -> Result<Self, LogError> {
        let folder = folder.as_ref().to_owned();
        std::fs::create_dir_all(&folder).map_err(|source| LogError::Folder { path: folder.clone(), source })?;
        let (queue, counters) = (Arc::new(Queue::new(settings.queue_records)), Arc::new(Counters::default()));
        if let Some(error) = take_over(&folder)? {
            counters.fail(0, error);
        }
        let clock = Arc::clone(&settings.clock);
        let file = Some(OpenFile::create(&folder, clock())?);
        let (shared_queue, shared_counters) = (Arc::clone(&queue), Arc::clone(&counters));
        let writer =
            Writer { folder, settings, queue: shared_queue, counters: shared_counters, file, left_behind: false };
        let name = random_hex::<8>()?;
        let thread = thread::Builder::new().name("merit-call-log".to_owned());
        let writer = thread.spawn(|| writer.run()).map_err(LogError::Thread)?;
        Ok(Self { name, next: AtomicU64::new(1), clock, queue, counters, writer: Mutex::new(Some(writer)) })
    }

    /// Logs a call and returns its id, for outcomes. Never waits for the disk and never fails: what is not written is
    /// counted.
    pub fn record(&self, record: &CallRecord<'_>) -> String {
        let call_id = format!("{}-{}", self.name, self.next.fetch_add(1, Ordering::Relaxed));
        let timestamp = Timestamp(record.timestamp.unwrap_or_else(|| (self.clock)()));
        self.push(&CallLine { call_id: &call_id, timestamp, record });
        call_id
    }

    /// Logs what became known of a call, in the same way. One that tells nothing (no score, success or cost) is not
    /// written.
    pub fn outcome(&self, outcome: &OutcomeRecord<'_>) {
        if !outcome.is_empty() {
            let observed_at = Timestamp(outcome.observed_at.unwrap_or_else(|| (self.clock)()));
            self.push(&OutcomeLine { observed_at, record: outcome });
        }
    }

    /// Waits until all that was recorded before is with the operating system, or counted as failed. The file stays
    /// open; [`CallLog::close`] finishes it.
    pub fn flush(&self) {
        self.queue.flush();
    }

    /// Writes what is in the queue, finishes the file and stops. Records that come later are dropped and counted. Closing
    /// twice is closing once.
    pub fn close(&self) {
        self.queue.close();
        if let Some(writer) = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // A panic of the writer has been counted already.
            let _panic = writer.join();
        }
    }

    /// How many records are with the operating system.
    pub fn written(&self) -> u64 {
        self.counters.written()
    }

    /// How many records found the queue full, or the log closed.
    pub fn dropped(&self) -> u64 {
        self.counters.dropped()
    }

    /// How many records could not be written.
    pub fn failed(&self) -> u64 {
        self.counters.failed()
    }

    /// What went wrong last, if anything did.
    pub fn last_error(&self) -> Option<Arc<LogError>> {
        self.counters.last_error()
    }

    fn push(&self, record: &impl Serialize) {
        let mut line = Vec::with_capacity(1 << 10);
        serde_json::to_writer(&mut line, record).expect("texts and finite numbers are JSON");
        line.push(b'\n');
        if !self.queue.push(&line) {
            self.counters.drop_one();
        }
    }
}

impl AttemptLog for CallLog {
    fn attempt(&self, record: &AttemptRecord<'_>) -> Option<String> {
        Some(self.record(&record.into()))
    }
}

impl Drop for CallLog {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for CallLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallLog")
            .field("name", &self.name)
            .field("written", &self.written())
            .field("dropped", &self.dropped())
            .field("failed", &self.failed())
            .finish_non_exhaustive()
    }
}

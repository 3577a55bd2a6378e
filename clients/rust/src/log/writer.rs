//! The one thread that writes.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::counters::Counters;
use super::error::LogError;
use super::file::{OpenFile, count};
use super::queue::Queue;
use super::settings::LogSettings;
use super::takeover::take_over;

/// The longest the writer sleeps beside an unfinished file: the time of day may jump while it does.
const LONGEST_SLEEP: Duration = Duration::from_secs(10);

/// The shortest, so that a clock that stands still keeps nobody busy.
const SHORTEST_SLEEP: Duration = Duration::from_millis(1);

/// What the writer thread works with.
pub(super) struct Writer {
    pub(super) folder: PathBuf,
    pub(super) settings: LogSettings,
    pub(super) queue: Arc<Queue>,
    pub(super) counters: Arc<Counters>,
    pub(super) file: Option<OpenFile>,
    /// A file could not be finished and is to be taken over.
    pub(super) left_behind: bool,
}

impl Writer {
    /// Writes round after round until the log is closed.
    pub(super) fn run(mut self) {
        let mut lines = Vec::new();
        loop {
            let round = self.queue.take(&mut lines, self.patience());
            if self.age().is_some_and(|age| age >= self.settings.max_file_age) {
                self.rotate();
            }
            self.append(&lines);
            lines.clear();
            if round.last {
                self.rotate();
            }
            self.queue.finish(round);
            if round.last {
                return;
            }
        }
    }

    /// How long to wait for work: until the file is old.
    fn patience(&self) -> Option<Duration> {
        let left = self.settings.max_file_age.saturating_sub(self.age()?);
        Some(left.clamp(SHORTEST_SLEEP, LONGEST_SLEEP))
    }

    /// The time since the file's first record; as much as can be where the clock was put back behind it. A file without
    /// records has no age.
    fn age(&self) -> Option<Duration> {
        let begun = self.file.as_ref()?.begun()?;
        Some((self.settings.clock)().duration_since(begun).unwrap_or(Duration::MAX))
    }

    /// Writes lines, each file as full as it may be.
    fn append(&mut self, mut lines: &[u8]) {
        if lines.is_empty() {
            return;
        }
        let now = (self.settings.clock)();
        if self.file.as_ref().is_some_and(OpenFile::is_removed) {
            self.rotate();
        }
        while !lines.is_empty() {
            let mut file = match self.file.take().map_or_else(|| self.begin(now), Ok) {
                Ok(file) => file,
                Err(error) => return self.counters.fail(count(lines), error),
            };
            let (part, rest) = lines.split_at(file.room(lines, self.settings.max_file_bytes));
            let sound = self.append_part(&mut file, part, now);
            self.file = Some(file);
            if !sound || !rest.is_empty() {
                self.rotate();
            }
            lines = rest;
        }
    }

    /// Writes what fits into a file; false where it is to be written to no more.
    fn append_part(&self, file: &mut OpenFile, part: &[u8], now: SystemTime) -> bool {
        match file.append(part, now) {
            Ok(records) => {
                self.counters.write(records);
                true
            }
            Err((written, source)) => {
                self.counters.write(written);
                let records = count(part) - written;
                self.counters.fail(records, LogError::Write { path: file.path().to_owned(), records, source });
                false
            }
        }
    }

    /// Begins a new file, and tries to finish what could not be finished before.
    fn begin(&mut self, now: SystemTime) -> Result<OpenFile, LogError> {
        if std::mem::take(&mut self.left_behind)
            && let Ok(Some(error)) | Err(error) = take_over(&self.folder)
        {
            self.left_behind = true;
            self.counters.fail(0, error);
        }
        OpenFile::create(&self.folder, now)
    }

    /// Finishes the file, if there is one. The next lines begin another.
    fn rotate(&mut self) {
        let Some(file) = self.file.take() else { return };
        if file.is_removed() {
            let (path, records) = (file.path().to_owned(), file.records());
            self.counters.lose(records, LogError::Removed { path, records });
        } else if let Err(error) = file.finish() {
            self.left_behind = true;
            self.counters.fail(0, error);
        }
    }
}

impl Drop for Writer {
    /// Also after a panic: nobody waits for a writer that is gone.
    fn drop(&mut self) {
        let records = self.queue.stop() as u64;
        if records > 0 {
            self.counters.fail(records, LogError::Stopped { records });
        }
    }
}

//! One file of the log, from its first line to its final name.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::error::LogError;
use super::naming::{finished_path, open_path};

/// A file that is being written, locked against takeover.
#[derive(Debug)]
pub(super) struct OpenFile {
    file: File,
    path: PathBuf,
    bytes: u64,
    records: u64,
    /// When its first record was written.
    begun: Option<SystemTime>,
    /// A torn line stands behind the whole ones.
    torn: bool,
}

impl OpenFile {
    /// Begins a file under a name of its own.
    pub(super) fn create(folder: &Path, now: SystemTime) -> Result<Self, LogError> {
        loop {
            let path = open_path(folder, now)?;
            let failed = |source| LogError::Create { path: path.clone(), source };
            let file = match File::options().append(true).create_new(true).open(&path) {
                Ok(file) => file,
                Err(taken) if taken.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(source) => return Err(failed(source)),
            };
            match file.try_lock() {
                // Another log may take over the empty file before it is locked: it is removed then, and lines would go
                // to a file without a name.
                Ok(()) if path.exists() => return Ok(Self::new(file, path)),
                Ok(()) | Err(TryLockError::WouldBlock) => {}
                // Where there are no locks nobody can take a file over, so none is needed.
                Err(TryLockError::Error(none)) if none.kind() == io::ErrorKind::Unsupported => {
                    return Ok(Self::new(file, path));
                }
                Err(TryLockError::Error(source)) => {
                    let _empty = fs::remove_file(&path);
                    return Err(failed(source));
                }
            }
        }
    }

    fn new(file: File, path: PathBuf) -> Self {
        Self { file, path, bytes: 0, records: 0, begun: None, torn: false }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn records(&self) -> u64 {
        self.records
    }

    pub(super) fn begun(&self) -> Option<SystemTime> {
        self.begun
    }

    /// How many bytes of `lines` still fit as whole lines. The first line of a file always fits.
    pub(super) fn room(&self, lines: &[u8], max_bytes: u64) -> usize {
        let room = usize::try_from(max_bytes.saturating_sub(self.bytes)).unwrap_or(usize::MAX);
        if lines.len() <= room {
            return lines.len();
        }
        match whole_lines(&lines[..room]) {
            0 if self.bytes == 0 => lines.iter().position(|byte| *byte == b'\n').map_or(lines.len(), |end| end + 1),
            whole => whole,
        }
    }

    /// Appends whole lines; returns how many records they are.
    ///
    /// # Errors
    /// How many records of them were written before the error, and the error. The file is to be finished then.
    pub(super) fn append(&mut self, lines: &[u8], now: SystemTime) -> Result<u64, (u64, io::Error)> {
        self.begun.get_or_insert(now);
        let mut written = 0;
        while written < lines.len() {
            match self.file.write(&lines[written..]) {
                Ok(0) => return Err(self.cut(&lines[..written], io::ErrorKind::WriteZero.into())),
                Ok(more) => written += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.cut(&lines[..written], error)),
            }
        }
        Ok(self.grow(lines))
    }

    /// Keeps the whole lines of what was written.
    fn cut(&mut self, written: &[u8], error: io::Error) -> (u64, io::Error) {
        let whole = self.grow(&written[..whole_lines(written)]);
        self.torn = self.file.set_len(self.bytes).is_err();
        (whole, error)
    }

    fn grow(&mut self, lines: &[u8]) -> u64 {
        let records = count(lines);
        self.bytes += lines.len() as u64;
        self.records += records;
        records
    }

    /// Whether somebody removed the file, so that what is written to it is lost.
    pub(super) fn is_removed(&self) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            self.file.metadata().is_ok_and(|metadata| metadata.nlink() == 0)
        }
        #[cfg(not(unix))]
        {
            matches!(self.path.try_exists(), Ok(false))
        }
    }

    /// Puts the file on the disk and gives it its final name; an empty one is removed.
    ///
    /// # Errors
    /// The file stays as it is, to be taken over; or it has its name and may not be on the disk.
    pub(super) fn finish(self) -> Result<(), LogError> {
        if self.torn {
            let failed = |source| LogError::Finish { path: self.path.clone(), source };
            self.file.set_len(self.bytes).map_err(failed)?;
        }
        finish(&self.file, &self.path, self.bytes)
    }
}

/// Puts a locked file of a size on the disk and gives it its final name; an empty one is removed.
///
/// The folder is not synced: where a crash undoes the renaming, the next log renames again.
pub(super) fn finish(file: &File, path: &Path, bytes: u64) -> Result<(), LogError> {
    let failed = |source| LogError::Finish { path: path.to_owned(), source };
    if bytes == 0 {
        return fs::remove_file(path).map_err(failed);
    }
    let synced = file.sync_all();
    fs::rename(path, finished_path(path)).map_err(failed)?;
    synced.map_err(failed)
}

/// How many records lines are: JSON has no newline inside.
pub(super) fn count(lines: &[u8]) -> u64 {
    lines.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// How many bytes the whole lines at the front have.
pub(super) fn whole_lines(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)
}

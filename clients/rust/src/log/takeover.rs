//! Files that a process left behind when it died.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::error::LogError;
use super::file::{finish, whole_lines};
use super::naming::is_open;

/// Finishes every file of the folder that nobody writes any more. One that cannot be finished does not keep the others
/// from it; the last error is returned beside.
///
/// # Errors
/// The folder cannot be listed.
pub(super) fn take_over(folder: &Path) -> Result<Option<LogError>, LogError> {
    let unlisted = |source| LogError::Folder { path: folder.to_owned(), source };
    let mut last_error = None;
    for entry in fs::read_dir(folder).map_err(unlisted)? {
        let entry = entry.map_err(unlisted)?;
        let ours = entry.file_name().to_str().is_some_and(is_open);
        if ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let path = entry.path();
            match take_over_file(&path) {
                Ok(()) => {}
                // Finished by its owner or another log since the folder was listed.
                Err(LogError::Finish { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
                Err(error) => last_error = Some(error),
            }
        }
    }
    Ok(last_error)
}

/// Cuts off a torn last line and finishes the file, if its writer is dead.
fn take_over_file(path: &Path) -> Result<(), LogError> {
    let failed = |source| LogError::Finish { path: path.to_owned(), source };
    let mut file = File::options().read(true).write(true).open(path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        // Its writer lives, or another log is taking it over.
        Err(TryLockError::WouldBlock) => return Ok(()),
        // Without locks nobody can tell.
        Err(TryLockError::Error(none)) if none.kind() == io::ErrorKind::Unsupported => return Ok(()),
        Err(TryLockError::Error(source)) => return Err(failed(source)),
    }
    if !path.exists() {
        return Ok(()); // finished between opening and locking
    }
    let bytes = whole_bytes(&mut file).map_err(failed)?;
    file.set_len(bytes).map_err(failed)?;
    finish(&file, path, bytes)
}

/// How many bytes the whole lines of a file have, read from its end.
fn whole_bytes(file: &mut File) -> io::Result<u64> {
    let mut buffer = vec![0; 1 << 16];
    let mut end = file.seek(SeekFrom::End(0))?;
    while end > 0 {
        let start = end.saturating_sub(buffer.len() as u64);
        let block = &mut buffer[..(end - start) as usize];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(block)?;
        match whole_lines(block) {
            0 => end = start,
            whole => return Ok(start + whole as u64),
        }
    }
    Ok(0)
}

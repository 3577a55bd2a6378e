//! The one way a file comes to be: whole, or not at all.
//!
//! Facts (calls, outcomes, tables) go through [`publish_new`]: temporary file, fsync, hard link to
//! the final name (which fails where the name is taken, as rename does not), unlink, fsync of the
//! folder. Derived files go through [`replace`]: temporary file, rename; their readers check a
//! digest, so a torn one is rebuilt.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::failpoint;

/// What became of a create-only write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// The file is new and durable.
    Created,
    /// The name was taken; the standing file was left as it is.
    Exists,
}

/// A temporary name beside `path`: hidden, so that no reader takes it for data.
pub fn temporary(path: &Path) -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    path.with_file_name(format!(".{name}.{}-{number}.tmp", std::process::id()))
}

/// Writes `bytes` durably under a name that must be free: all of it is there, or nothing.
///
/// # Errors
/// Whatever the file system says; no file under the final name then, unless it stood before.
pub fn publish_new(path: &Path, bytes: &[u8]) -> io::Result<Published> {
    let temporary = temporary(path);
    write_synced(&temporary, bytes)?;
    publish_written(&temporary, path)
}

/// Gives a file that is written and synced its final name, create-only, and removes the temporary one.
///
/// # Errors
/// Whatever the file system says; the temporary file is removed where that is possible.
pub fn publish_written(temporary: &Path, path: &Path) -> io::Result<Published> {
    failpoint::hit("link")?;
    let published = match fs::hard_link(temporary, path) {
        Ok(()) => Published::Created,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Published::Exists,
        Err(error) => {
            let _removed = fs::remove_file(temporary);
            return Err(error);
        }
    };
    failpoint::hit("unlink")?;
    fs::remove_file(temporary)?;
    sync_folder(path)?;
    Ok(published)
}

/// Puts `bytes` under `path` in one step, over whatever stood there; for derived files and pointers.
///
/// # Errors
/// Whatever the file system says; the old file stands then.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = temporary(path);
    write_synced(&temporary, bytes)?;
    rename(&temporary, path)
}

/// Renames a finished file over `path` and syncs the folder.
///
/// # Errors
/// Whatever the file system says; the old file stands then.
pub fn rename(from: &Path, path: &Path) -> io::Result<()> {
    failpoint::hit("rename")?;
    fs::rename(from, path)?;
    sync_folder(path)
}

/// Removes a file and syncs the folder; one that is gone already is no error. True where it was there.
///
/// # Errors
/// Whatever the file system says; the file stands then.
pub fn remove(path: &Path) -> io::Result<bool> {
    failpoint::hit("unlink")?;
    match fs::remove_file(path) {
        Ok(()) => sync_folder(path).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Creates a file, writes it and syncs it.
fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    failpoint::hit("write")?;
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    sync(&file)
}

/// Syncs an open file to its disk.
///
/// # Errors
/// Whatever the file system says.
pub fn sync(file: &File) -> io::Result<()> {
    failpoint::hit("fsync")?;
    file.sync_all()
}

/// Syncs the folder that holds `path`, so that the name itself is durable.
///
/// # Errors
/// Whatever the file system says.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_name_is_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("fact");
        assert_eq!(publish_new(&path, b"first").expect("written"), Published::Created);
        assert_eq!(publish_new(&path, b"second").expect("looked at"), Published::Exists);
        assert_eq!(fs::read(&path).expect("readable"), b"first");
        assert_eq!(fs::read_dir(folder.path()).expect("listable").count(), 1, "no temporary file stays");
    }

    #[test]
    fn a_replacement_takes_the_place_whole() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("pointer");
        replace(&path, b"one").expect("written");
        replace(&path, b"two").expect("written");
        assert_eq!(fs::read(&path).expect("readable"), b"two");
    }
}

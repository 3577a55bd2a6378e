//! One writer at a time: an advisory lock that the kernel frees when its holder dies.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};

use super::{Layout, StoreError};

/// Held while a command writes to the store; dropped, it is free.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of a data folder; `started` is what a waiting person is told of the holder.
    ///
    /// # Errors
    /// [`StoreError::Locked`] where another process holds it and `wait` is false.
    pub fn take(layout: &Layout, wait: bool, started: &str) -> Result<Self, StoreError> {
        let path = layout.lock();
        let place = |source| StoreError::io("take the lock", &path, source);
        std::fs::create_dir_all(layout.root()).map_err(place)?;
        let mut file =
            OpenOptions::new().create(true).read(true).write(true).truncate(false).open(&path).map_err(place)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if wait => file.lock().map_err(place)?,
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                file.read_to_string(&mut holder).map_err(place)?;
                return Err(StoreError::Locked { path, holder: holder.trim().to_string() });
            }
            Err(TryLockError::Error(source)) => return Err(place(source)),
        }
        file.set_len(0).map_err(place)?;
        file.seek(SeekFrom::Start(0)).map_err(place)?;
        writeln!(file, "process {} since {started}", std::process::id()).map_err(place)?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_writer_is_told_who_holds_the_lock() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let layout = Layout::new(folder.path());
        let held = Lock::take(&layout, false, "2026-01-01T00:00:00Z").expect("free");
        let refused = Lock::take(&layout, false, "later").expect_err("held").to_string();
        assert!(refused.contains(&std::process::id().to_string()) && refused.contains("2026-01-01"), "{refused}");
        drop(held);
        Lock::take(&layout, false, "later").expect("free again");
    }
}

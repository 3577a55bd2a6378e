//! How files come to be: whole, on the disk, and never over another.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Writes a file under a name that must be free: a hidden temporary file, synced, then a hard link, which fails where the
/// name is taken. True where the file is new; a standing one is left as it is.
pub(crate) fn publish_new(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // The same name each time: what a crash left is overwritten. Whoever writes has the run's lock.
    let temporary = path.with_file_name(format!(".{name}.tmp"));
    let mut file = File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    let linked = match fs::hard_link(&temporary, path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    };
    fs::remove_file(&temporary)?;
    let linked = linked?;
    sync_folder(path)?;
    Ok(linked)
}

/// Puts the names in a file's folder on the disk.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
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
        let path = folder.path().join("a.jsonl");
        assert!(publish_new(&path, b"one").expect("written"));
        assert!(!publish_new(&path, b"two").expect("looked at"));
        assert_eq!(fs::read(&path).expect("readable"), b"one");
        assert_eq!(fs::read_dir(folder.path()).expect("listable").count(), 1, "no temporary file stays");
    }
}

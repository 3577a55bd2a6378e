//! Where the versions lie, and how they are read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use merit_router::table::Inputs;
use merit_router::{Table, table};

use super::error::TableError;

/// The pointer's file name: a full copy of the newest version.
pub const POINTER: &str = "routing-table.json";

/// What stands for the table that is served, where a table is asked for.
pub const LATEST: &str = "latest";

/// A version in the registry.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredTable {
    /// Its file.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What they say.
    pub table: Table,
}

/// The file name of a version: `routing-table-v000042.json`.
pub fn file_name(version: u64) -> String {
    format!("routing-table-v{version:06}.json")
}

/// The file name of the evidence a table was built from, beside the table: `arms-<digest>.parquet`.
pub fn evidence_file_name(inputs: &Inputs) -> String {
    format!("{EVIDENCE}{}.parquet", inputs.arms.chars().take(32).collect::<String>())
}

/// How the name of an evidence file begins.
pub(super) const EVIDENCE: &str = "arms-";

/// The versions in a folder, ascending; none where the folder does not exist.
///
/// # Errors
/// The folder cannot be read.
pub fn list(folder: &Path) -> Result<Vec<u64>, TableError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(TableError::io(folder)(error)),
    };
    let mut versions = Vec::new();
    for entry in entries {
        let name = entry.map_err(TableError::io(folder))?.file_name();
        versions.extend(name.to_str().and_then(version_of));
    }
    versions.sort_unstable();
    Ok(versions)
}

/// The highest version in a folder.
///
/// # Errors
/// The folder cannot be read.
pub fn newest_version(folder: &Path) -> Result<Option<u64>, TableError> {
    Ok(list(folder)?.last().copied())
}

/// The table of a version, checked.
///
/// # Errors
/// No such version; a file that is not to be trusted.
pub fn read(folder: &Path, version: u64) -> Result<StoredTable, TableError> {
    let path = folder.join(file_name(version));
    match fs::read(&path) {
        Ok(bytes) => checked(path, bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(TableError::NoVersion { folder: folder.to_owned(), version })
        }
        Err(error) => Err(TableError::io(path)(error)),
    }
}

/// The table that orchestrators are served: the pointer, checked.
///
/// # Errors
/// Nothing published; a pointer that is not to be trusted.
pub fn current(folder: &Path) -> Result<StoredTable, TableError> {
    let path = folder.join(POINTER);
    match fs::read(&path) {
        Ok(bytes) => checked(path, bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(TableError::Empty { folder: folder.to_owned() }),
        Err(error) => Err(TableError::io(path)(error)),
    }
}

/// The table that a word names: a version (`3` or `v3`), `latest` (the one served), or the path of a table's file.
///
/// # Errors
/// As [`read`] and [`current`]; a path without a file.
pub fn find(folder: &Path, name: &str) -> Result<StoredTable, TableError> {
    if name == LATEST {
        return current(folder);
    }
    if let Ok(version) = name.strip_prefix('v').unwrap_or(name).parse() {
        return read(folder, version);
    }
    let path = PathBuf::from(name);
    match fs::read(&path) {
        Ok(bytes) => checked(path, bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(TableError::NoTable { name: name.to_owned() }),
        Err(error) => Err(TableError::io(path)(error)),
    }
}

fn checked(path: PathBuf, bytes: Vec<u8>) -> Result<StoredTable, TableError> {
    match table::parse(&bytes) {
        Ok(table) => Ok(StoredTable { path, bytes, table }),
        Err(source) => Err(TableError::Refused { path, source }),
    }
}

/// The version that a file name stands for; None for any name that [`file_name`] does not make.
fn version_of(name: &str) -> Option<u64> {
    let version = name.strip_prefix("routing-table-v")?.strip_suffix(".json")?.parse().ok()?;
    (file_name(version) == name).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_are_made_here_are_versions() {
        assert_eq!(version_of("routing-table-v000042.json"), Some(42));
        assert_eq!(version_of(&file_name(12_345_678)), Some(12_345_678));
        for name in [
            "routing-table-v42.json",
            "routing-table.json",
            ".routing-table-v000001.json.1-0.tmp",
            "routing-table-v+00001.json",
        ] {
            assert_eq!(version_of(name), None, "{name}");
        }
    }

    #[test]
    fn an_empty_registry_says_what_to_do() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let missing = folder.path().join("tables");
        assert_eq!(list(&missing).expect("none"), Vec::<u64>::new());
        assert!(current(&missing).expect_err("none").to_string().contains("run 'merit analyze'"));
        assert!(read(&missing, 3).expect_err("none").to_string().contains("there is no version 3"));
    }
}

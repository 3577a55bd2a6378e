//! Publication: a version that is never overwritten, then the pointer.

use std::fs;
use std::io;
use std::path::Path;

use merit_router::{Draft, Table};

use super::error::TableError;
use super::registry::{POINTER, StoredTable, file_name, newest_version, read};
use crate::store::durable::{self, Published};

/// What a publication did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A new version was written.
    Created,
    /// The newest version is of the same build already; at most its pointer was repaired.
    Standing,
}

/// The newest version after a publication.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedTable {
    /// What was done.
    pub outcome: Outcome,
    /// The version, with its file and bytes.
    pub stored: StoredTable,
}

impl PublishedTable {
    /// The table.
    pub fn table(&self) -> &Table {
        &self.stored.table
    }
}

/// Publishes a draft as the next version and turns the pointer to it.
///
/// The version's file is created, never replaced; where another process took the number meanwhile,
/// the next one is tried. Where the newest version has the draft's build key, left so by a crash before
/// the pointer turned or simply built from the same inputs, it is taken as it is. A crash at any
/// instant leaves the old table served or the new one, whole, and the next publication finishes the work.
///
/// # Errors
/// An unsound draft; a newest version that is not to be trusted; whatever the file system says.
pub fn publish(folder: &Path, draft: &Draft) -> Result<PublishedTable, TableError> {
    fs::create_dir_all(folder).map_err(TableError::io(folder))?;
    loop {
        let newest = newest_version(folder)?.map(|version| read(folder, version)).transpose()?;
        if let Some(stored) = newest.as_ref().filter(|stored| stored.table.inputs.build_key == draft.inputs.build_key) {
            repair_pointer(folder)?;
            return Ok(PublishedTable { outcome: Outcome::Standing, stored: stored.clone() });
        }
        let (table, bytes) = seal_after(newest.as_ref(), draft.clone())?;
        let path = folder.join(file_name(table.table_version));
        if durable::publish_new(&path, &bytes).map_err(TableError::io(&path))? == Published::Created {
            repair_pointer(folder)?;
            return Ok(PublishedTable { outcome: Outcome::Created, stored: StoredTable { path, bytes, table } });
        }
    }
}

/// A draft sealed as the version after another; after none the first.
///
/// # Errors
/// An unsound draft.
pub fn seal_after(standing: Option<&StoredTable>, draft: Draft) -> Result<(Table, Vec<u8>), TableError> {
    let (version, parent) = match standing {
        Some(standing) => (standing.table.table_version + 1, Some(standing.table.digest.clone())),
        None => (1, None),
    };
    Ok(draft.seal(version, parent)?)
}

/// Makes the pointer a copy of the newest version, where it is not; true where it had to be.
///
/// Looks again after writing: had another process published in between, its table must not be
/// hidden behind an older one.
///
/// # Errors
/// Whatever the file system says; a newest version that is not to be trusted.
pub fn repair_pointer(folder: &Path) -> Result<bool, TableError> {
    let pointer = folder.join(POINTER);
    let mut repaired = false;
    while let Some(version) = newest_version(folder)? {
        let newest = read(folder, version)?;
        match fs::read(&pointer) {
            Ok(bytes) if bytes == newest.bytes => break,
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(TableError::io(pointer)(error)),
            _ => durable::replace(&pointer, &newest.bytes).map_err(TableError::io(&pointer))?,
        }
        repaired = true;
    }
    Ok(repaired)
}

//! Rollback: an old content as a new version, which stands until it is released.

use std::path::Path;

use jiff::civil::Date;
use merit_router::Draft;

use super::error::TableError;
use super::expiry::expires_at;
use super::hold::{self, Hold};
use super::publish::{Outcome, PublishedTable, repair_pointer};
use super::registry::{StoredTable, file_name, newest_version, read};
use super::verify::verify_bytes;
use crate::store::durable::{self, Published};

/// What a restored table is given beside its content.
#[derive(Clone, Debug)]
pub struct Renewal {
    /// Its as-of day.
    pub as_of: Date,
    /// Whole days from then until it expires.
    pub expiry_days: u32,
    /// Why, for whoever finds the hold.
    pub reason: Option<String>,
}

/// Publishes the content of `version` as the next version, with new dates, and holds it.
///
/// The hold comes first. So at no instant is there a restored table that a night would replace: a crash in between
/// leaves the old table served and held, and the same rollback again finishes. Where the newest version is what this
/// rollback would make, it is taken as it is.
///
/// # Errors
/// No such version; the newest one, which stands already; one that is not sound; a date beyond the calendar; whatever
/// the file system says.
pub fn rollback(folder: &Path, version: u64, renewal: &Renewal) -> Result<PublishedTable, TableError> {
    loop {
        let newest = newest_version(folder)?.ok_or_else(|| TableError::Empty { folder: folder.to_owned() })?;
        if version == newest {
            return Err(TableError::Newest { version });
        }
        let draft = restored(folder, version, renewal)?;
        let standing = read(folder, newest)?;
        if Draft::from(standing.table.clone()) == draft
            && hold::hold(folder)?.is_some_and(|hold| hold.version == newest)
        {
            repair_pointer(folder)?;
            return Ok(PublishedTable { outcome: Outcome::Standing, stored: standing });
        }
        let next = newest + 1;
        let (table, bytes) = draft.seal(next, Some(standing.table.digest))?;
        let since = renewal.as_of.to_string();
        hold::place(folder, &Hold { version: next, restored_from: version, since, reason: renewal.reason.clone() })?;
        let path = folder.join(file_name(next));
        if durable::publish_new(&path, &bytes).map_err(TableError::io(&path))? == Published::Created {
            repair_pointer(folder)?;
            return Ok(PublishedTable { outcome: Outcome::Created, stored: StoredTable { path, bytes, table } });
        }
    }
}

/// The content of a sound version with new dates.
fn restored(folder: &Path, version: u64, renewal: &Renewal) -> Result<Draft, TableError> {
    let stored = read(folder, version)?;
    if let Some(finding) = verify_bytes(&stored.bytes).into_iter().next() {
        return Err(TableError::Unsound { path: stored.path, sentence: finding.sentence });
    }
    Ok(Draft {
        restored_from: Some(version),
        created_as_of: renewal.as_of.to_string(),
        expires_at: expires_at(renewal.as_of, renewal.expiry_days)?,
        ..Draft::from(stored.table)
    })
}

//! The hold: after a rollback the restored table stays until somebody releases it.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::TableError;
use crate::store::durable;

/// The hold's file name, beside the versions.
pub const HOLD: &str = "hold.json";

/// Why no table is published: a restored one is to stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The version that is to stand.
    pub version: u64,
    /// The version whose content it has.
    pub restored_from: u64,
    /// The as-of day of the rollback, `YYYY-MM-DD`.
    pub since: String,
    /// Why, as whoever rolled back put it.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Hold {
    /// "v3, the content of v1, is held since 2026-08-30: claude-opus is down".
    ///
    /// ```
    /// # use merit::table::Hold;
    /// let hold = Hold { version: 3, restored_from: 1, since: "2026-08-30".into(), reason: Some("opus is down".into()) };
    /// assert_eq!(hold.sentence(), "v3, the content of v1, is held since 2026-08-30: opus is down");
    /// ```
    pub fn sentence(&self) -> String {
        let reason = self.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        format!("v{}, the content of v{}, is held since {}{reason}", self.version, self.restored_from, self.since)
    }
}

/// The hold on a folder's tables; none where tables are published freely.
///
/// # Errors
/// A file that cannot be read: whether to publish is then not known.
pub fn hold(folder: &Path) -> Result<Option<Hold>, TableError> {
    let path = folder.join(HOLD);
    match fs::read(&path) {
        Ok(bytes) => match serde_json::from_slice(&bytes) {
            Ok(hold) => Ok(Some(hold)),
            Err(error) => Err(TableError::Hold { path, message: error.to_string() }),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(TableError::io(path)(error)),
    }
}

/// Removes the hold, also one that cannot be read; true where there was one.
///
/// # Errors
/// Whatever the file system says.
pub fn release(folder: &Path) -> Result<bool, TableError> {
    let path = folder.join(HOLD);
    durable::remove(&path).map_err(TableError::io(path))
}

/// Writes the hold, over one that stands.
pub(super) fn place(folder: &Path, hold: &Hold) -> Result<(), TableError> {
    let path = folder.join(HOLD);
    let mut bytes = serde_json::to_vec_pretty(hold).expect("a hold is plain data");
    bytes.push(b'\n');
    durable::replace(&path, &bytes).map_err(TableError::io(path))
}

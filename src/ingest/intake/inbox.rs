//! The inbox: which files are to be read, by which adapter, and where they go once their rows are durable.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::{Account, Intake};
use crate::ingest::{Adapter, AdapterError};
use crate::queries::QueryFile;
use crate::store::{Layout, StoreError, durable, facts};

/// Names of files that somebody is still writing.
const OPEN_ENDINGS: [&str; 3] = [".open", ".tmp", ".part"];

/// A problem with the inbox.
#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    /// A folder of the inbox is named after no adapter.
    #[error("{}: {source}; rename the folder to an adapter's name, or move it out of the inbox", folder.display())]
    Adapter {
        /// The folder.
        folder: PathBuf,
        /// What is wrong with the name.
        source: AdapterError,
    },
    /// The folder cannot be listed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The files to be read: those directly in `inbox/` are merit's own records, those in `inbox/<adapter>/` go through it.
///
/// # Errors
/// [`InboxError`] for a folder that no adapter is called after.
pub fn inbox_files(layout: &Layout, queries: &BTreeMap<String, QueryFile>) -> Result<Vec<Intake>, InboxError> {
    let mut files = Vec::new();
    for (name, path) in facts::entries(&layout.inbox())? {
        if path.is_file() && is_finished(&name) {
            files.push(Intake { path, adapter: Adapter::native() });
        } else if path.is_dir() && name != "done" && !name.starts_with('.') {
            let inner = facts::entries(&path)?;
            if inner.is_empty() {
                continue;
            }
            let adapter = Adapter::named(&name, queries)
                .map_err(|source| InboxError::Adapter { folder: path.clone(), source })?;
            let wanted = inner.into_iter().filter(|(name, path)| path.is_file() && is_finished(name));
            files.extend(wanted.map(|(_, path)| Intake { path, adapter: adapter.clone() }));
        }
    }
    Ok(files)
}

fn is_finished(name: &str) -> bool {
    !name.starts_with('.') && !OPEN_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Moves the inbox files of an account to `inbox/done/<digest12>-<name>`; what lies there is never overwritten.
///
/// # Errors
/// [`StoreError`] with the file that could not be moved; it is read again next time, and adds nothing.
pub fn retire(layout: &Layout, account: &Account) -> Result<(), StoreError> {
    let done = layout.inbox_done();
    for file in account.files.iter().filter(|file| file.file.starts_with(layout.inbox())) {
        fs::create_dir_all(&done).map_err(|source| StoreError::io("create", &done, source))?;
        let target = done.join(done_name(&file.digest, &file.file));
        let failed = |source| StoreError::io("move", &file.file, source);
        match durable::publish_written(&file.file, &target) {
            Ok(durable::Published::Created | durable::Published::Exists) => {}
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(())
}

/// Takes files whose very bytes were ingested before out of the inbox; returns those that are to be read.
///
/// # Errors
/// [`StoreError`] with the file that could not be read or removed.
pub fn unseen(layout: &Layout, files: Vec<Intake>) -> Result<Vec<Intake>, StoreError> {
    let done = facts::entries(&layout.inbox_done())?;
    let mut unseen = Vec::new();
    for file in files {
        let digest = file_digest(&file.path).map_err(|source| StoreError::io("read", &file.path, source))?;
        if done.iter().any(|(name, _)| name.starts_with(&digest[..12])) {
            fs::remove_file(&file.path).map_err(|source| StoreError::io("remove", &file.path, source))?;
        } else {
            unseen.push(file);
        }
    }
    Ok(unseen)
}

fn file_digest(path: &Path) -> std::io::Result<String> {
    let mut hash = Sha256::new();
    let mut file = fs::File::open(path)?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect());
        }
        hash.update(&buffer[..read]);
    }
}

fn done_name(digest: &str, file: &Path) -> String {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    format!("{}-{name}", &digest[..12])
}

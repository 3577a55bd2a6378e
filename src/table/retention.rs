//! Retention: how many versions are kept, and the evidence that goes with the others.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use merit_router::table::Inputs;
use serde::Deserialize;

use super::error::TableError;
use super::hold;
use super::registry::{EVIDENCE, evidence_file_name, file_name, list};
use crate::store::durable;

/// What was removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// The versions, oldest first.
    pub versions: Vec<u64>,
    /// The evidence files.
    pub evidence: Vec<PathBuf>,
}

/// The one member of a table that says which evidence it names; the rest need not be read.
#[derive(Deserialize)]
struct Origin {
    inputs: Inputs,
}

/// Removes the oldest versions beyond the newest `keep` (0: none), then the evidence that no kept version names.
///
/// Only a head of the sequence goes, oldest first, so that what is left has no gap whenever a crash comes: the versions
/// from the one on that a hold names stay, and so does always the newest. Evidence stays where a kept version
/// cannot be read, since it may be the one that names it.
///
/// # Errors
/// A hold that cannot be read; whatever the file system says.
pub fn retain(folder: &Path, keep: u32) -> Result<Removed, TableError> {
    let mut removed = Removed::default();
    let versions = list(folder)?;
    let Some(beyond) = versions.len().checked_sub(keep as usize).filter(|_| keep > 0) else { return Ok(removed) };
    let held = hold::hold(folder)?.map_or(u64::MAX, |hold| hold.restored_from.min(hold.version));
    let (old, kept) = versions.split_at(versions[..beyond].partition_point(|version| *version < held));
    for version in old {
        let path = folder.join(file_name(*version));
        durable::remove(&path).map_err(TableError::io(path))?;
        removed.versions.push(*version);
    }
    let evidence = evidence_files(folder)?;
    // As many files as versions is what a folder without leftovers has; then reading every version tells nothing.
    if removed.versions.is_empty() && evidence.len() <= kept.len() {
        return Ok(removed);
    }
    let Some(named) = named(folder, kept)? else { return Ok(removed) };
    for name in evidence.difference(&named) {
        let path = folder.join(name);
        durable::remove(&path).map_err(TableError::io(&path))?;
        removed.evidence.push(path);
    }
    Ok(removed)
}

/// The names of all evidence files in a folder.
fn evidence_files(folder: &Path) -> Result<BTreeSet<String>, TableError> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(TableError::io(folder))? {
        let name = entry.map_err(TableError::io(folder))?.file_name();
        let name = name.to_str().filter(|name| name.starts_with(EVIDENCE) && name.ends_with(".parquet"));
        names.extend(name.map(str::to_owned));
    }
    Ok(names)
}

/// The evidence files that the versions name; none where one of them cannot be read.
fn named(folder: &Path, versions: &[u64]) -> Result<Option<BTreeSet<String>>, TableError> {
    let mut names = BTreeSet::new();
    for version in versions {
        let path = folder.join(file_name(*version));
        let bytes = fs::read(&path).map_err(TableError::io(path))?;
        let Ok(Origin { inputs }) = serde_json::from_slice(&bytes) else { return Ok(None) };
        names.insert(evidence_file_name(&inputs));
    }
    Ok(Some(names))
}

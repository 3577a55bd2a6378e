//! Which files hold the facts: listed by day, superseded ones left out, digests read from their names.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Fact, Layout, SetDigest, StoreError, parquet_file};
use crate::day::Day;

/// The footer key under which a merged file names the files it replaces.
pub const MERGED_FROM: &str = "merit.merged_from";

/// How the name of a merged file ends.
const MERGED: &str = "-merged";

/// One file of facts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FactFile {
    /// Where it lies.
    pub path: PathBuf,
    /// The digest of its rows.
    pub digest: SetDigest,
    /// Whether it replaces others.
    pub merged: bool,
}

/// One day's files, sorted by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FactDay {
    /// The files whose rows count.
    pub files: Vec<FactFile>,
    /// Files that a merged one replaces but that still lie there.
    pub superseded: Vec<PathBuf>,
}

impl FactDay {
    /// The digest of the day's rows, however they are split into files.
    pub fn digest(&self) -> SetDigest {
        self.files.iter().fold(SetDigest::default(), |sum, file| sum + file.digest)
    }
}

/// The name of a file of facts with this digest.
pub fn file_name(digest: SetDigest, merged: bool) -> String {
    format!("{digest}{}.parquet", if merged { MERGED } else { "" })
}

/// Every day that has facts of a kind, with its files.
///
/// # Errors
/// [`StoreError::Io`] where a folder cannot be listed, [`StoreError::Damaged`] where a file's name is not one
/// that merit gives.
pub fn list(layout: &Layout, fact: Fact) -> Result<BTreeMap<Day, FactDay>, StoreError> {
    let folder = layout.facts(fact);
    let mut days = BTreeMap::new();
    for (name, path) in entries(&folder)? {
        let Some(day) = name.strip_prefix("day=").and_then(|text| text.parse::<Day>().ok()) else { continue };
        let found = list_day(&path)?;
        if !found.files.is_empty() {
            days.insert(day, found);
        }
    }
    Ok(days)
}

/// The files in one day's folder.
///
/// # Errors
/// As [`list`].
pub fn list_day(folder: &Path) -> Result<FactDay, StoreError> {
    let mut files = Vec::new();
    for (name, path) in entries(folder)? {
        let Some(stem) = name.strip_suffix(".parquet").filter(|_| !name.starts_with('.')) else { continue };
        let merged = stem.ends_with(MERGED);
        let digest = stem.trim_end_matches(MERGED).parse().map_err(|_| StoreError::Damaged {
            path: path.clone(),
            problem: "does not have a name that merit gives (32 hexadecimal digits)".into(),
        })?;
        files.push(FactFile { path, digest, merged });
    }
    files.sort();
    let mut replaced = BTreeSet::new();
    for file in files.iter().filter(|file| file.merged) {
        replaced.extend(merged_from(&file.path)?);
    }
    let is_replaced =
        |file: &FactFile| file.path.file_name().and_then(OsStr::to_str).is_some_and(|n| replaced.contains(n));
    let (superseded, files): (Vec<_>, Vec<_>) = files.into_iter().partition(is_replaced);
    Ok(FactDay { files, superseded: superseded.into_iter().map(|file| file.path).collect() })
}

/// The names of the files that a merged file replaces.
///
/// # Errors
/// [`StoreError`] where its footer cannot be read.
pub fn merged_from(path: &Path) -> Result<Vec<String>, StoreError> {
    let (pairs, _) = parquet_file::footer(path)?;
    let names = pairs.iter().filter(|(key, _)| key == MERGED_FROM).flat_map(|(_, names)| names.split(','));
    Ok(names.map(str::to_string).collect())
}

/// The names and paths in a folder, sorted; none where the folder is not there.
pub(crate) fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>, StoreError> {
    let listing = match fs::read_dir(folder) {
        Ok(listing) => listing,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(StoreError::io("list", folder, source)),
    };
    let mut found = Vec::new();
    for entry in listing {
        let entry = entry.map_err(|source| StoreError::io("list", folder, source))?;
        found.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
    }
    found.sort();
    Ok(found)
}

//! What has been linked so far.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::FactDays;
use crate::analyze::AnalyzeError;
use crate::day::Day;
use crate::store::{StoreError, durable, facts};

/// What has been linked.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) outcome_files: BTreeSet<String>,
    pub(super) call_files: BTreeSet<String>,
    pub(super) waiting_file: Option<String>,
    pub(super) waiting: usize,
    /// By day of the call: the last day on which one of its outcomes was observed.
    pub(super) last_observed: BTreeMap<Day, Day>,
}

impl Manifest {
    /// Takes note of the last days on which outcomes of the calls of some days were observed.
    pub(super) fn observed(&mut self, days: BTreeMap<Day, Day>) {
        for (day, observed) in days {
            let last = self.last_observed.entry(day).or_insert(observed);
            *last = observed.max(*last);
        }
    }
}

/// The files of a listing that the manifest does not know; it knows them then. A merged file whose parts were
/// all known brings nothing new.
pub(super) fn unseen(days: &FactDays, known: &mut BTreeSet<String>) -> Result<Vec<(Day, PathBuf)>, AnalyzeError> {
    let mut new = Vec::new();
    for (day, found) in days {
        for file in &found.files {
            let name = |part: &str| format!("{day}/{part}");
            let own = file.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if known.contains(&name(&own)) {
                continue;
            }
            let parts = if file.merged { facts::merged_from(&file.path)? } else { Vec::new() };
            if parts.is_empty() || !parts.iter().all(|part| known.contains(&name(part))) {
                new.push((*day, file.path.clone()));
            }
            known.insert(name(&own));
        }
    }
    Ok(new)
}

pub(super) fn read(path: &Path) -> Result<Manifest, AnalyzeError> {
    match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| AnalyzeError::State { path: path.into(), message: error.to_string() }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Manifest::default()),
        Err(source) => Err(StoreError::io("read", path, source).into()),
    }
}

pub(super) fn write(path: &Path, manifest: &Manifest) -> Result<(), AnalyzeError> {
    let folder = path.parent().expect("a manifest lies in a folder");
    std::fs::create_dir_all(folder).map_err(|source| StoreError::io("create", folder, source))?;
    let bytes = serde_json::to_vec(manifest).expect("a manifest is plain data");
    durable::replace(path, &bytes).map_err(|source| StoreError::io("write", path, source))?;
    Ok(())
}

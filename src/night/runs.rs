//! What the runs derived: `runs/<build key>/`, and `current`, a link that is swapped last.
//!
//! Readers resolve `current` once and then see the marts, the report and the rollups of one run. The last two runs
//! are kept, and every rollup file that one of them names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::NightError;
use crate::analyze::mart::{self, Marts};
use crate::analyze::rollup::Rollups;
use crate::day::Day;
use crate::store::{Layout, StoreError, durable, facts, parquet_file};

/// What a run consists of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The key of its build.
    pub build_key: String,
    /// The as-of day.
    pub as_of: Day,
    /// The table that stood when it ended.
    pub table_version: u64,
    /// By job: the rollup files, relative to the data folder, one a day.
    pub rollups: BTreeMap<String, BTreeMap<Day, String>>,
    /// Outcomes that wait for their call.
    pub waiting_outcomes: usize,
}

/// The folder of runs.
#[derive(Clone, Debug)]
pub struct Runs {
    folder: PathBuf,
    root: PathBuf,
}

const MANIFEST: &str = "manifest.json";
const CURRENT: &str = "current";

/// The file in a run's folder with the table that a hold or the gate kept from being published.
pub(super) const CANDIDATE: &str = "candidate.json";

impl Runs {
    /// The runs below a data folder.
    pub fn new(layout: &Layout) -> Self {
        Self { folder: layout.runs(), root: layout.root().into() }
    }

    /// The folder of a build.
    pub fn of(&self, build_key: &str) -> PathBuf {
        self.folder.join(&build_key[..build_key.len().min(32)])
    }

    /// The folder that `current` points to, and its manifest; none before the first run.
    ///
    /// # Errors
    /// [`NightError::Manifest`] where the manifest cannot be read.
    pub fn current(&self) -> Result<Option<(PathBuf, Manifest)>, NightError> {
        let Ok(target) = fs::read_link(self.folder.join(CURRENT)) else { return Ok(None) };
        let folder = self.folder.join(target);
        Ok(self.manifest(&folder)?.map(|manifest| (folder, manifest)))
    }

    fn manifest(&self, folder: &Path) -> Result<Option<Manifest>, NightError> {
        let path = folder.join(MANIFEST);
        let damaged = |message: String| NightError::Manifest { path: path.clone(), message };
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| damaged(error.to_string())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(damaged(error.to_string())),
        }
    }

    /// Writes the marts of a build.
    ///
    /// # Errors
    /// [`StoreError`] with the file.
    pub fn write_marts(&self, build_key: &str, marts: &Marts) -> Result<(), NightError> {
        Ok(mart::write(marts, &self.of(build_key).join("marts"))?)
    }

    /// The marts in a run's folder.
    ///
    /// # Errors
    /// [`StoreError`] with the file that cannot be read.
    pub fn marts(&self, folder: &Path) -> Result<Marts, NightError> {
        let mut marts = Marts::new();
        for (name, path) in facts::entries(&folder.join("marts"))? {
            if let Some(mart) = name.strip_suffix(".parquet") {
                let batches = parquet_file::read(&path, None)?;
                let schema = parquet_file::schema(&path)?;
                let batch =
                    arrow::compute::concat_batches(&schema, &batches).map_err(crate::analyze::AnalyzeError::from)?;
                marts.insert(mart.to_string(), batch);
            }
        }
        Ok(marts)
    }

    /// Writes a file of a build.
    ///
    /// # Errors
    /// [`NightError::Write`] with the file.
    pub fn write(&self, build_key: &str, name: &str, bytes: &[u8]) -> Result<PathBuf, NightError> {
        let path = self.of(build_key).join(name);
        write(&path, bytes)?;
        Ok(path)
    }

    /// Removes a file of a build, where it is there.
    ///
    /// # Errors
    /// [`NightError::Write`] with the file.
    pub fn remove(&self, build_key: &str, name: &str) -> Result<(), NightError> {
        let path = self.of(build_key).join(name);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(NightError::Write { path, source }),
            _ => Ok(()),
        }
    }

    /// Completes a build: its manifest, then `current`; older runs and rollups that none names any more go.
    ///
    /// # Errors
    /// [`NightError::Write`] and [`StoreError`] with the file.
    pub fn finish(&self, manifest: &Manifest) -> Result<(), NightError> {
        let folder = self.of(&manifest.build_key);
        let bytes = serde_json::to_vec(manifest).expect("a manifest is plain data");
        write(&folder.join(MANIFEST), &bytes)?;
        let previous = self.current()?.map(|(folder, _)| folder);
        let link = self.folder.join(CURRENT);
        let temporary = durable::temporary(&link);
        let failed = |source| NightError::Write { path: link.clone(), source };
        std::os::unix::fs::symlink(folder.file_name().unwrap_or_default(), &temporary).map_err(failed)?;
        durable::rename(&temporary, &link).map_err(failed)?;
        self.tidy(&[Some(folder), previous])
    }

    /// Removes the runs that are not to be kept, and the rollup files that no kept run names.
    fn tidy(&self, keep: &[Option<PathBuf>]) -> Result<(), NightError> {
        for (name, path) in facts::entries(&self.folder)? {
            let kept = name == CURRENT || keep.iter().flatten().any(|kept| *kept == path);
            if !kept && path.is_dir() {
                fs::remove_dir_all(&path).map_err(|source| StoreError::io("remove", &path, source))?;
            }
        }
        let mut named = BTreeSet::new();
        let mut jobs = BTreeSet::new();
        for folder in keep.iter().flatten() {
            for (job, files) in self.manifest(folder)?.map(|manifest| manifest.rollups).unwrap_or_default() {
                named.extend(files.into_values());
                jobs.insert(job);
            }
        }
        for job in jobs {
            let folder = self.root.join("rollups").join(&job);
            for (_, day) in facts::entries(&folder)? {
                for (_, path) in facts::entries(&day)? {
                    let relative = path.strip_prefix(&self.root).unwrap_or(&path).to_string_lossy().into_owned();
                    if !named.contains(&relative) {
                        fs::remove_file(&path).map_err(|source| StoreError::io("remove", &path, source))?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Manifest {
    /// The rollup files of a run, as it found or made them.
    pub fn rollup_files(layout: &Layout, rollups: &Rollups) -> BTreeMap<String, BTreeMap<Day, String>> {
        let root = crate::analyze::session::absolute(layout.root());
        let relative = |path: &Path| path.strip_prefix(&root).unwrap_or(path).to_string_lossy().into_owned();
        let of_job = |files: &Vec<crate::analyze::file_table::TableFile>| {
            files.iter().map(|file| (file.day, relative(&file.path))).collect()
        };
        rollups.files.iter().map(|(job, files)| (job.clone(), of_job(files))).collect()
    }
}

/// Writes a derived file whole, with its folder.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), NightError> {
    let failed = |source| NightError::Write { path: path.into(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    durable::replace(path, bytes).map_err(failed)
}

//! The folder of a run: its plan, its lock, its journal.

use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::BenchError;
use crate::files::publish_new;
use crate::plan::Plan;

/// `plan.json`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    run: String,
    plan: Plan,
}

/// DATA/bench/RUN.
#[derive(Clone, Debug)]
pub(crate) struct RunFolder {
    pub(crate) path: PathBuf,
    pub(crate) run: String,
}

impl RunFolder {
    pub(crate) fn of(data: &Path, run: &str) -> Self {
        Self { path: folder_of_runs(data).join(run), run: run.to_owned() }
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.path.join("journal.ndjson")
    }

    fn plan(&self) -> PathBuf {
        self.path.join("plan.json")
    }

    /// Makes the folder.
    pub(crate) fn make(&self) -> Result<(), BenchError> {
        fs::create_dir_all(&self.path).map_err(|source| BenchError::file("make", &self.path, source))
    }

    /// Writes the plan, or finds that it is the one that was written.
    pub(crate) fn settle_plan(&self, plan: &Plan) -> Result<(), BenchError> {
        let path = self.plan();
        let written = Written { run: self.run.clone(), plan: plan.clone() };
        let mut text = serde_json::to_vec_pretty(&written).expect("texts and checked numbers are JSON");
        text.push(b'\n');
        if publish_new(&path, &text).map_err(|source| BenchError::file("write", &path, source))? {
            return Ok(());
        }
        let standing = self.read_plan()?;
        if standing == *plan {
            return Ok(());
        }
        let members = |plan: &Plan| serde_json::to_value(plan).expect("texts and checked numbers are JSON");
        let (old, new) = (members(&standing), members(plan));
        let difference = new.as_object().and_then(|new| new.iter().find(|(name, value)| old[name.as_str()] != **value));
        let difference = difference.map_or_else(|| "format".to_owned(), |(name, _): (&String, &Value)| name.clone());
        Err(BenchError::OtherPlan { run: self.run.clone(), difference })
    }

    /// The plan the run was begun with.
    pub(crate) fn read_plan(&self) -> Result<Plan, BenchError> {
        let path = self.plan();
        let text = fs::read(&path).map_err(|source| BenchError::file("read", &path, source))?;
        let unreadable = |line, problem| BenchError::Unreadable { path: path.clone(), line, problem };
        let written: Written =
            serde_json::from_slice(&text).map_err(|error| unreadable(error.line(), error.to_string()))?;
        written.plan.check().map_err(|error| unreadable(1, error.to_string()))?;
        match written.run == self.run {
            true => Ok(written.plan),
            false => Err(unreadable(1, format!("it is the plan of {}", written.run))),
        }
    }

    /// Takes the lock; the kernel frees it when the file is closed, also where the process dies.
    pub(crate) fn lock(&self) -> Result<File, BenchError> {
        let path = self.path.join("lock");
        let failed = |source| BenchError::file("take the lock", &path, source);
        let mut file =
            File::options().create(true).read(true).write(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                file.read_to_string(&mut holder).map_err(failed)?;
                let holder = if holder.trim().is_empty() { "another process" } else { holder.trim() };
                return Err(BenchError::Locked { run: self.run.clone(), holder: holder.to_owned() });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        file.set_len(0).map_err(failed)?;
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        writeln!(file, "process {}", std::process::id()).map_err(failed)?;
        Ok(file)
    }
}

fn folder_of_runs(data: &Path) -> PathBuf {
    data.join("bench")
}

/// The runs of a data folder, by name. A folder without a plan is none: its run died before it began.
pub(crate) fn runs_in(data: &Path) -> Result<Vec<RunFolder>, BenchError> {
    let path = folder_of_runs(data);
    let failed = |source| BenchError::file("list", &path, source);
    let entries = match fs::read_dir(&path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut runs = Vec::new();
    for entry in entries {
        let folder = RunFolder::of(data, &entry.map_err(failed)?.file_name().to_string_lossy());
        if folder.plan().is_file() {
            runs.push(folder);
        }
    }
    runs.sort_by(|a, b| a.run.cmp(&b.run));
    Ok(runs)
}

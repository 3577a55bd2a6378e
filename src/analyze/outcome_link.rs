//! Sorts outcomes to the days of their calls, so that a late score marks its call's day as changed and a day's
//! rollup reads its own outcomes only.
//!
//! `rollups/outcome_links/day=D/` holds the outcomes of the calls of day D, `manifest.json` what has been linked
//! so far and the outcomes that still wait for their call. All of it is derived: without the manifest it is
//! built anew. The manifest is replaced last, so a crash repeats work and loses none.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use arrow::array::{AsArray, RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::TimestampMicrosecondType;
use serde::{Deserialize, Serialize};

use super::AnalyzeError;
use crate::call::Outcome;
use crate::day::Day;
use crate::store::{Fact, Layout, StoreError, durable, facts, parquet_file, set_digest};

/// What has been linked.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Manifest {
    outcome_files: BTreeSet<String>,
    call_files: BTreeSet<String>,
    waiting_file: Option<String>,
    waiting: usize,
    /// By day of the call: the last day on which one of its outcomes was observed.
    last_observed: BTreeMap<Day, Day>,
}

/// The outcomes by the day of their call.
#[derive(Clone, Debug, Default)]
pub struct Links {
    /// The files.
    pub days: FactDays,
    /// By day of the call: the last day on which one of its outcomes was observed.
    pub last_observed: BTreeMap<Day, Day>,
    /// Outcomes that wait for their call.
    pub waiting: usize,
}

/// The facts as listed: by day.
pub type FactDays = BTreeMap<Day, facts::FactDay>;

/// Brings the links up to date with the listed facts; returns them.
///
/// # Errors
/// [`AnalyzeError`] with the file that could not be read or written.
pub fn link(layout: &Layout, calls: &FactDays, outcomes: &FactDays) -> Result<Links, AnalyzeError> {
    let folder = layout.links();
    let manifest_path = folder.join("manifest.json");
    let mut manifest = read_manifest(&manifest_path)?;
    let new_outcomes = unseen(outcomes, &mut manifest.outcome_files)?;
    let new_calls = unseen(calls, &mut manifest.call_files)?;
    if new_outcomes.is_empty() && (new_calls.is_empty() || manifest.waiting == 0) {
        if !new_calls.is_empty() {
            write_manifest(&manifest_path, &manifest)?;
        }
        return linked(layout, manifest);
    }

    let mut open = OpenOutcomes::default();
    if let Some(name) = &manifest.waiting_file {
        open.add(&folder.join(name), None)?;
    }
    open.find(new_calls.iter().map(|(day, path)| (*day, path.as_path())), |_, _| true)?;
    for (day, path) in &new_outcomes {
        open.add(path, Some(*day))?;
    }
    let files = || calls.iter().flat_map(|(day, found)| found.files.iter().map(|file| (*day, file.path.as_path())));
    open.find(files().rev(), |call_day, observed| observed.is_some_and(|observed| call_day <= observed))?;
    open.find(files(), |call_day, observed| observed.is_some_and(|observed| call_day > observed))?;

    for (day, batch) in open.found()? {
        let path = folder.join(format!("day={day}")).join(facts::file_name(set_digest(&batch), false));
        parquet_file::write_derived(&path, &batch, vec![])?;
        let observed = last_observed(&batch);
        let last = manifest.last_observed.entry(day).or_insert(observed);
        *last = observed.max(*last);
    }
    let waiting = open.waiting()?;
    manifest.waiting = waiting.num_rows();
    manifest.waiting_file = None;
    if manifest.waiting > 0 {
        let name = format!("waiting-{}.parquet", set_digest(&waiting));
        parquet_file::write_derived(&folder.join(&name), &waiting, vec![])?;
        manifest.waiting_file = Some(name);
    }
    write_manifest(&manifest_path, &manifest)?;
    linked(layout, manifest)
}

/// The link files by day of call.
fn linked(layout: &Layout, manifest: Manifest) -> Result<Links, AnalyzeError> {
    let mut days = BTreeMap::new();
    for (name, path) in facts::entries(&layout.links())? {
        if let Some(day) = name.strip_prefix("day=").and_then(|text| text.parse().ok()) {
            days.insert(day, facts::list_day(&path)?);
        }
    }
    Ok(Links { days, last_observed: manifest.last_observed, waiting: manifest.waiting })
}

/// Outcomes whose call has not been found yet, and those found, by the file they came in.
#[derive(Default)]
struct OpenOutcomes {
    batches: Vec<RecordBatch>,
    /// By call id: the rows (batch, row) and the day of observation (none: they waited already).
    open: HashMap<String, Vec<(usize, u32, Option<Day>)>>,
    found: BTreeMap<Day, Vec<(usize, u32)>>,
}

impl OpenOutcomes {
    fn add(&mut self, path: &Path, observed: Option<Day>) -> Result<(), AnalyzeError> {
        for batch in parquet_file::read(path, None)? {
            let ids = batch.column_by_name("call_id").expect("an outcome names its call").as_string::<i32>();
            for (row, id) in ids.iter().enumerate() {
                let place = (self.batches.len(), row as u32, observed);
                self.open.entry(id.unwrap_or_default().to_string()).or_default().push(place);
            }
            self.batches.push(batch.clone());
        }
        Ok(())
    }

    /// Looks for the open outcomes' calls in files, in order, until none is left that `may` be there.
    fn find<'a>(
        &mut self,
        files: impl Iterator<Item = (Day, &'a Path)>,
        may: impl Fn(Day, Option<Day>) -> bool,
    ) -> Result<(), AnalyzeError> {
        for (day, path) in files {
            let wanted =
                |places: &Vec<(usize, u32, Option<Day>)>| places.iter().any(|(_, _, observed)| may(day, *observed));
            if self.open.is_empty() {
                return Ok(());
            }
            if !self.open.values().any(wanted) {
                continue;
            }
            for batch in parquet_file::read(path, Some(&["call_id"]))? {
                for id in batch.column(0).as_string::<i32>().iter().flatten() {
                    if let Some(places) = self.open.remove(id) {
                        self.found
                            .entry(day)
                            .or_default()
                            .extend(places.into_iter().map(|(batch, row, _)| (batch, row)));
                    }
                }
            }
        }
        Ok(())
    }

    fn found(&self) -> Result<BTreeMap<Day, RecordBatch>, AnalyzeError> {
        self.found.iter().map(|(day, places)| Ok((*day, self.rows(places.clone())?))).collect()
    }

    fn waiting(&self) -> Result<RecordBatch, AnalyzeError> {
        self.rows(self.open.values().flatten().map(|(batch, row, _)| (*batch, *row)).collect())
    }

    /// The rows at some places, in the order of the store.
    fn rows(&self, mut places: Vec<(usize, u32)>) -> Result<RecordBatch, AnalyzeError> {
        places.sort_unstable();
        let mut parts = Vec::new();
        for group in places.chunk_by(|a, b| a.0 == b.0) {
            let rows = UInt32Array::from_iter_values(group.iter().map(|(_, row)| *row));
            parts.push(take_record_batch(&self.batches[group[0].0], &rows)?);
        }
        let joined = concat_batches(&Outcome::schema(), &parts)?;
        Ok(crate::store::sort(Fact::Outcomes, &joined)?)
    }
}

fn last_observed(outcomes: &RecordBatch) -> Day {
    let instants = outcomes.column_by_name("observed_at").expect("an outcome has its instant");
    let instants = instants.as_primitive::<TimestampMicrosecondType>().values();
    Day::of_timestamp(instants.iter().copied().max().unwrap_or_default())
}

/// The files of a listing that the manifest does not know; it knows them then. A merged file whose parts were
/// all known brings nothing new.
fn unseen(days: &FactDays, known: &mut BTreeSet<String>) -> Result<Vec<(Day, PathBuf)>, AnalyzeError> {
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

fn read_manifest(path: &Path) -> Result<Manifest, AnalyzeError> {
    match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| AnalyzeError::State { path: path.into(), message: error.to_string() }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Manifest::default()),
        Err(source) => Err(StoreError::io("read", path, source).into()),
    }
}

fn write_manifest(path: &Path, manifest: &Manifest) -> Result<(), AnalyzeError> {
    let folder = path.parent().expect("a manifest lies in a folder");
    std::fs::create_dir_all(folder).map_err(|source| StoreError::io("create", folder, source))?;
    let bytes = serde_json::to_vec(manifest).expect("a manifest is plain data");
    durable::replace(path, &bytes).map_err(|source| StoreError::io("write", path, source))?;
    Ok(())
}

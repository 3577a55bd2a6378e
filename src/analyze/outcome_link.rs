//! Sorts outcomes to the days of their calls, so that a late score marks its call's day as changed and a day's
//! rollup reads its own outcomes only.
//!
//! `rollups/outcome_links/day=D/` holds the outcomes of the calls of day D, `manifest.json` what has been linked
//! so far and the outcomes that still wait for their call. All of it is derived: without the manifest it is
//! built anew. The manifest is replaced last, so a crash repeats work and loses none.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::BuildHasher;
use std::path::{Path, PathBuf};

use arrow::array::{AsArray, RecordBatch, StringArray, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::TimestampMicrosecondType;
use hashbrown::{DefaultHashBuilder, HashTable};
use rayon::prelude::*;
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
        open.add(parquet_file::read(&folder.join(name), None)?, None);
    }
    open.find(new_calls.iter().map(|(day, path)| (*day, path.as_path())), |_, _| true)?;
    let read = new_outcomes.par_iter().map(|(day, path)| Ok((*day, parquet_file::read(path, None)?)));
    for (day, batches) in read.collect::<Result<Vec<_>, AnalyzeError>>()? {
        open.add(batches, Some(day));
    }
    let files = || calls.iter().flat_map(|(day, found)| found.files.iter().map(|file| (*day, file.path.as_path())));
    open.find(files().rev(), |call_day, observed| observed.is_some_and(|observed| call_day <= observed))?;
    open.find(files(), |call_day, observed| observed.is_some_and(|observed| call_day > observed))?;

    let found = open.found()?;
    found.par_iter().try_for_each(|(day, batch)| {
        let path = folder.join(format!("day={day}")).join(facts::file_name(set_digest(batch), false));
        parquet_file::write_derived(&path, batch, vec![])
    })?;
    for (day, batch) in found {
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
    outcomes: Vec<OpenOutcome>,
    /// By call id: the last outcome of it; the others are chained to it.
    by_call: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// How many are open by the day they were observed; none: they waited already.
    open: BTreeMap<Option<Day>, usize>,
    found: BTreeMap<Day, Vec<(usize, u32)>>,
}

/// Where an outcome stands, and the one before it of the same call.
struct OpenOutcome {
    batch: u32,
    row: u32,
    observed: Option<Day>,
    before: Option<u32>,
    found: bool,
}

impl OpenOutcomes {
    fn add(&mut self, batches: Vec<RecordBatch>, observed: Option<Day>) {
        for batch in batches {
            *self.open.entry(observed).or_default() += batch.num_rows();
            let place = self.batches.len() as u32;
            self.batches.push(batch.clone());
            for (row, id) in ids(&batch).iter().enumerate() {
                self.add_one(id.unwrap_or_default(), place, row as u32, observed);
            }
        }
    }

    fn add_one(&mut self, id: &str, batch: u32, row: u32, observed: Option<Day>) {
        let Self { batches, outcomes, by_call, hasher, .. } = self;
        let number = outcomes.len() as u32;
        let hash = hasher.hash_one(id);
        let same = |known: &u32| {
            let outcome = &outcomes[*known as usize];
            ids(&batches[outcome.batch as usize]).value(outcome.row as usize) == id
        };
        let before = by_call.find_mut(hash, same).map(|known| std::mem::replace(known, number));
        outcomes.push(OpenOutcome { batch, row, observed, before, found: false });
        if before.is_none() {
            by_call.insert_unique(hash, number, |known| {
                let outcome = &outcomes[*known as usize];
                hasher.hash_one(ids(&batches[outcome.batch as usize]).value(outcome.row as usize))
            });
        }
    }

    /// Looks for the open outcomes' calls in files, in order, until none is left that `may` be there.
    fn find<'a>(
        &mut self,
        files: impl Iterator<Item = (Day, &'a Path)>,
        may: impl Fn(Day, Option<Day>) -> bool,
    ) -> Result<(), AnalyzeError> {
        let files: Vec<(Day, &Path)> = files.collect();
        for some in files.chunks(rayon::current_num_threads().max(1)) {
            let wanted = |day: Day| self.open.iter().any(|(observed, open)| *open > 0 && may(day, *observed));
            let some: Vec<&(Day, &Path)> = some.iter().filter(|(day, _)| wanted(*day)).collect();
            let found: Result<Vec<Vec<u32>>, AnalyzeError> =
                some.par_iter().map(|(_, path)| self.outcomes_of(path)).collect();
            for ((day, _), found) in some.iter().zip(found?) {
                for last in found {
                    self.take(last, *day);
                }
            }
        }
        Ok(())
    }

    /// The outcomes of the calls of a file, of each call the last.
    fn outcomes_of(&self, path: &Path) -> Result<Vec<u32>, AnalyzeError> {
        let mut found = Vec::new();
        for batch in parquet_file::read(path, Some(&["call_id"]))? {
            for id in batch.column(0).as_string::<i32>().iter().flatten() {
                let same = |known: &u32| {
                    let outcome = &self.outcomes[*known as usize];
                    ids(&self.batches[outcome.batch as usize]).value(outcome.row as usize) == id
                };
                found.extend(self.by_call.find(self.hasher.hash_one(id), same));
            }
        }
        Ok(found)
    }

    /// All open outcomes of a call are of this day's.
    fn take(&mut self, last: u32, day: Day) {
        let mut next = Some(last);
        while let Some(number) = next {
            let outcome = &mut self.outcomes[number as usize];
            next = outcome.before;
            if !outcome.found {
                outcome.found = true;
                *self.open.entry(outcome.observed).or_default() -= 1;
                self.found.entry(day).or_default().push((outcome.batch as usize, outcome.row));
            }
        }
    }

    fn found(&self) -> Result<Vec<(Day, RecordBatch)>, AnalyzeError> {
        let days: Vec<(&Day, &Vec<(usize, u32)>)> = self.found.iter().collect();
        days.par_iter().map(|(day, places)| Ok((**day, self.rows((*places).clone())?))).collect()
    }

    fn waiting(&self) -> Result<RecordBatch, AnalyzeError> {
        let waiting = self.outcomes.iter().filter(|outcome| !outcome.found);
        self.rows(waiting.map(|outcome| (outcome.batch as usize, outcome.row)).collect())
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

/// The call ids of outcomes.
fn ids(outcomes: &RecordBatch) -> &StringArray {
    outcomes.column(0).as_string::<i32>()
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

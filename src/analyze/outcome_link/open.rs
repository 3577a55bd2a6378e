//! Outcomes that look for their calls.

use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::path::Path;

use arrow::array::{AsArray, RecordBatch, StringArray, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::TimestampMicrosecondType;
use hashbrown::{DefaultHashBuilder, HashTable};
use rayon::prelude::*;

use crate::analyze::AnalyzeError;
use crate::call::Outcome;
use crate::day::Day;
use crate::store::{Fact, parquet_file};

/// Outcomes whose call has not been found yet, and those found, by the file they came in.
#[derive(Default)]
pub(super) struct OpenOutcomes {
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
    hash: u64,
    batch: u32,
    row: u32,
    observed: Option<Day>,
    before: Option<u32>,
    found: bool,
}

impl OpenOutcome {
    /// Whether it is an outcome of this call.
    fn is_of(&self, hash: u64, call_id: &str, batches: &[RecordBatch]) -> bool {
        self.hash == hash && ids(&batches[self.batch as usize]).value(self.row as usize) == call_id
    }
}

impl OpenOutcomes {
    pub(super) fn add(&mut self, batches: Vec<RecordBatch>, observed: Option<Day>) {
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
        let same = |known: &u32| outcomes[*known as usize].is_of(hash, id, batches);
        let before = by_call.find_mut(hash, same).map(|known| std::mem::replace(known, number));
        outcomes.push(OpenOutcome { hash, batch, row, observed, before, found: false });
        if before.is_none() {
            by_call.insert_unique(hash, number, |known| outcomes[*known as usize].hash);
        }
    }

    /// Looks for the open outcomes' calls in files, in order, some `at_once`, until none is left that `may` be there.
    pub(super) fn find<'a>(
        &mut self,
        files: impl Iterator<Item = (Day, &'a Path)>,
        at_once: usize,
        may: impl Fn(Day, Option<Day>) -> bool,
    ) -> Result<(), AnalyzeError> {
        let files: Vec<(Day, &Path)> = files.collect();
        for some in files.chunks(at_once) {
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
                let hash = self.hasher.hash_one(id);
                let same = |known: &u32| self.outcomes[*known as usize].is_of(hash, id, &self.batches);
                found.extend(self.by_call.find(hash, same));
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

    /// The places of the found ones by the day of their call.
    pub(super) fn found(&self) -> &BTreeMap<Day, Vec<(usize, u32)>> {
        &self.found
    }

    /// Those that waited already or have no call anywhere.
    pub(super) fn waiting(&self) -> Result<RecordBatch, AnalyzeError> {
        let waiting = self.outcomes.iter().filter(|outcome| !outcome.found);
        self.rows(waiting.map(|outcome| (outcome.batch as usize, outcome.row)).collect())
    }

    /// Those not found yet, by the day they were observed.
    pub(super) fn left(&self) -> Result<Vec<(Day, RecordBatch)>, AnalyzeError> {
        let mut left: BTreeMap<Day, Vec<(usize, u32)>> = BTreeMap::new();
        for outcome in self.outcomes.iter().filter(|outcome| !outcome.found) {
            let Some(observed) = outcome.observed else { continue };
            left.entry(observed).or_default().push((outcome.batch as usize, outcome.row));
        }
        left.into_iter().map(|(day, places)| Ok((day, self.rows(places)?))).collect()
    }

    /// The rows at some places, in the order of the store.
    pub(super) fn rows(&self, mut places: Vec<(usize, u32)>) -> Result<RecordBatch, AnalyzeError> {
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

pub(super) fn last_observed(outcomes: &RecordBatch) -> Day {
    let instants = outcomes.column_by_name("observed_at").expect("an outcome has its instant");
    let instants = instants.as_primitive::<TimestampMicrosecondType>().values();
    Day::of_timestamp(instants.iter().copied().max().unwrap_or_default())
}

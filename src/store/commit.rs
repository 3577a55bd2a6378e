//! From the spool to immutable files: one a touched day, rows that are there already left out.

use std::collections::HashSet;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::compute::{SortColumn, concat_batches, filter_record_batch, lexsort_to_indices, take_record_batch};
use rayon::prelude::*;

use super::digest::{row_digests, set_digest};
use super::durable::Published;
use super::facts::{file_name, list_day};
use super::{Fact, Layout, SetDigest, Spool, StoreError, parquet_file};
use crate::call::{Call, Outcome};
use crate::day::Day;

/// The order of a day's calls: like rows together, so that scans prune and compress well.
const CALL_ORDER: &[&str] = &["role", "task_category", "task_difficulty", "model", "provider", "timestamp", "call_id"];

/// The order of a day's outcomes.
const OUTCOME_ORDER: &[&str] = &["call_id", "observed_at", "judge", "score", "success", "cost_usd"];

/// What became of one day's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommittedDay {
    /// Calls or outcomes.
    pub fact: Fact,
    /// The day.
    pub day: Day,
    /// Rows that are new and now durable.
    pub taken: u64,
    /// Rows that the store or this very commit had already.
    pub duplicate: u64,
}

/// Commits every day of a spool, several days at once; a crash in between leaves whole days only, and the same
/// rows offered again add nothing.
///
/// # Errors
/// [`StoreError`] with the file that could not be read or written.
pub fn commit(layout: &Layout, spool: Spool) -> Result<Vec<CommittedDay>, StoreError> {
    let days = spool.days();
    let commit_one = |&(fact, day): &(Fact, Day)| commit_day(layout, fact, day, &spool.rows(fact, day)?);
    let committed = days.par_iter().map(commit_one).collect::<Result<Vec<_>, _>>()?;
    spool.clear()?;
    Ok(committed)
}

fn commit_day(layout: &Layout, fact: Fact, day: Day, rows: &[RecordBatch]) -> Result<CommittedDay, StoreError> {
    let schema = match fact {
        Fact::Calls => Call::schema(),
        Fact::Outcomes => Outcome::schema(),
    };
    let folder = layout.day(fact, day);
    let rows = concat_batches(&schema, rows).map_err(StoreError::arrow("join a day's rows"))?;
    let keep = match fact {
        Fact::Calls => new_calls(&folder, &rows)?,
        Fact::Outcomes => new_outcomes(&folder, &rows)?,
    };
    let fresh = filter_record_batch(&rows, &keep).map_err(StoreError::arrow("leave out duplicates"))?;
    let mut taken = fresh.num_rows() as u64;
    if taken > 0 {
        let sorted = sort(fact, &fresh)?;
        let digest = set_digest(&sorted);
        let footer = vec![("merit.digest".into(), digest.to_string())];
        let path = folder.join(file_name(digest, false));
        if parquet_file::write_fact(&path, &sorted, footer)? == Published::Exists {
            taken = 0;
        }
    }
    Ok(CommittedDay { fact, day, taken, duplicate: rows.num_rows() as u64 - taken })
}

/// Sorts a day's rows into stored order.
///
/// # Errors
/// [`StoreError::Arrow`] where a column is missing.
pub fn sort(fact: Fact, rows: &RecordBatch) -> Result<RecordBatch, StoreError> {
    let order = match fact {
        Fact::Calls => CALL_ORDER,
        Fact::Outcomes => OUTCOME_ORDER,
    };
    let columns: Vec<SortColumn> = order
        .iter()
        .filter_map(|name| rows.column_by_name(name))
        .map(|values| SortColumn { values: values.clone(), options: None })
        .collect();
    let indices = lexsort_to_indices(&columns, None).map_err(StoreError::arrow("sort a day's rows"))?;
    take_record_batch(rows, &indices).map_err(StoreError::arrow("sort a day's rows"))
}

/// A call is (call_id, day): the first of an id on a day counts.
fn new_calls(folder: &std::path::Path, rows: &RecordBatch) -> Result<BooleanArray, StoreError> {
    let mut known: HashSet<String> = HashSet::new();
    for file in list_day(folder)?.files {
        for batch in parquet_file::read(&file.path, Some(&["call_id"]))? {
            known.extend(batch.column(0).as_string::<i32>().iter().flatten().map(str::to_string));
        }
    }
    let ids = rows.column_by_name("call_id").expect("a call has an id").as_string::<i32>();
    let mut seen: HashSet<&str> = HashSet::with_capacity(ids.len());
    let is_new = |row: usize| !known.contains(ids.value(row)) && seen.insert(ids.value(row));
    Ok((0..rows.num_rows()).map(is_new).map(Some).collect())
}

/// An outcome is all it says: the same observation twice is one.
fn new_outcomes(folder: &std::path::Path, rows: &RecordBatch) -> Result<BooleanArray, StoreError> {
    let mut known: HashSet<SetDigest> = HashSet::new();
    for file in list_day(folder)?.files {
        for batch in parquet_file::read(&file.path, None)? {
            known.extend(row_digests(&batch));
        }
    }
    Ok(row_digests(rows).into_iter().map(|digest| Some(known.insert(digest))).collect())
}

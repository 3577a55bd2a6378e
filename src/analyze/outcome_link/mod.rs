//! Sorts outcomes to the days of their calls, so that a late score marks its call's day as changed and a day's
//! rollup reads its own outcomes only.
//!
//! `rollups/outcome_links/day=D/` holds the outcomes of the calls of day D, `manifest.json` what has been linked
//! so far and the outcomes that still wait for their call. All of it is derived: without the manifest it is
//! built anew. The manifest is replaced last, so a crash repeats work and loses none.

mod manifest;
mod open;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use rayon::prelude::*;

use self::manifest::Manifest;
use self::open::OpenOutcomes;
use super::AnalyzeError;
use crate::day::Day;
use crate::store::{Layout, StoreError, facts, parquet_file, set_digest};

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

/// Days before the first of a group's outcomes in which their calls are looked for at first.
const NEAR_DAYS: i32 = 8;

/// Brings the links up to date with the listed facts; returns them.
///
/// New outcomes go in groups of days, each with the calls of its own days and a few before, so what is held at once does not
/// grow with the history. What has no call there is looked for in all days together: the nearest before it, else the
/// nearest after it.
///
/// # Errors
/// [`AnalyzeError`] with the file that could not be read or written.
pub fn link(layout: &Layout, calls: &FactDays, outcomes: &FactDays) -> Result<Links, AnalyzeError> {
    let threads = rayon::current_num_threads().max(1) as u64;
    link_in_groups(layout, calls, outcomes, (BYTES_AT_ONCE / threads).max(LEAST_GROUP_BYTES))
}

fn link_in_groups(
    layout: &Layout,
    calls: &FactDays,
    outcomes: &FactDays,
    group_bytes: u64,
) -> Result<Links, AnalyzeError> {
    let folder = layout.links();
    let path = folder.join("manifest.json");
    let mut manifest = manifest::read(&path)?;
    let new_outcomes = manifest::unseen(outcomes, &mut manifest.outcome_files)?;
    let new_calls = manifest::unseen(calls, &mut manifest.call_files)?;
    if new_outcomes.is_empty() && (new_calls.is_empty() || manifest.waiting == 0) {
        if !new_calls.is_empty() {
            manifest::write(&path, &manifest)?;
        }
        return linked(layout, manifest);
    }

    let mut open = OpenOutcomes::default();
    if let Some(name) = &manifest.waiting_file {
        open.add(parquet_file::read(&folder.join(name), None)?, None);
    }
    let threads = rayon::current_num_threads().max(1);
    open.find(new_calls.iter().map(|(day, path)| (*day, path.as_path())), threads, |_, _| true)?;
    let groups = groups(&new_outcomes, group_bytes)?;
    let near = groups.par_iter().map(|group| link_near(&folder, calls, group));
    for near in near.collect::<Result<Vec<Near>, AnalyzeError>>()? {
        manifest.observed(near.last_observed);
        near.left.into_iter().for_each(|(day, left)| open.add(vec![left], Some(day)));
    }
    let files = || files(calls.iter());
    open.find(files().rev(), threads, |call_day, observed| observed.is_some_and(|observed| call_day <= observed))?;
    open.find(files(), threads, |call_day, observed| observed.is_some_and(|observed| call_day > observed))?;

    manifest.observed(write_found(&folder, &open)?);
    let waiting = open.waiting()?;
    manifest.waiting = waiting.num_rows();
    manifest.waiting_file = None;
    if manifest.waiting > 0 {
        let name = format!("waiting-{}.parquet", set_digest(&waiting));
        parquet_file::write_derived(&folder.join(&name), &waiting, vec![])?;
        manifest.waiting_file = Some(name);
    }
    manifest::write(&path, &manifest)?;
    linked(layout, manifest)
}

/// New files of outcomes are linked together, up to so many …
const GROUP_FILES: usize = 24;
/// … and up to this many bytes in the groups of all threads, some four million rows. Large groups find their places in no cache,
/// small ones read the calls of the days before them once more.
const BYTES_AT_ONCE: u64 = 64 << 20;
/// On many threads groups are not smaller than this.
const LEAST_GROUP_BYTES: u64 = 8 << 20;

/// Runs of files that have no more than so many bytes together, or are one file; no more than [`GROUP_FILES`].
fn groups(new: &[(Day, PathBuf)], group_bytes: u64) -> Result<Vec<&[(Day, PathBuf)]>, AnalyzeError> {
    let mut groups = Vec::new();
    let (mut first, mut bytes) = (0, 0);
    for (place, (_, path)) in new.iter().enumerate() {
        let size = std::fs::metadata(path).map_err(|source| StoreError::io("read", path, source))?.len();
        if place > first && (bytes + size > group_bytes || place - first == GROUP_FILES) {
            groups.push(&new[first..place]);
            (first, bytes) = (place, 0);
        }
        bytes += size;
    }
    groups.extend((first < new.len()).then(|| &new[first..]));
    Ok(groups)
}

/// A group whose calls near by are found.
struct Near {
    last_observed: BTreeMap<Day, Day>,
    /// The outcomes whose call is elsewhere, by the day they were observed.
    left: Vec<(Day, RecordBatch)>,
}

/// Links the outcomes of some days, ascending, to calls of these days and those just before; in one thread, as groups go at once.
fn link_near(folder: &Path, calls: &FactDays, group: &[(Day, PathBuf)]) -> Result<Near, AnalyzeError> {
    let mut open = OpenOutcomes::default();
    for (day, path) in group {
        open.add(parquet_file::read(path, None)?, Some(*day));
    }
    let (first, last) = (group[0].0, group[group.len() - 1].0);
    let near = files(calls.range(Day(first.0.saturating_sub(NEAR_DAYS))..=last));
    open.find(near.rev(), 1, |call_day, observed| observed.is_some_and(|observed| call_day <= observed))?;
    Ok(Near { last_observed: write_found(folder, &open)?, left: open.left()? })
}

/// The files of days in the order of the days.
fn files<'a>(
    days: impl DoubleEndedIterator<Item = (&'a Day, &'a facts::FactDay)>,
) -> impl DoubleEndedIterator<Item = (Day, &'a Path)> {
    days.flat_map(|(day, found)| found.files.iter().map(|file| (*day, file.path.as_path())))
}

/// Writes the outcomes whose calls are found to the days of these; by day, the last day on which one was observed.
fn write_found(folder: &Path, open: &OpenOutcomes) -> Result<BTreeMap<Day, Day>, AnalyzeError> {
    let mut last_observed = BTreeMap::new();
    for (day, places) in open.found() {
        let batch = open.rows(places.clone())?;
        let path = folder.join(format!("day={day}")).join(facts::file_name(set_digest(&batch), false));
        parquet_file::write_derived(&path, &batch, vec![])?;
        last_observed.insert(*day, open::last_observed(&batch));
    }
    Ok(last_observed)
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

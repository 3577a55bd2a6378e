//! Whether any call id can stand twice among some days: what the check `one_call_one_day` asks, in little memory.
//!
//! Equal ids have equal hashes, so where all hashes differ there is no such id, and the check, which groups by the id of
//! every call, need not run. Where two are the same it runs, and says which.

use std::hash::BuildHasher;
use std::path::Path;

use arrow::array::AsArray;
use hashbrown::DefaultHashBuilder;
use rayon::prelude::*;

use super::AnalyzeError;
use super::one_pass::Scan;
use super::rollup::Facts;
use crate::call::Call;
use crate::day::Day;
use crate::store::ReadCounter;

/// The check that it spares.
pub(super) const CHECK: &str = "one_call_one_day";

/// Hashes held at once, 8 bytes each; more calls are looked at in several passes.
const HASHES_AT_ONCE: u64 = 48_000_000;

/// Whether two calls of these days may have one id.
///
/// # Errors
/// [`AnalyzeError::Store`] where a file cannot be read.
pub(super) fn may_repeat(facts: &Facts, days: &[Day], counter: &ReadCounter) -> Result<bool, AnalyzeError> {
    if days.len() < 2 {
        return Ok(false);
    }
    let files: Vec<&Path> = days
        .iter()
        .filter_map(|day| facts.calls.get(day))
        .flat_map(|found| found.files.iter().map(|file| file.path.as_path()))
        .collect();
    let rows = files.par_iter().map(|path| Ok(Scan::open(path, counter)?.rows()));
    let rows: u64 = rows.collect::<Result<Vec<u64>, AnalyzeError>>()?.iter().sum();
    let passes = rows.div_ceil(HASHES_AT_ONCE).max(1);
    let hasher = DefaultHashBuilder::default();
    for pass in 0..passes {
        let of_file = |path: &&Path| hashes(path, &hasher, |hash| hash % passes == pass, counter);
        let parts = files.par_iter().map(of_file).collect::<Result<Vec<Vec<u64>>, AnalyzeError>>()?;
        let mut hashes: Vec<u64> = Vec::with_capacity(parts.iter().map(Vec::len).sum());
        parts.into_iter().for_each(|part| hashes.extend(part));
        hashes.par_sort_unstable();
        if hashes.par_windows(2).any(|pair| pair[0] == pair[1]) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn hashes(
    path: &Path,
    hasher: &DefaultHashBuilder,
    wanted: impl Fn(u64) -> bool,
    counter: &ReadCounter,
) -> Result<Vec<u64>, AnalyzeError> {
    let mut hashes = Vec::new();
    for batch in Scan::open(path, counter)?.columns(&Call::schema(), &["call_id"])? {
        let batch = batch?;
        let ids = batch.column(0).as_string::<i32>();
        hashes.extend(ids.iter().map(|id| hasher.hash_one(id)).filter(|hash| wanted(*hash)));
    }
    Ok(hashes)
}

//! Whether any call id can stand twice among some days: what the check `one_call_one_day` asks, in little memory.
//!
//! Equal ids have equal hashes, so where all hashes differ there is no such id, and the check, which groups by the id of
//! every call, need not run. Where two are the same it runs, and says which. The pass that rolls the days up gathers the
//! hashes on its way; what it has not read is read here.

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

/// The hashes of the ids of all calls of some days, in parts.
pub(crate) type CallHashes = Vec<Vec<u64>>;

/// Hashes held at once, 8 bytes each and as much again while they are sorted; more calls are looked at in several passes.
const HASHES_AT_ONCE: u64 = 48_000_000;

/// Whether two calls of these days may have one id.
///
/// # Errors
/// [`AnalyzeError::Store`] where a file cannot be read.
pub(super) fn may_repeat(
    facts: &Facts,
    days: &[Day],
    gathered: Option<&CallHashes>,
    counter: &ReadCounter,
) -> Result<bool, AnalyzeError> {
    if days.len() < 2 {
        return Ok(false);
    }
    if let Some(gathered) = gathered {
        return Ok(has_equals(gathered));
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
        if has_equals(&parts) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether two of the hashes are the same. They are sorted in parts by their first bits: what a part takes fits in a cache.
fn has_equals(parts: &[Vec<u64>]) -> bool {
    let place = |hash: u64| (hash >> (u64::BITS - PART_BITS)) as usize;
    let mut starts = vec![0_usize; (1 << PART_BITS) + 1];
    parts.iter().flatten().for_each(|hash| starts[place(*hash) + 1] += 1);
    for part in 1..starts.len() {
        starts[part] += starts[part - 1];
    }
    let mut next = starts.clone();
    let mut sorted = vec![0_u64; starts[starts.len() - 1]];
    for hash in parts.iter().flatten() {
        let next = &mut next[place(*hash)];
        sorted[*next] = *hash;
        *next += 1;
    }
    let mut slices = Vec::with_capacity(1 << PART_BITS);
    let mut rest = &mut sorted[..];
    for bounds in starts.windows(2) {
        let (part, later) = rest.split_at_mut(bounds[1] - bounds[0]);
        slices.push(part);
        rest = later;
    }
    slices.into_par_iter().any(|part| {
        part.sort_unstable();
        part.windows(2).any(|pair| pair[0] == pair[1])
    })
}

/// 4,096 parts: of 48 million hashes, 94 KB each.
const PART_BITS: u32 = 12;

/// What is gathered with more parts; none once a part is missing or there are too many.
pub(super) fn gathered(so_far: Option<CallHashes>, more: Vec<Option<Vec<u64>>>) -> Option<CallHashes> {
    let mut parts = so_far?;
    for part in more {
        parts.push(part?);
    }
    let count: usize = parts.iter().map(Vec::len).sum();
    (count as u64 <= HASHES_AT_ONCE).then_some(parts)
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

#[cfg(test)]
mod tests {
    use super::has_equals;

    #[test]
    fn equal_hashes_are_found_wherever_they_are() {
        let spread = |count: u64| (0..count).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        let parts: Vec<Vec<u64>> = vec![spread(50_000), vec![], vec![3, 5]];
        assert!(!has_equals(&parts) && !has_equals(&[]) && !has_equals(&[vec![u64::MAX], vec![1]]));
        for twice in [0, 3, 49_999_u64.wrapping_mul(0x9e37_79b9_7f4a_7c15)] {
            let with = [parts.clone(), vec![vec![twice]]].concat();
            assert!(has_equals(&with), "{twice}");
        }
    }
}

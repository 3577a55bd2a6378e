//! Merging a day's many files into one, so that a scan opens few.
//!
//! The merged file is published first and names the files it replaces; readers of merit leave those out from
//! that instant. Then they are moved to `superseded/`, where a query that had listed them still finds them, and
//! they are removed by a later compaction once [`GRACE`] has passed.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use arrow::compute::concat_batches;

use super::commit::sort;
use super::digest::set_digest;
use super::facts::{self, FactDay, MERGED_FROM, file_name};
use super::{Fact, Layout, StoreError, durable, parquet_file};
use crate::day::Day;

/// A day with more files than this is merged by the nightly run.
pub const MANY_FILES: usize = 8;

/// How long a replaced file is kept for readers that had listed it.
const GRACE: Duration = Duration::from_secs(3600);

/// What a compaction did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Compaction {
    /// Days that were merged.
    pub days: usize,
    /// Files that were replaced.
    pub replaced: usize,
    /// Files of earlier compactions that were removed.
    pub removed: usize,
}

/// Merges every day that has more than `at_most` files.
///
/// # Errors
/// [`StoreError`] with the file that could not be read, written or moved; the day stands as it was.
pub fn compact(layout: &Layout, at_most: usize) -> Result<Compaction, StoreError> {
    let mut done = Compaction { removed: sweep(&layout.superseded(), SystemTime::now())?, ..Compaction::default() };
    for fact in Fact::ALL {
        for (day, found) in facts::list(layout, fact)? {
            if found.files.len() > at_most {
                merge(layout, fact, day, &found)?;
                done.days += 1;
                done.replaced += found.files.len();
            }
            let listed = facts::list_day(&layout.day(fact, day))?;
            retire(layout, fact, day, &listed)?;
        }
    }
    Ok(done)
}

fn merge(layout: &Layout, fact: Fact, day: Day, found: &FactDay) -> Result<(), StoreError> {
    let mut batches = Vec::new();
    for file in &found.files {
        batches.extend(parquet_file::read(&file.path, None)?);
    }
    let schema = batches.first().map(arrow::array::RecordBatch::schema).expect("a file of facts has rows");
    let joined = concat_batches(&schema, &batches).map_err(StoreError::arrow("merge a day's files"))?;
    let sorted = sort(fact, &joined)?;
    let digest = set_digest(&sorted);
    let folder = layout.day(fact, day);
    if digest != found.digest() {
        return Err(StoreError::Damaged {
            path: folder,
            problem: "holds rows that are not those its file names say".into(),
        });
    }
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let replaced = found.files.iter().map(|file| name(&file.path)).collect::<Vec<_>>().join(",");
    let footer = vec![("merit.digest".into(), digest.to_string()), (MERGED_FROM.into(), replaced)];
    parquet_file::write_fact(&folder.join(file_name(digest, true)), &sorted, footer)?;
    Ok(())
}

fn retire(layout: &Layout, fact: Fact, day: Day, listed: &FactDay) -> Result<(), StoreError> {
    for path in &listed.superseded {
        let folder = layout.superseded().join(fact.folder()).join(format!("day={day}"));
        fs::create_dir_all(&folder).map_err(|source| StoreError::io("create", &folder, source))?;
        let target = folder.join(path.file_name().expect("a listed file has a name"));
        durable::rename(path, &target).map_err(|source| StoreError::io("retire", path, source))?;
    }
    Ok(())
}

/// Removes files below a folder that are older than the grace; returns how many.
fn sweep(folder: &Path, now: SystemTime) -> Result<usize, StoreError> {
    let mut removed = 0;
    for (_, path) in facts::entries(folder)? {
        let failed = |source| StoreError::io("remove", &path, source);
        if path.is_dir() {
            removed += sweep(&path, now)?;
            continue;
        }
        let changed = fs::metadata(&path).and_then(|meta| meta.modified()).map_err(failed)?;
        if now.duration_since(changed).is_ok_and(|age| age > GRACE) {
            fs::remove_file(&path).map_err(failed)?;
            removed += 1;
        }
    }
    Ok(removed)
}

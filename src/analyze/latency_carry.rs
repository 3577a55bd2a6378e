//! The mart `latency_decayed` without reading a year of buckets every night: decayed sums are carried from month to month.
//!
//! Let S(u) be the sums as of the first day u of a month. Then S(u′) = S(u)·2^(−(u′−u)/h) + Σ n·2^(−(u′−day)/h) over the days
//! between, and the mart is the same step from the last month's end to as-of. S(u) lies in
//! `rollups/latency_months/until=U/`, named by a fingerprint of the half-lives and of every file of a day before u: a late score or another half-life
//! makes it anew from the rollups of days, never from calls. It is the same whichever nights there were before.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Float64Type, Int64Type, Schema, SchemaRef};
use hashbrown::HashMap;
use jiff::ToSpan as _;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use super::columns::Columns;
use super::file_table::TableFile;
use super::one_pass::{KeyColumn, Scan, Word, Words, with_dictionaries};
use super::{AnalyzeError, short_hex};
use crate::day::Day;
use crate::stats::decay;
use crate::store::{Layout, ReadCounter, facts, parquet_file};

/// The mart.
pub(super) const MART: &str = "latency_decayed";

/// What it is computed from.
pub(super) const ROLLUP: &str = "latency_daily";

/// The key of an arm as logged.
const KEYS: [&str; 6] = ["source", "role", "task_category", "task_difficulty", "model", "provider"];

/// Changes when the same files would give other sums.
const VERSION: u32 = 1;

/// Where the days' histograms lie, and as of when.
#[derive(Clone)]
pub(crate) struct Histograms {
    pub(crate) layout: Layout,
    pub(crate) counter: Arc<ReadCounter>,
    /// The files of `latency_daily`, by day.
    pub(crate) files: Vec<TableFile>,
    pub(crate) as_of: Day,
}

impl Histograms {
    /// The mart, by half-lives as the table `half_lives` has them.
    ///
    /// # Errors
    /// [`AnalyzeError`] where a file cannot be read or written.
    pub(super) fn decayed(&self, half_lives: &RecordBatch) -> Result<RecordBatch, AnalyzeError> {
        let columns = Columns { mart: "half_lives", batch: half_lives };
        let half_lives: BTreeMap<String, f64> = columns
            .text("source")?
            .into_iter()
            .zip(columns.number("half_life_days")?)
            .filter_map(|(source, days)| source.zip(days))
            .collect();
        let mut days: BTreeMap<Day, &TableFile> = BTreeMap::new();
        for file in self.files.iter().filter(|file| file.day < self.as_of) {
            days.insert(file.day, file);
        }
        let closed = self.months(&days, &half_lives);
        let standing = closed.iter().rposition(|month| month.path.exists());
        let mut sums = Sums::default();
        if let Some(standing) = standing {
            sums.carry(&closed[standing], &self.counter)?;
        }
        for month in &closed[standing.map_or(0, |place| place + 1)..] {
            sums.go_on(&days, month.until, &half_lives, &self.counter)?;
            parquet_file::write_derived(&month.path, &sums.batch(&half_lives)?, vec![])?;
        }
        self.tidy(&closed)?;
        sums.go_on(&days, self.as_of, &half_lives, &self.counter)?;
        sums.batch(&half_lives)
    }

    /// The months that have ended by as-of, from that of the first day on, and where the sums of each lie.
    fn months(&self, days: &BTreeMap<Day, &TableFile>, half_lives: &BTreeMap<String, f64>) -> Vec<Month> {
        let mut hash = Sha256::new();
        hash.update(VERSION.to_le_bytes());
        for (source, days) in half_lives {
            hash.update((source.len() as u64).to_le_bytes());
            hash.update(source);
            hash.update(days.to_bits().to_le_bytes());
        }
        let mut months = Vec::new();
        let mut open = days.iter().peekable();
        while let Some((first, _)) = open.peek() {
            let Some(until) = next_month(**first).filter(|until| *until <= self.as_of) else { break };
            while let Some((day, file)) = open.next_if(|(day, _)| **day < until) {
                hash.update(day.to_string());
                hash.update(file.path.file_name().map(|name| name.as_encoded_bytes()).unwrap_or_default());
            }
            let name = format!("{}.parquet", short_hex(&hash.clone().finalize()));
            months.push(Month { until, path: self.folder().join(format!("until={until}")).join(name) });
        }
        months
    }

    fn folder(&self) -> PathBuf {
        self.layout.rollup("latency_months")
    }

    /// Keeps the sums of the last two months.
    fn tidy(&self, closed: &[Month]) -> Result<(), AnalyzeError> {
        let kept: Vec<&PathBuf> = closed.iter().rev().take(2).map(|month| &month.path).collect();
        for (_, folder) in facts::entries(&self.folder())? {
            for (_, path) in facts::entries(&folder)? {
                if !kept.contains(&&path) {
                    std::fs::remove_file(&path)
                        .map_err(|source| crate::store::StoreError::io("remove", &path, source))?;
                }
            }
        }
        Ok(())
    }
}

/// A month that has ended.
struct Month {
    /// The first day of the next.
    until: Day,
    path: PathBuf,
}

fn next_month(day: Day) -> Option<Day> {
    day.date().first_of_month().checked_add(1.month()).ok()?.to_string().parse().ok()
}

/// Decayed counts by arm and bucket, as of a day.
#[derive(Default)]
struct Sums {
    at: Option<Day>,
    words: Words,
    arms: HashMap<[Word; 6], u32>,
    keys: Vec<[Word; 6]>,
    /// By arm, then bucket: files come in this order too. NaN where the arm has nothing.
    weights: Vec<Vec<f64>>,
}

/// A day's histogram as it lies in its file.
struct DayHistogram {
    words: Words,
    rows: Vec<([Word; 6], u16, f64)>,
}

impl Sums {
    fn arm(&mut self, key: [Word; 6]) -> usize {
        let next = self.keys.len() as u32;
        let arm = *self.arms.entry(key).or_insert(next);
        if arm == next {
            self.keys.push(key);
            self.weights.push(Vec::new());
        }
        arm as usize
    }

    fn add(&mut self, arm: usize, bucket: u16, weight: f64) {
        let (weights, bucket) = (&mut self.weights[arm], usize::from(bucket));
        if weights.len() <= bucket {
            weights.resize(bucket + 1, f64::NAN);
        }
        let sum = &mut weights[bucket];
        *sum = if sum.is_nan() { weight } else { *sum + weight };
    }

    /// Begins with the sums of a month.
    fn carry(&mut self, month: &Month, counter: &ReadCounter) -> Result<(), AnalyzeError> {
        self.at = Some(month.until);
        self.take(read(&month.path, "weight", counter)?, |_, weight| weight)
    }

    /// Goes on to a later day, with the days between.
    fn go_on(
        &mut self,
        days: &BTreeMap<Day, &TableFile>,
        to: Day,
        half_lives: &BTreeMap<String, f64>,
        counter: &ReadCounter,
    ) -> Result<(), AnalyzeError> {
        let half_life = |source: &str| half_lives.get(source).copied();
        let from = self.at.unwrap_or(Day(i32::MIN));
        if self.at.is_some() {
            let age = f64::from(to.0 - from.0);
            for (key, weights) in self.keys.iter().zip(&mut self.weights) {
                let factor = half_life(self.words.word(key[0])).map_or(0.0, |days| decay::weight(age, days));
                weights.iter_mut().for_each(|weight| *weight *= factor);
            }
        }
        let between: Vec<(&Day, &&TableFile)> = days.range(from..to).collect();
        // The files in parallel, their sums in the order of the days: the same on any number of threads.
        for some in between.chunks(FILES_AT_ONCE) {
            let read_one = |(day, file): &(&Day, &&TableFile)| Ok((**day, read(&file.path, "n", counter)?));
            let read: Result<Vec<(Day, DayHistogram)>, AnalyzeError> = some.par_iter().map(read_one).collect();
            for (day, histogram) in read? {
                let age = f64::from(to.0 - day.0);
                self.take(histogram, |source, n| half_life(source).map_or(0.0, |days| n * decay::weight(age, days)))?;
            }
        }
        self.at = Some(to);
        Ok(())
    }

    fn take(&mut self, histogram: DayHistogram, weigh: impl Fn(&str, f64) -> f64) -> Result<(), AnalyzeError> {
        let numbers = histogram
            .words
            .numbers_in(&mut self.words)
            .map_err(|_| AnalyzeError::Mart { mart: MART, problem: "has more than 65,536 words in its keys".into() })?;
        // Rows of one arm follow each other.
        let mut last: Option<([Word; 6], usize)> = None;
        for (key, bucket, n) in histogram.rows {
            let weight = weigh(histogram.words.word(key[0]), n);
            let arm = match last {
                Some((known, arm)) if known == key => arm,
                _ => self.arm(key.map(|word| numbers[usize::from(word)])),
            };
            last = Some((key, arm));
            self.add(arm, bucket, weight);
        }
        Ok(())
    }

    /// The rows in the order of their keys; a source without a half-life has none.
    fn batch(&self, half_lives: &BTreeMap<String, f64>) -> Result<RecordBatch, AnalyzeError> {
        let ranks = self.words.ranks();
        let mut arms: Vec<usize> =
            (0..self.keys.len()).filter(|arm| half_lives.contains_key(self.words.word(self.keys[*arm][0]))).collect();
        arms.sort_unstable_by_key(|arm| self.keys[*arm].map(|word| ranks[usize::from(word)]));
        let mut order: Vec<(usize, i64, f64)> = Vec::new();
        for arm in arms {
            let buckets = (0..).zip(&self.weights[arm]).filter(|(_, weight)| !weight.is_nan());
            order.extend(buckets.map(|(bucket, weight)| (arm, bucket, *weight)));
        }
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(KEYS.len() + 2);
        for part in 0..KEYS.len() {
            let words = order.iter().map(|(arm, _, _)| self.words.word(self.keys[*arm][part]));
            columns.push(Arc::new(StringArray::from_iter_values(words)));
        }
        columns.push(Arc::new(Int64Array::from_iter_values(order.iter().map(|(_, bucket, _)| *bucket))));
        columns.push(Arc::new(Float64Array::from_iter_values(order.iter().map(|(_, _, weight)| *weight))));
        Ok(RecordBatch::try_new(schema("weight"), columns)?)
    }
}

/// Files that are read at the same time: bounds memory.
const FILES_AT_ONCE: usize = 16;

/// Keys, bucket and `n` or `weight`.
fn schema(count: &str) -> SchemaRef {
    let mut fields: Vec<Field> = KEYS.iter().map(|name| Field::new(*name, DataType::Utf8, true)).collect();
    fields.push(Field::new("bucket", DataType::Int64, true));
    fields.push(Field::new(count, if count == "n" { DataType::Int64 } else { DataType::Float64 }, true));
    Arc::new(Schema::new(fields))
}

fn read(path: &std::path::Path, count: &'static str, counter: &ReadCounter) -> Result<DayHistogram, AnalyzeError> {
    let damaged = || AnalyzeError::State { path: path.into(), message: "its columns are not a histogram's".into() };
    let mut words = Words::default();
    let mut keys = Vec::with_capacity(KEYS.len());
    for name in KEYS {
        keys.push(KeyColumn::new(name, None, &mut words).map_err(|_| damaged())?);
    }
    let mut rows = Vec::new();
    let file = parquet_file::schema(path)?;
    let names: Vec<&str> = KEYS.iter().copied().chain(["bucket", count]).collect();
    for batch in Scan::open(path, counter)?.columns(&with_dictionaries(&file, &KEYS), &names)? {
        let batch = batch?;
        for key in &mut keys {
            key.read(&batch, &mut words).map_err(|_| damaged())?;
        }
        let column = |name: &str| batch.column_by_name(name).ok_or_else(damaged);
        let buckets = column("bucket")?.as_primitive_opt::<Int64Type>().ok_or_else(damaged)?;
        let counts = arrow::compute::cast(column(count)?, &DataType::Float64)?;
        let counts = counts.as_primitive::<Float64Type>();
        if buckets.null_count() + counts.null_count() > 0 {
            return Err(damaged());
        }
        rows.reserve(batch.num_rows());
        for row in 0..batch.num_rows() {
            let key = std::array::from_fn(|part| keys[part].rows[row]);
            let bucket = u16::try_from(buckets.value(row)).map_err(|_| damaged())?;
            rows.push((key, bucket, counts.value(row)));
        }
    }
    Ok(DayHistogram { words, rows })
}

#[cfg(test)]
mod tests;

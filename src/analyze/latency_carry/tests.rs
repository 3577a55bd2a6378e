//! Carried sums against the SQL that they stand for, and against themselves on other nights.

use std::collections::HashMap as StandardMap;

use datafusion::common::metadata::ScalarAndMetadata;
use datafusion::common::{ParamValues, ScalarValue};
use rand::{RngExt as _, SeedableRng as _, rngs::ChaCha8Rng};

use super::*;
use crate::analyze::session::{Engine, absolute};

const FIRST_DAY: Day = Day(20_500);

/// Histograms of days, some of them without a file.
fn days(layout: &Layout, count: i32, seed: u64) -> Vec<TableFile> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut files = Vec::new();
    for day in (0..count).map(|age| Day(FIRST_DAY.0 + age)).filter(|day| day.0 % 11 != 3) {
        let rows = random.random_range(0..60);
        let word = |words: &[&str], number: u64| words[number as usize % words.len()].to_string();
        let mut columns: Vec<Vec<String>> = vec![Vec::new(); KEYS.len()];
        let (mut buckets, mut counts) = (Vec::new(), Vec::new());
        for _ in 0..rows {
            let number: u64 = random.random();
            for (part, column) in columns.iter_mut().enumerate() {
                let words: &[&str] = if part == 0 { &["production", "benchmark"] } else { &["a", "b\"", "ц"] };
                column.push(word(words, number >> (3 * part)));
            }
            buckets.push(random.random_range(0..5));
            counts.push(random.random_range(1..100));
        }
        let mut all: Vec<(&str, ArrayRef)> = Vec::new();
        for (name, column) in KEYS.iter().zip(columns) {
            all.push((name, Arc::new(StringArray::from(column))));
        }
        all.push(("bucket", Arc::new(Int64Array::from(buckets))));
        all.push(("n", Arc::new(Int64Array::from(counts))));
        all.push(("day", Arc::new(arrow::array::Date32Array::from(vec![day.0; rows]))));
        let batch = RecordBatch::try_from_iter(all).expect("one length");
        let path = layout.rollup("latency_daily").join(format!("day={day}")).join(format!("{seed}.parquet"));
        parquet_file::write_derived(&path, &batch, vec![]).expect("written");
        files.push(TableFile { path: absolute(&path), day });
    }
    files
}

fn half_lives(production: f64) -> RecordBatch {
    let sources: ArrayRef = Arc::new(StringArray::from(vec!["benchmark", "production"]));
    let days: ArrayRef = Arc::new(Float64Array::from(vec![f64::INFINITY, production]));
    RecordBatch::try_from_iter([("source", sources), ("half_life_days", days)]).expect("one length")
}

fn decayed(layout: &Layout, files: &[TableFile], as_of: i32, production: f64) -> RecordBatch {
    let as_of = Day(FIRST_DAY.0 + as_of);
    let histograms = Histograms { layout: layout.clone(), counter: Arc::default(), files: files.to_vec(), as_of };
    histograms.decayed(&half_lives(production)).expect("computed")
}

fn by_sql(layout: &Layout, files: &[TableFile], as_of: i32, production: f64) -> RecordBatch {
    let engine = Engine::new(layout, 1, Arc::default()).expect("an engine");
    let half_lives = half_lives(production);
    engine.register_batches("half_lives", half_lives.schema(), vec![half_lives]).expect("registered");
    let as_of = Day(FIRST_DAY.0 + as_of);
    let before: Vec<TableFile> = files.iter().filter(|file| file.day < as_of).cloned().collect();
    let schema = parquet_file::schema(&files[0].path).expect("a schema");
    engine.register_files("latency_daily", schema, before).expect("registered");
    let as_of = ScalarAndMetadata::from(ScalarValue::Date32(Some(as_of.0)));
    let values = ParamValues::Map(StandardMap::from([("as_of".to_string(), as_of)]));
    let sql = crate::queries::embedded_text("marts/latency_decayed.sql").expect("embedded");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (schema, batches) = runtime.block_on(engine.run("it", sql, values)).expect("run");
    arrow::compute::concat_batches(&schema, &batches).expect("one schema")
}

fn weights(batch: &RecordBatch) -> Vec<f64> {
    batch.column(7).as_primitive::<Float64Type>().values().to_vec()
}

#[test]
fn carried_sums_are_those_of_the_sql() {
    let folder = tempfile::tempdir().expect("a folder");
    let layout = Layout::new(folder.path());
    let files = days(&layout, 200, 1);
    for (as_of, production) in [(1, 14.0), (20, 14.0), (100, 3.0), (199, 14.0), (200, 60.0), (230, f64::INFINITY)] {
        let (carried, sql) = (decayed(&layout, &files, as_of, production), by_sql(&layout, &files, as_of, production));
        assert!(carried.num_rows() > 0 && carried.columns()[..7] == sql.columns()[..7], "the same keys at {as_of}");
        for (one, two) in weights(&carried).into_iter().zip(weights(&sql)) {
            assert!((one - two).abs() <= 1e-12 * two.abs(), "{one} and {two} at {as_of}");
        }
    }
}

#[test]
fn the_nights_before_leave_no_trace() {
    let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (one, two) = (Layout::new(one.path()), Layout::new(two.path()));
    let (nightly, at_once) = (days(&one, 150, 2), days(&two, 150, 2));
    for night in 1..150 {
        decayed(&one, &nightly, night, 14.0);
    }
    assert_eq!(decayed(&one, &nightly, 150, 14.0), decayed(&two, &at_once, 150, 14.0), "to the bit");
    let kept = facts::entries(&one.rollup("latency_months")).expect("listed");
    let kept: usize = kept.iter().map(|(_, folder)| facts::entries(folder).expect("listed").len()).sum();
    assert_eq!(kept, 2, "older months go");
}

#[test]
fn a_day_that_changed_late_is_not_forgotten() {
    let folder = tempfile::tempdir().expect("a folder");
    let layout = Layout::new(folder.path());
    let files = days(&layout, 120, 3);
    let before = decayed(&layout, &files, 120, 14.0);
    let changed = days(&layout, 12, 4);
    let mixed: Vec<TableFile> = changed.iter().cloned().chain(files[changed.len()..].iter().cloned()).collect();
    let after = decayed(&layout, &mixed, 120, 14.0);
    let sql = by_sql(&layout, &mixed, 120, 14.0);
    assert_ne!(weights(&before), weights(&after));
    for (one, two) in weights(&after).into_iter().zip(weights(&sql)) {
        assert!((one - two).abs() <= 1e-12 * two.abs());
    }
}

#[test]
fn a_night_reads_the_last_month_and_the_days_since() {
    let folder = tempfile::tempdir().expect("a folder");
    let layout = Layout::new(folder.path());
    let files = days(&layout, 300, 5);
    decayed(&layout, &files, 299, 14.0);
    let counter = Arc::new(ReadCounter::default());
    let as_of = Day(FIRST_DAY.0 + 300);
    Histograms { layout: layout.clone(), counter: Arc::clone(&counter), files: files.clone(), as_of }
        .decayed(&half_lives(14.0))
        .expect("computed");
    let all: u64 = files.iter().map(|file| std::fs::metadata(&file.path).expect("there").len()).sum();
    assert!(counter.bytes() < all / 3, "{} of {all}", counter.bytes());
}

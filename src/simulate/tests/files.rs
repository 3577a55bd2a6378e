//! Files: the same bytes with any number of threads, and readable as what was simulated.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;

use jiff::Timestamp;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Map, Value};

use super::rows::{Rows, rows};
use crate::call::{CALL_FIELDS, Field, Kind, OUTCOME_FIELDS};
use crate::simulate::{FileSink, Format, SimulationError, SimulationSettings, Summary, World, run};

fn settings() -> SimulationSettings {
    SimulationSettings { days: 7, calls_per_day: 300, tasks_per_file: 700, ..SimulationSettings::default() }
}

fn write(folder: &Path, format: Format, threads: usize) -> Summary {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let sink = FileSink::new(folder, format).expect("an empty folder");
    pool.install(|| run(&World::standard(), &settings(), &sink)).expect("written")
}

#[test]
fn one_thread_and_two_write_the_same_bytes() {
    for format in [Format::Parquet { level: 1 }, Format::JsonLines] {
        let folders = [1, 2].map(|threads| (threads, tempfile::tempdir().expect("a temporary folder")));
        let [one, two] = folders.each_ref().map(|(threads, folder)| write(folder.path(), format, *threads));
        assert_eq!(one.files.len(), 2 * 3, "calls and outcomes of three parts");
        assert_eq!(one.files.len(), two.files.len());
        for (first, second) in one.files.iter().zip(&two.files) {
            assert_eq!(first.file_name(), second.file_name());
            assert!(fs::read(first).expect("readable") == fs::read(second).expect("readable"), "{first:?}");
        }
        let listed = fs::read_dir(folders[0].1.path()).expect("listable").count();
        assert_eq!(listed, one.files.len(), "no temporary file stays");
    }
}

#[test]
fn another_seed_gives_other_calls() {
    let world = World::standard();
    let (first, _) = rows(&world, &settings());
    let (second, _) = rows(&world, &SimulationSettings { seed: 2, ..settings() });
    assert_ne!(first.instant("timestamp", 0), second.instant("timestamp", 0));
    assert_ne!(first.text("call_id", 0), second.text("call_id", 0));
}

#[test]
fn parquet_reads_back_as_what_was_simulated() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let summary = write(folder.path(), Format::Parquet { level: 3 }, 2);
    let (calls, outcomes) = rows(&World::standard(), &settings());
    for (stem, simulated) in [("calls", calls), ("outcomes", outcomes)] {
        let files = summary
            .files
            .iter()
            .filter(|file| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(stem)));
        let read: Vec<_> = files
            .flat_map(|file| {
                let file = File::open(file).expect("written");
                ParquetRecordBatchReaderBuilder::try_new(file).expect("parquet").build().expect("readable")
            })
            .collect::<Result<_, _>>()
            .expect("readable");
        assert_eq!(Rows::of(&read).0, simulated.0);
    }
}

#[test]
fn json_lines_parse_back_as_what_was_simulated() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let summary = write(folder.path(), Format::JsonLines, 2);
    let (calls, outcomes) = rows(&World::standard(), &settings());
    for (stem, fields, simulated) in [("calls", CALL_FIELDS, calls), ("outcomes", OUTCOME_FIELDS, outcomes)] {
        let files = summary
            .files
            .iter()
            .filter(|file| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(stem)));
        let lines = files.flat_map(|file| BufReader::new(File::open(file).expect("written")).lines());
        let mut count = 0;
        for (row, line) in lines.enumerate() {
            let record: Map<String, Value> = serde_json::from_str(&line.expect("UTF-8")).expect("an object a line");
            for field in fields {
                assert_eq!(
                    record.get(field.name),
                    cell(&simulated, field, row).as_ref(),
                    "{} of row {row}",
                    field.name
                );
            }
            assert!(record.keys().all(|key| fields.iter().any(|field| field.name == key)));
            count += 1;
        }
        assert_eq!(count, simulated.len());
    }
}

/// A cell as its JSON value.
fn cell(rows: &Rows, field: &Field, row: usize) -> Option<Value> {
    match field.kind {
        Kind::Text => rows.text(field.name, row).map(Value::from),
        Kind::Integer => rows.integer(field.name, row).map(Value::from),
        Kind::Number => rows.number(field.name, row).map(Value::from),
        Kind::Boolean => rows.boolean(field.name, row).map(Value::from),
        Kind::Timestamp => rows.instant(field.name, row).map(|instant| {
            let instant = Timestamp::from_microsecond(instant).expect("in range");
            Value::from(format!("{instant:.6}"))
        }),
    }
}

#[test]
fn a_folder_with_simulated_logs_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), Format::JsonLines, 1);
    let refused = FileSink::new(folder.path(), Format::Parquet { level: 1 }).expect_err("refused");
    assert!(matches!(&refused, SimulationError::Occupied(path) if path == folder.path()));
    assert!(refused.to_string().contains("name an empty folder"));
}

#[test]
fn an_impossible_folder_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("taken");
    fs::write(&file, b"not a folder").expect("written");
    let error = FileSink::new(&file.join("logs"), Format::JsonLines).expect_err("refused");
    assert!(error.to_string().contains("taken"), "{error}");
}

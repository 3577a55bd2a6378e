//! Another engine's opinion: DuckDB runs the same portable SQL over the same files, Polars reads the store as it is.

use std::path::Path;
use std::process::Command;

use crate::harness::{Place, python, sample, shared, texts};

fn script(python: &Path, name: &str, arguments: &[&Path]) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python").join(name);
    let output = Command::new(python).arg(path).args(arguments).output().expect("Python runs");
    let (out, error) = texts(&output);
    assert!(output.status.success(), "{name}\n{out}\n{error}");
    out
}

fn same_rollups(place: &Place) {
    let Some(python) = python() else { return };
    let queries = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    let out = script(&python, "rollups_in_duckdb.py", &[&place.data(), &queries]);
    assert_eq!(out.matches(", 0 differ").count(), 4, "{out}");
    // Those of tasks are of production alone.
    let empty = |rollup: &str| out.lines().any(|line| line.starts_with(&format!("{rollup}: 0 rows")));
    assert!(!empty("arms_daily") && !empty("latency_daily"), "{out}");
}

#[test]
fn duckdb_gives_the_same_integers_on_the_sample() {
    let place = Place::new();
    place.succeed(&[
        "analyze",
        "--as-of",
        "2026-09-30",
        "--logs",
        &sample("calls.parquet"),
        &sample("outcomes.parquet"),
    ]);
    same_rollups(&place);
}

#[test]
fn duckdb_gives_the_same_integers_on_real_calls() {
    let Some(calls) = shared("tau2bench/calls.parquet") else { return };
    let Some(outcomes) = shared("tau2bench/outcomes.parquet") else { return };
    let place = Place::new();
    place.succeed(&["analyze", "--as-of", "2026-03-20", "--adapter", "tau2bench", "--logs", &calls, &outcomes]);
    same_rollups(&place);
}

#[test]
fn polars_reads_the_store_as_it_is() {
    let Some(python) = python() else { return };
    let place = Place::new();
    place.succeed(&["ingest", &sample("calls.parquet"), &sample("outcomes.parquet")]);
    let out = script(&python, "store_in_polars.py", &[&place.data()]);
    let calls = place.count("SELECT COUNT(*) FROM call_log");
    let outcomes = place.count("SELECT COUNT(*) FROM outcome_log");
    assert_eq!(out, format!("calls {calls}\noutcomes {outcomes}\n"));
}

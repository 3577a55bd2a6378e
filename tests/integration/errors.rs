//! Errors are sentences with place and remedy, and exit codes mean something.

use crate::harness::{Place, call, sample};

fn contains(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "\"{part}\" is missing in: {text}");
    }
}

#[test]
fn a_missing_log_is_named() {
    let place = Place::new();
    contains(&place.fail(1, &["ingest", "nowhere.jsonl"]), &["nowhere.jsonl"]);
}

#[test]
fn an_unknown_adapter_and_a_wrong_column_say_what_there_is() {
    let place = Place::new();
    let log = place.write("log.jsonl", &call("a", "2026-03-01T10:00:00Z", "m", ""));
    let log = log.to_string_lossy();
    contains(&place.fail(1, &["ingest", "--adapter", "lightllm", &log]), &["lightllm", "litellm"]);
    let adapter = place.write("mine.sql", "-- purpose: mine\n-- record: call\nSELECT _line, modle AS model FROM raw\n");
    contains(&place.fail(1, &["ingest", "--adapter", &adapter.to_string_lossy(), &log]), &["mine.sql", "modle"]);
    let adapter =
        place.write("mine2.sql", "-- purpose: mine\n-- record: call\nSELECT _line, _record AS modell FROM raw\n");
    contains(&place.fail(1, &["ingest", "--adapter", &adapter.to_string_lossy(), &log]), &["modell", "model"]);
}

#[test]
fn an_unknown_key_and_a_missing_settings_file_are_named() {
    let place = Place::new();
    let config = place.write("mine.toml", "[policy]\nepsilonn = 0.1\n");
    contains(&place.fail(1, &["--config", &config.to_string_lossy(), "status"]), &["mine.toml", "line 2", "epsilonn"]);
    contains(&place.fail(1, &["--config", "none.toml", "status"]), &["none.toml", "create it"]);
}

#[test]
fn a_corrupt_parquet_file_is_named_and_nothing_is_taken() {
    let place = Place::new();
    let mut bytes = std::fs::read(sample("calls.parquet")).expect("the sample");
    let middle = bytes.len() / 2;
    bytes.truncate(middle);
    std::fs::write(place.path("broken.parquet"), &bytes).expect("written");
    contains(&place.fail(1, &["ingest", "broken.parquet"]), &["broken.parquet"]);
    assert_eq!(place.count("SELECT COUNT(*) FROM call_log"), 0);
}

#[test]
fn too_many_bad_rows_end_with_four_and_the_old_table_stands() {
    let place = Place::new();
    let good = place.write("good.jsonl", &call("a", "2026-03-01T10:00:00Z", "m", ""));
    place.succeed(&["analyze", "--as-of", "2026-03-02", "--logs", &good.to_string_lossy()]);
    let before = place.table();
    let bad = place.write(
        "bad.jsonl",
        &(call("b", "2026-03-02T10:00:00Z", "m", "\"score\":11") + &call("c", "2026-03-02T10:00:00Z", "m", "")),
    );
    let error = place.fail(4, &["analyze", "--as-of", "2026-03-03", "--logs", &bad.to_string_lossy()]);
    contains(&error, &["50.0 %", "max_quarantine_share", "merit quarantine list", "the old table stands"]);
    assert_eq!(place.table(), before);
    assert_eq!(place.count("SELECT COUNT(*) FROM call_log"), 2, "the good row went in");
    contains(&place.succeed(&["quarantine", "list"]), &["bad.jsonl", "score", "1 rows"]);
}

#[test]
fn logs_that_stop_coming_end_with_four() {
    let place = Place::new();
    let good = place.write("good.jsonl", &call("a", "2026-03-01T10:00:00Z", "m", ""));
    place.succeed(&["analyze", "--as-of", "2026-03-02", "--logs", &good.to_string_lossy()]);
    let error = place.fail(4, &["analyze", "--as-of", "2026-03-20"]);
    contains(&error, &["19 days", "max_staleness_days", "--as-of 2026-03-02", "the old table stands"]);
}

#[test]
fn a_held_lock_names_its_holder() {
    let place = Place::new();
    std::fs::create_dir_all(place.data()).expect("created");
    let file = std::fs::OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .open(place.data().join(".lock"))
        .expect("opened");
    file.lock().expect("locked");
    std::fs::write(place.data().join(".lock"), "process 4711 since 2026-03-01T00:00:00Z\n").expect("written");
    let error = place.fail(1, &["analyze"]);
    contains(&error, &["in use", "4711", "--wait"]);
}

#[test]
fn no_calls_no_table_and_no_such_job_say_what_to_do() {
    let place = Place::new();
    contains(&place.fail(1, &["analyze"]), &["no calls", "inbox", "--logs"]);
    contains(&place.fail(1, &["route"]), &["merit analyze"]);
    contains(&place.fail(1, &["jobs", "run", "nonsense"]), &["nonsense", "merit jobs list"]);
    contains(&place.fail(1, &["sql", "-c", "SELECT nonsense FROM calls"]), &["nonsense"]);
    let output =
        assert_cmd::Command::cargo_bin("merit").expect("built").args(["--data", "s3://bucket/x", "analyze"]).output();
    let (_, error) = crate::harness::texts(&output.expect("runs"));
    contains(&error, &["s3://bucket/x", "address", "local disk"]);
}

#[test]
fn a_failing_check_shows_the_rows_and_the_remedy() {
    let place = Place::new();
    place.write(
        "queries/checks/arms_daily_balance.sql",
        "-- purpose: there is no model m\n-- remedy: rename it\nSELECT model FROM arms_daily WHERE model = 'm'\n",
    );
    place.write("merit.toml", "queries = \"queries\"\n");
    let log = place.write("log.jsonl", &call("a", "2026-03-01T10:00:00Z", "m", ""));
    let error = place.fail(1, &["analyze", "--as-of", "2026-03-02", "--logs", &log.to_string_lossy()]);
    contains(&error, &["arms_daily_balance", "1 wrong row", "| m ", "rename it"]);
    assert!(!place.data().join("tables/routing-table.json").exists(), "nothing is published");
}

#[test]
fn a_broken_override_is_refused_with_file_and_line() {
    let place = Place::new();
    place.write("queries/marts/costs.sql", "-- purpose: costs\n-- grian: arm\nSELECT 1\n");
    place.write("merit.toml", "queries = \"queries\"\n");
    contains(&place.fail(1, &["jobs", "list"]), &["marts/costs.sql:2", "grian"]);
}

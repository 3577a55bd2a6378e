//! Metrics as Prometheus' own checker reads them, after good nights and bad ones.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::harness::{Place, call, program, texts};

/// What the real promtool says of a file of metrics: nothing, where it is good.
fn promtool(path: &Path) {
    let Some(promtool) = program("promtool", "prometheus") else { return };
    let text = std::fs::read(path).expect("the night wrote its metrics");
    let mut child = Command::new(promtool)
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool starts");
    child.stdin.take().expect("piped").write_all(&text).expect("promtool reads");
    let output = child.wait_with_output().expect("promtool ends");
    let (out, error) = texts(&output);
    assert!(output.status.success() && out.is_empty() && error.is_empty(), "{out}\n{error}");
}

fn value(text: &str, series: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok())
}

fn small_night(place: &Place) {
    let folder = place.path("logs").to_string_lossy().into_owned();
    place.succeed(&["simulate", "--days", "12", "--calls-per-day", "300", "-o", &folder]);
    place.succeed(&["analyze", "--as-of", "2026-06-13", "--quiet", "--logs", &folder]);
}

#[test]
fn every_night_leaves_metrics_that_promtool_takes() {
    let place = Place::new();
    small_night(&place);
    let path = place.data().join("reports/merit.prom");
    promtool(&path);
    let read = || std::fs::read_to_string(&path).expect("metrics");
    let first = read();
    assert_eq!(value(&first, "merit_last_run_exit_code"), Some(0.0));
    assert_eq!(value(&first, "merit_table_version"), Some(1.0));
    assert_eq!(value(&first, "merit_table_as_of_timestamp_seconds"), Some(1_781_308_800.0));
    assert_eq!(value(&first, "merit_table_expiry_timestamp_seconds"), Some(1_781_913_600.0));
    let calls = place.count("SELECT COUNT(*) FROM calls") as f64;
    assert_eq!(value(&first, "merit_store_calls"), Some(calls));
    assert_eq!(value(&first, "merit_last_run_new_calls"), Some(calls));
    assert!(first.contains("merit_last_run_info{ending=\"published\"} 1\n"));
    assert_eq!(value(&first, "merit_target{measure=\"latency_p95_seconds\"}"), Some(10.0));
    assert!(value(&first, "merit_target_actual{measure=\"score\"}").is_some_and(|score| score > 1.0 && score <= 10.0));
    let spend: f64 = first
        .lines()
        .filter(|line| line.starts_with("merit_last_day_spend_usd{"))
        .map(|line| line.rsplit(' ').next().expect("a value").parse::<f64>().expect("a number"))
        .sum();
    let logged = place.sql("SELECT SUM(cost_usd) AS usd FROM calls WHERE day = DATE '2026-06-12'");
    let logged = logged[0]["usd"].as_f64().expect("a number");
    assert!((spend / logged - 1.0).abs() < 1e-6, "{spend} {logged}");

    // Nothing new: the run is told anew, the table as before.
    place.succeed(&["analyze", "--as-of", "2026-06-13", "--quiet"]);
    let standing = read();
    assert!(standing.contains("merit_last_run_info{ending=\"standing\"} 1\n"));
    let weights = |text: &str| {
        text.lines().filter(|line| line.starts_with("merit_candidate_")).map(str::to_string).collect::<Vec<_>>()
    };
    assert!(!weights(&first).is_empty());
    assert_eq!(weights(&first), weights(&standing));

    // Refused: the table is told as it stands, and when a night last succeeded.
    place.write("data/inbox/bad.jsonl", &"{\"no\":1}\n".repeat(20));
    place.fail(4, &["analyze", "--as-of", "2026-06-13"]);
    promtool(&path);
    let refused = read();
    assert_eq!(value(&refused, "merit_last_run_exit_code"), Some(4.0));
    assert_eq!(value(&refused, "merit_last_run_quarantined_rows"), Some(20.0));
    let success = "merit_last_success_timestamp_seconds";
    assert!(value(&standing, success).is_some());
    assert_eq!(value(&refused, success), value(&standing, success));
    assert_eq!(weights(&refused), weights(&standing));
}

#[test]
fn hostile_names_neither_break_the_metrics_nor_run() {
    let place = Place::new();
    let names =
        ["<script>alert(1)</script>", "a\\\"b\\\\", "line\\nfeed", "🙂\\u202e", &"x".repeat(500), "merit_x{} 1"];
    let mut lines = String::new();
    for (number, name) in names.iter().enumerate() {
        for n in 0..4 {
            let id = format!("c{number}-{n}");
            let hostile = format!("\"score\":7,\"cost_usd\":0.01,\"tag\":\"{name}\"");
            lines += &call(&id, "2026-06-10T10:00:00Z", name, &hostile).replace("debugging", name);
        }
    }
    place.write("data/inbox/calls.jsonl", &lines);
    let textfile = place.path("node/merit.prom");
    let settings = place.write("merit.toml", "[metrics]\ntextfile = \"node/merit.prom\"\n");
    place.succeed(&["analyze", "--as-of", "2026-06-11", "--config", &settings.to_string_lossy()]);
    promtool(&textfile);
    let text = std::fs::read_to_string(&textfile).expect("metrics where the settings say");
    assert!(text.contains("<script>alert(1)</script>") && text.contains("a\\\"b\\\\"), "{text}");
    assert!(!place.data().join("reports/merit.prom").exists());
}

#[test]
fn a_folder_that_cannot_be_written_does_not_spoil_the_night() {
    let place = Place::new();
    place.write("data/inbox/calls.jsonl", &call("a", "2026-06-10T10:00:00Z", "claude-opus", "\"score\":7"));
    place.write("blocked", "a file where a folder should be");
    let settings = place.write("merit.toml", "[metrics]\ntextfile = \"blocked/merit.prom\"\n");
    let error = place.fail(0, &["analyze", "--as-of", "2026-06-11", "--config", &settings.to_string_lossy()]);
    assert!(error.contains("no metrics of this night") && error.contains("blocked"), "{error}");
}

//! The loop that merit is made for, with the examples as they ship: orchestrators choose, call and log; the night learns;
//! the next table is another one. The calls are made now, so these tests live on the real clock; none asserts a speed.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::harness::{Place, python, texts};

/// A short good day and a long bad one, so that the failures weigh whatever the machine's pace.
const GOOD: i64 = 30;
const BAD: i64 = 90;
const MODELS: [&str; 4] = ["alder@north", "birch@north", "cedar@south", "dogwood@south"];
const ROWS: [&str; 2] = ["executor/arithmetic/advanced", "executor/arithmetic/beginner"];

#[test]
fn the_python_orchestrator_serves_all_while_a_model_is_broken_and_the_next_table_turns_from_it() {
    let Some(python) = python() else { return };
    let orchestrator = vec![python.clone().into(), root("examples/orchestrator.py").into()];
    three_nights(&Loop::new(python, orchestrator), "500", "server_error");
}

#[test]
fn the_rust_orchestrator_does_too() {
    let Some(python) = python() else { return };
    three_nights(&Loop::new(python, vec![built_orchestrator().into()]), "429", "rate_limit");
}

#[test]
fn a_model_that_hangs_is_a_timeout_and_repaired_it_serves_again() {
    let Some(python) = python() else { return };
    let orchestrator = vec![python.clone().into(), root("examples/orchestrator.py").into()];
    let hanging = Loop::new(python, orchestrator);
    hanging.first_calls();
    hanging.night(1);
    hanging.stub.post("/break/alder", "hang");
    hanging.day("d1-", 4);
    hanging.stub.post("/repair/alder", "");
    hanging.first_calls();
    hanging.night(2);
    let timeouts = "SELECT COUNT(*) FROM calls WHERE model = 'alder@north' AND error_kind = 'timeout'";
    assert!(hanging.place.count(timeouts) > 0, "alder leads, so some of four tasks are drawn for it");
    assert_eq!(hanging.place.count("SELECT COUNT(*) FROM calls WHERE model = 'alder' AND success"), 40);
}

/// Night 1 makes a table of first calls, night 2 another one of a good day, night 3 one of a day on which the leader is
/// broken from the first task to the last.
fn three_nights(turning: &Loop, fault: &str, error_kind: &str) {
    turning.first_calls();
    turning.night(1);
    turning.day("d1-", GOOD);
    let good = turning.night(2);
    let leader = leader(&good);
    let (name, _) = leader.split_once('@').expect("an id of the stub's models");

    turning.stub.post(&format!("/break/{name}"), fault);
    turning.day("d2-", BAD);
    let bad = turning.night(3);
    turning.says_what_happened(&leader, error_kind);
    let changes = turning.place.succeed(&["table", "diff", "2", "3", "--format", "json"]);
    let changes: Value = serde_json::from_str(&changes).expect("JSON");
    for row in ROWS {
        let (before, after) = (weight(&good, row, &leader), weight(&bad, row, &leader));
        assert!(after < before / 2.0, "{row}: {leader} {before} → {after}");
        let moved = changes["rows"].as_array().expect("rows").iter().find(|change| change["row"] == row);
        let candidates = moved.expect("the row moved")["candidates"].as_array().expect("candidates");
        let fallen = candidates.iter().find(|candidate| candidate["model"] == leader.as_str());
        let why = fallen.expect("the leader moved")["why"].as_str().expect("a sentence");
        assert!(why.contains("value fell"), "{why}");
    }
    assert!(turning.place.succeed(&["table", "diff", "2", "3"]).contains(&leader));

    // Still broken, but there is little left to draw it.
    turning.day("d3-", BAD);
    turning.night(4);
    let drawn = |day: &str| {
        let drawn = format!("task_id LIKE '{day}-%' AND attempt = 1 AND model = '{leader}'");
        turning.place.count(&format!("SELECT COUNT(*) FROM calls WHERE {drawn}"))
    };
    assert!(drawn("d3") < drawn("d2"), "{} → {}", drawn("d2"), drawn("d3"));
}

/// A data folder, a stub server and an orchestrator.
struct Loop {
    place: Place,
    stub: Stub,
    python: PathBuf,
    orchestrator: Vec<OsString>,
    as_of: String,
}

impl Loop {
    fn new(python: PathBuf, orchestrator: Vec<OsString>) -> Self {
        // A call of now counts as of tomorrow; one day more, so that midnight may come while the test runs.
        let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let as_of = today.tomorrow().and_then(|day| day.tomorrow()).expect("a day of this century").to_string();
        Self { place: Place::new(), stub: Stub::start(&python), python, orchestrator, as_of }
    }

    fn inbox(&self) -> PathBuf {
        self.place.data().join("inbox")
    }

    fn first_calls(&self) {
        let mut command = Command::new(&self.python);
        command.arg(root("examples/first_calls.py")).arg(self.inbox()).args([&self.stub.address, "20"]);
        assert_eq!(said(command), "20 tasks by each of alder, birch, cedar, dogwood\n");
    }

    /// The orchestrator serves every task and says by whom.
    fn day(&self, prefix: &str, tasks: i64) {
        let mut command = Command::new(&self.orchestrator[0]);
        command.args(&self.orchestrator[1..]).arg(self.place.data().join("tables/routing-table.json"));
        command.arg(self.inbox()).args([&self.stub.address, &tasks.to_string(), prefix]);
        let out = said(command);
        let mut lines = out.lines();
        assert_eq!(lines.next(), Some(format!("served {tasks}, failed 0").as_str()), "{out}");
        let shares = lines.map(|line| line.split_whitespace().nth(1).and_then(|share| share.parse::<f64>().ok()));
        let sum: f64 = shares.map(|share| share.expect("a model and its share")).sum();
        assert!((sum - 100.0).abs() < 0.5, "{out}");
    }

    /// Every line of the logs is taken in, a new version stands, and it knows the four models by the ids they had.
    fn night(&self, version: u64) -> Value {
        let summary = self.place.succeed(&["analyze", "--as-of", &self.as_of, "--format", "json"]);
        let summary: Value = serde_json::from_str(&summary).expect("JSON");
        assert_eq!((summary["ending"].as_str(), summary["table_version"].as_u64()), (Some("published"), Some(version)));
        assert_eq!(self.place.succeed(&["quarantine", "list", "--format", "json"]).trim(), "[]");
        let (calls, outcomes) = self.logged();
        assert_eq!(self.place.count("SELECT COUNT(*) FROM call_log"), calls);
        assert_eq!(self.place.count("SELECT COUNT(*) FROM outcome_log"), outcomes);
        let table: Value = serde_json::from_slice(&self.place.table()).expect("JSON");
        let models: Vec<&str> = table["models"].as_object().expect("models").keys().map(String::as_str).collect();
        assert_eq!(models, MODELS);
        table
    }

    /// Calls and outcomes in the files that the nights took.
    fn logged(&self) -> (i64, i64) {
        let (mut calls, mut outcomes) = (0, 0);
        for entry in std::fs::read_dir(self.inbox().join("done")).expect("the files taken") {
            let text = std::fs::read_to_string(entry.expect("listed").path()).expect("readable");
            for line in text.lines() {
                let record: Value = serde_json::from_str(line).expect("a whole line");
                *(if record["observed_at"].is_null() { &mut calls } else { &mut outcomes }) += 1;
            }
        }
        (calls, outcomes)
    }

    /// The second day in the log: the leader's failures by kind, and the fallback as what it is.
    fn says_what_happened(&self, leader: &str, error_kind: &str) {
        let count = |condition: &str| {
            self.place.count(&format!("SELECT COUNT(*) FROM calls WHERE task_id LIKE 'd2-%' AND {condition}"))
        };
        assert_eq!(count("success"), BAD, "one call served each task");
        assert_eq!(count(&format!("success AND model = '{leader}'")), 0);
        let failures = count(&format!("NOT success AND error_kind = '{error_kind}' AND model = '{leader}'"));
        assert!(failures > 0 && failures == count(&format!("model = '{leader}'")), "{failures}");
        assert!(count(&format!("attempt = 1 AND model = '{leader}' AND arm = 'exploit' AND propensity > 0")) > 0);
        assert!(count("success AND attempt > 1") > 0, "a fallback served where the drawn model did not");
        let sound = "table_version = 2 AND drawn_model IS NOT NULL AND row_used IS NOT NULL AND latency_ms > 0";
        assert_eq!(count(&format!("NOT ({sound})")), 0);
        assert_eq!(count("attempt > 1 AND (arm <> 'fallback' OR propensity IS NOT NULL)"), 0);
        assert_eq!(count("attempt = 1 AND (arm = 'fallback' OR propensity IS NULL OR drawn_model <> model)"), 0);
        assert_eq!(count("success AND (score IS NULL OR cost_usd IS NULL OR output_tokens IS NULL)"), 0);
    }
}

/// The stub server, stopped when this is dropped.
struct Stub {
    process: Child,
    address: String,
}

impl Stub {
    fn start(python: &Path) -> Self {
        let mut command = Command::new(python);
        command.arg(root("examples/stub_server.py")).stdout(Stdio::piped());
        let mut process = command.spawn().expect("Python runs");
        let mut address = String::new();
        let out = process.stdout.as_mut().expect("piped");
        BufReader::new(out).read_line(&mut address).expect("readable");
        Self { process, address: address.trim().to_owned() }
    }

    fn post(&self, path: &str, body: &str) {
        let mut stream = TcpStream::connect(self.address.trim_start_matches("http://")).expect("the stub listens");
        let length = body.len();
        write!(stream, "POST {path} HTTP/1.0\r\nContent-Length: {length}\r\n\r\n{body}").expect("the stub reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the stub answers");
        assert!(answer.lines().next().is_some_and(|status| status.contains(" 200 ")), "{path}: {answer}");
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn root(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

/// Runs an example and expects success; stdout.
fn said(mut command: Command) -> String {
    command.env("PYTHONPATH", root("clients/python")).env("PYTHONDONTWRITEBYTECODE", "1");
    let output = command.output().expect("the example runs");
    let (out, error) = texts(&output);
    assert!(output.status.success(), "{command:?}\n{out}\n{error}");
    out
}

/// The Rust example, built by cargo as a reader would; where it lies depends on the target folder in use.
fn built_orchestrator() -> PathBuf {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["build", "--quiet", "--package", "merit-router"]);
    let messages = said_by_cargo(command.args(["--example", "orchestrator", "--message-format", "json"]));
    let built = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let executable = built.filter_map(|message| message["executable"].as_str().map(PathBuf::from)).next_back();
    executable.expect("cargo says where it put the example")
}

fn said_by_cargo(command: &mut Command) -> String {
    let output = command.output().expect("cargo runs");
    let (out, error) = texts(&output);
    assert!(output.status.success(), "{command:?}\n{out}\n{error}");
    out
}

/// The model with the most weight in the first of the rows.
fn leader(table: &Value) -> String {
    candidates(table, ROWS[0])[0]["model"].as_str().expect("an id").to_owned()
}

fn weight(table: &Value, row: &str, model: &str) -> f64 {
    let found = candidates(table, row).iter().find(|candidate| candidate["model"] == model);
    found.and_then(|candidate| candidate["weight"].as_f64()).expect("the row weighs the model")
}

/// A row's candidates, in the order of falling weight.
fn candidates<'t>(table: &'t Value, row: &str) -> &'t [Value] {
    let name = |row: &Value| ["role", "category", "difficulty"].map(|part| row[part].as_str().unwrap_or("?")).join("/");
    let found = table["segments"].as_array().expect("rows").iter().find(|segment| name(segment) == row);
    found.and_then(|segment| segment["candidates"].as_array()).expect("the row is there")
}

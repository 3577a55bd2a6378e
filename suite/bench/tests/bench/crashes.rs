//! A run that is killed at random instants and resumed.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::fake::{extra, inbox};
use crate::stub::{Stub, projects};

const MODELS: [&str; 3] = ["alpha", "beta", "gamma"];
const IDS: [&str; 3] = ["review-hive-scales", "triage-night-builds", "snapshot-retention"];
const REPEATS: usize = 7;
/// Each task is work and judge.
const CALLS: usize = MODELS.len() * IDS.len() * REPEATS * 2;

/// When the newest file below a folder was changed.
fn newest(folder: &Path) -> SystemTime {
    let entries = std::fs::read_dir(folder).expect("listable").map(|entry| entry.expect("listable").path());
    let changed = |path: PathBuf| match path.is_dir() {
        true => newest(&path),
        false => path.metadata().and_then(|metadata| metadata.modified()).expect("every file has its time"),
    };
    entries.map(changed).max().expect("it is not empty")
}

/// The example beside this test. `cargo test` builds it; `cargo test --test bench` alone would take an old one.
fn example() -> PathBuf {
    let test = std::env::current_exe().expect("this test has a path");
    let folder = test.parent().and_then(Path::parent).expect("target/profile/deps");
    let path = folder.join("examples/run_plan");
    assert!(path.is_file(), "cargo builds examples with the tests; it is not at {}", path.display());
    let built = path.metadata().and_then(|metadata| metadata.modified()).expect("it has its time");
    let source = newest(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(built >= source, "the example is older than the library; run cargo build --examples");
    path
}

/// A suite of those projects alone, which is read faster.
fn small_suite() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for id in IDS {
        std::os::unix::fs::symlink(projects().join(id), folder.path().join(id)).expect("linked");
    }
    folder
}

fn begin(data: &Path, projects: &Path, url: &str) -> std::process::Child {
    Command::new(example())
        .arg(data)
        .arg(projects)
        .args([url, &MODELS.join(","), &IDS.join(","), &REPEATS.to_string(), "reviewed"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the example starts")
}

/// The next number of SplitMix64.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[test]
fn killed_at_ten_random_instants_every_call_is_recorded_once() {
    let mut answers = json!({});
    for model in MODELS {
        for id in IDS {
            answers[model][id] = json!(format!("{model} does not know."));
            answers[model][format!("{id} (judge)")] = json!("{\"score\": 2}");
        }
    }
    let stub = Stub::start(&answers);
    MODELS.iter().for_each(|model| stub.fault(model, "slow"));
    let data = tempfile::tempdir().expect("a data folder");
    let suite = small_suite();
    let (mut seed, mut killed) = (20_261_128, 0);
    for _ in 0..10 {
        let mut child = begin(data.path(), suite.path(), &stub.url);
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().expect("piped"));
        output.read_line(&mut line).expect("it starts");
        assert_eq!(line, "started\n");
        thread::sleep(Duration::from_millis(random(&mut seed) % 150));
        // SIGKILL: no destructor runs.
        child.kill().expect("it is ours");
        killed += usize::from(!child.wait().expect("it ends").success());
    }
    assert_eq!(killed, 10, "the run is long enough to be killed ten times");
    assert!(inbox(data.path()).is_empty(), "nothing is handed over before the end");
    let before = stub.chats();
    assert!((1..CALLS).contains(&before), "{before} of {CALLS} calls before the last start");

    let child = begin(data.path(), suite.path(), &stub.url);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("text");
    let report: Value = serde_json::from_str(text.lines().last().expect("a report")).expect("JSON");
    assert_eq!((&report["settled"], &report["stop"]), (&json!(CALLS), &Value::Null));
    assert!(stub.chats() - before < CALLS, "what was journalled is not asked again");
    // At most the calls under way at each kill are paid twice.
    assert!(stub.chats() <= CALLS + 10 * 2, "{} chats for {CALLS} calls", stub.chats());

    let records = inbox(data.path());
    let name = |record: &Value| {
        let extra = extra(record);
        let key = ["project", "repeat", "judging"].map(|member| extra[member].to_string());
        (record["model"].to_string(), key, record["role"].to_string(), record["attempt"].to_string())
    };
    let names: BTreeSet<_> = records.iter().map(name).collect();
    assert_eq!((records.len(), names.len()), (CALLS, CALLS), "each (project, model, repeat, role) once");
    let ids: BTreeSet<_> = records.iter().map(|record| record["call_id"].to_string()).collect();
    assert_eq!(ids.len(), CALLS);
    let graded = records.iter().filter(|record| record["score"].is_number()).count();
    assert_eq!(graded, CALLS / 2, "every answer of the work is graded once");
}

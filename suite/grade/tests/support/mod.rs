//! What the tests share: sandboxes that say aloud where they are missing, and programs in Python.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::print_stderr,
    reason = "every test file uses a part of it; a skipped test says so"
)]

pub mod projects;

use merit_grade::project::Limits;
use merit_grade::sandbox::{Finished, Run};
use merit_grade::{Sandbox, SandboxKind};

/// Says that a test is skipped, which `MERIT_NO_SKIP=1` forbids.
pub fn skipped(why: &str) {
    let required = std::env::var_os("MERIT_NO_SKIP").is_some_and(|value| value == "1");
    assert!(!required, "{why}, and MERIT_NO_SKIP=1 forbids skipping");
    eprintln!("skipped: {why}");
}

/// The sandboxes that isolate and work here.
pub fn isolating() -> Vec<Sandbox> {
    let kinds = SandboxKind::ALL.into_iter().filter(|kind| kind.isolates());
    kinds.filter_map(of_kind).collect()
}

/// The sandbox of a kind, where it works here.
pub fn of_kind(kind: SandboxKind) -> Option<Sandbox> {
    match Sandbox::of_kind(kind) {
        Ok(sandbox) => Some(sandbox),
        Err(error) => {
            skipped(&error.to_string());
            None
        }
    }
}

/// All that work here.
pub fn all() -> Vec<Sandbox> {
    SandboxKind::ALL.into_iter().filter_map(of_kind).collect()
}

/// Limits that hostile programs reach soon.
pub const TIGHT: Limits = Limits { wall_seconds: 2, memory_mib: 256, processes: 16, file_mib: 4, disk_mib: 16 };

/// A Python program to be run.
pub fn python(text: &str) -> Run {
    Run {
        program: ["python3", "-s", "-S", "-B", "program.py"].map(String::from).to_vec(),
        files: [("program.py".to_string(), text.as_bytes().to_vec())].into(),
        ..Run::default()
    }
}

/// Runs a Python program under tight limits.
pub fn run(sandbox: &Sandbox, text: &str) -> Finished {
    sandbox.run(&python(text), &TIGHT).expect("the sandbox works")
}

/// What a program printed.
pub fn printed(finished: &Finished) -> String {
    String::from_utf8_lossy(&finished.stdout).trim().to_string()
}

/// Whether a process that is alive has this word in its arguments.
pub fn lives(word: &str) -> bool {
    let processes = std::fs::read_dir("/proc").expect("there is a /proc").flatten();
    let own = std::process::id().to_string();
    processes.filter(|process| process.file_name().to_str() != Some(&own)).any(|process| {
        let arguments = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&arguments).contains(word)
    })
}

//! A data folder that cleans up after itself, and the binary run over it.

use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// A fresh folder with everything a run needs inside.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// Writes a file, with its folder.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("creatable");
        std::fs::write(&path, text).expect("writable");
        path
    }

    /// The program, in this folder, over its data.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::cargo_bin("merit").expect("the binary is built");
        command.current_dir(self.folder.path()).arg("--data").arg(self.data()).env_remove("MERIT_FAILPOINT");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().expect("the binary runs")
    }

    /// Runs and expects success; stdout.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let (out, error) = texts(&output);
        assert!(output.status.success(), "{arguments:?} failed ({:?})\n{out}\n{error}", output.status.code());
        out
    }

    /// Runs and expects an exit code; stderr.
    pub(crate) fn fail(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let (out, error) = texts(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{out}\n{error}");
        error
    }

    /// The answer to a question, row by row.
    pub(crate) fn sql(&self, question: &str) -> Vec<Value> {
        let out = self.succeed(&["sql", "-c", question, "--format", "json"]);
        serde_json::from_str(&out).expect("JSON")
    }

    /// The one number that a question answers.
    pub(crate) fn count(&self, question: &str) -> i64 {
        let rows = self.sql(question);
        let row = rows[0].as_object().expect("an object");
        row.values().next().and_then(Value::as_i64).expect("a whole number")
    }

    /// The standing table's bytes.
    pub(crate) fn table(&self) -> Vec<u8> {
        std::fs::read(self.data().join("tables/routing-table.json")).expect("a table stands")
    }
}

/// stdout and stderr.
pub(crate) fn texts(output: &Output) -> (String, String) {
    (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// The committed sample.
pub(crate) fn sample(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample").join(name).to_string_lossy().into_owned()
}

/// A file of the shared real data; where it is absent the test ends early and says so, or fails in CI.
pub(crate) fn shared(relative: &str) -> Option<String> {
    let root = std::env::var_os("MERIT_SHARED_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = root.join(relative);
    if path.exists() {
        return Some(path.to_string_lossy().into_owned());
    }
    skip(&format!("../shared/data/{relative} is not there"));
    None
}

/// Says that a test is skipped; where skipping is forbidden, fails.
pub(crate) fn skip(reason: &str) {
    assert!(std::env::var("MERIT_NO_SKIP").as_deref() != Ok("1"), "{reason}, and MERIT_NO_SKIP=1 forbids skipping");
    eprintln!("skipped: {reason}");
}

/// The project's Python, made by `make`; where it is absent the test is skipped and says so.
pub(crate) fn python() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".venv/bin/python");
    if !path.exists() {
        skip("there is no .venv; make .venv");
        return None;
    }
    Some(path)
}

/// A program of the system; where it is absent the test is skipped and says which package has it.
pub(crate) fn program(name: &str, package: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file());
    if found.is_none() {
        skip(&format!("there is no {name}; apt-get install {package}"));
    }
    found
}

/// A call as a JSON line.
pub(crate) fn call(id: &str, timestamp: &str, model: &str, rest: &str) -> String {
    let comma = if rest.is_empty() { "" } else { "," };
    format!(
        "{{\"call_id\":\"{id}\",\"timestamp\":\"{timestamp}\",\"model\":\"{model}\",\"success\":true,\
         \"role\":\"executor\",\"task_category\":\"debugging\",\"task_difficulty\":\"advanced\"{comma}{rest}}}\n"
    )
}

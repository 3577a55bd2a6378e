//! One case: a line of JSON in a file of cases.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::super::{Fault, Place, is_weight, one};
use crate::compare::Comparison;
use crate::driver::Runtime;
use crate::project::is_plain_path;
use crate::sandbox::Run;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    name: String,
    #[serde(default = "one")]
    weight: f64,
    args: Option<Vec<Value>>,
    kwargs: Option<Map<String, Value>>,
    init: Option<Vec<Value>>,
    steps: Option<Vec<Vec<Value>>>,
    argv: Option<Vec<String>>,
    stdin: Option<String>,
    files: Option<BTreeMap<String, String>>,
    before: Option<String>,
    setup: Option<Vec<String>>,
    setup_file: Option<String>,
    #[serde(default, deserialize_with = "present")]
    expect: Option<Value>,
    error: Option<String>,
    tolerance: Option<f64>,
    unordered: Option<bool>,
    ordered: Option<bool>,
    expect_stdout: Option<String>,
    #[serde(default, deserialize_with = "present")]
    expect_json: Option<Value>,
    expect_exit: Option<i32>,
    expect_files: Option<BTreeMap<String, Option<String>>>,
    after: Option<String>,
    expect_after: Option<String>,
}

/// Tells `null` from a key that is not there.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// What the program gets.
#[derive(Clone)]
pub(super) enum Input {
    Call { args: Vec<Value>, kwargs: Map<String, Value> },
    Steps { init: Vec<Value>, steps: Vec<Vec<Value>> },
    Program { argv: Vec<String>, stdin: String, files: BTreeMap<String, String>, before: String },
    Query { setup: Vec<String> },
}

/// What is due.
#[derive(Clone)]
pub(super) enum Expected {
    Value(Value, Comparison),
    Error(String),
    Steps(Vec<Value>, Comparison),
    Rows { rows: Vec<Value>, ordered: bool },
    Output(Output),
}

impl Expected {
    /// Asks the sandbox for what is compared.
    pub(super) fn ask(&self, run: &mut Run) {
        if let Expected::Output(output) = self {
            output.ask(run);
        }
    }
}

/// What a program must print and leave.
#[derive(Clone)]
pub(super) struct Output {
    pub(super) exit: i32,
    pub(super) stdout: Option<String>,
    pub(super) json: Option<(Value, Comparison)>,
    /// The text of a file, or `None` where there must be no such file.
    pub(super) files: BTreeMap<String, Option<String>>,
    /// Shell text that looks at the folder, and what it must print.
    pub(super) after: Option<(String, String)>,
}

#[derive(Clone)]
pub(super) struct Case {
    pub(super) name: String,
    pub(super) weight: f64,
    pub(super) input: Input,
    pub(super) expected: Expected,
}

/// Reads a file of cases.
pub(super) fn read(file: &str, runtime: Runtime, function: bool, place: &Place<'_>) -> Result<Vec<Case>, Fault> {
    let mut cases: Vec<Case> = Vec::new();
    for (at, text) in place.text(file)?.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        let within = |problem: String| Fault::within(file, format!("line {}: {problem}", at + 1));
        let line: Line = serde_json::from_str(text).map_err(|error| within(error.to_string()))?;
        let case = read_one(line, runtime, function, place).map_err(within)?;
        if cases.iter().any(|other| other.name == case.name) {
            return Err(within(format!("another case is called \"{}\"", case.name)));
        }
        cases.push(case);
    }
    if cases.is_empty() {
        return Err(Fault::within(file, "it has no case"));
    }
    Ok(cases)
}

fn read_one(mut line: Line, runtime: Runtime, function: bool, place: &Place<'_>) -> Result<Case, String> {
    let name = std::mem::take(&mut line.name);
    let weight = line.weight;
    if name.trim().is_empty() {
        return Err("name is empty".into());
    }
    if !is_weight(weight) {
        return Err("weight must be above 0".into());
    }
    if line.tolerance.is_some_and(|tolerance| !(tolerance >= 0.0 && tolerance.is_finite())) {
        return Err("tolerance must not be negative".into());
    }
    let (input, expected) = match (runtime, function) {
        (Runtime::Sql, _) => query(&mut line, place)?,
        (_, true) if line.steps.is_some() => steps(&mut line)?,
        (_, true) => call(&mut line, runtime)?,
        (_, false) => program(&mut line, place)?,
    };
    match line.left_over() {
        Some(key) => Err(format!("the key {key} does not belong to such a case")),
        None => Ok(Case { name, weight, input, expected }),
    }
}

fn call(line: &mut Line, runtime: Runtime) -> Result<(Input, Expected), String> {
    let kwargs = line.kwargs.take().unwrap_or_default();
    if runtime == Runtime::Node && !kwargs.is_empty() {
        return Err("kwargs are for python".into());
    }
    let args = line.args.take().ok_or("args is missing")?;
    let expected = match (line.expect.take(), line.error.take()) {
        (Some(value), None) => Expected::Value(value, line.comparison()),
        (None, Some(error)) => Expected::Error(error),
        _ => return Err("give expect or error".into()),
    };
    Ok((Input::Call { args, kwargs }, expected))
}

fn steps(line: &mut Line) -> Result<(Input, Expected), String> {
    let steps = line.steps.take().unwrap_or_default();
    if steps.is_empty() || !steps.iter().all(|step| step.first().is_some_and(Value::is_string)) {
        return Err("steps must be lists that begin with a method's name".into());
    }
    let init = line.init.take().unwrap_or_default();
    let expected = match (line.expect.take(), line.error.take()) {
        (Some(Value::Array(due)), None) if due.len() == steps.len() => Expected::Steps(due, line.comparison()),
        (None, Some(error)) => Expected::Error(error),
        _ => return Err("give expect, a list with the result of each step, or error for the construction".into()),
    };
    Ok((Input::Steps { init, steps }, expected))
}

fn query(line: &mut Line, place: &Place<'_>) -> Result<(Input, Expected), String> {
    let mut setup = line.setup.take().unwrap_or_default();
    if let Some(file) = line.setup_file.take() {
        setup.insert(0, place.files.text(&file)?.to_string());
    }
    if setup.is_empty() {
        return Err("give setup or setup_file".into());
    }
    match line.expect.take() {
        Some(Value::Array(rows)) if rows.iter().all(Value::is_array) => {
            Ok((Input::Query { setup }, Expected::Rows { rows, ordered: line.ordered.take().unwrap_or(false) }))
        }
        _ => Err("expect must be a list of rows".into()),
    }
}

fn program(line: &mut Line, place: &Place<'_>) -> Result<(Input, Expected), String> {
    let files = line.files.take().unwrap_or_default();
    for path in files.keys() {
        if !is_plain_path(path) || place.answer.contains(path) {
            return Err(format!("files names \"{path}\"; it must be a relative path, and none of the answer's files"));
        }
    }
    let stdin = line.stdin.take().unwrap_or_default();
    let argv = line.argv.take().unwrap_or_default();
    let before = line.before.take().unwrap_or_default();
    let json = line.expect_json.take().map(|value| (value, line.comparison()));
    let after = match (line.after.take(), line.expect_after.take()) {
        (Some(script), Some(due)) => Some((script, due)),
        (None, None) => None,
        _ => return Err("after and expect_after belong together".into()),
    };
    let said_exit = line.expect_exit.is_some();
    let output = Output {
        exit: line.expect_exit.take().unwrap_or(0),
        stdout: line.expect_stdout.take(),
        json,
        files: line.expect_files.take().unwrap_or_default(),
        after,
    };
    if let Some(path) = output.files.keys().find(|path| !is_plain_path(path)) {
        return Err(format!("expect_files names \"{path}\"; it must be a relative path"));
    }
    if output.stdout.is_none()
        && output.json.is_none()
        && output.files.is_empty()
        && output.after.is_none()
        && !said_exit
    {
        return Err("give expect_stdout, expect_json, expect_exit, expect_files or after with expect_after".into());
    }
    Ok((Input::Program { argv, stdin, files, before }, Expected::Output(output)))
}

impl Line {
    fn comparison(&mut self) -> Comparison {
        Comparison { tolerance: self.tolerance.take(), unordered: self.unordered.take().unwrap_or(false) }
    }

    /// The first key that nobody has taken.
    fn left_over(&self) -> Option<&'static str> {
        let keys = [
            ("args", self.args.is_some()),
            ("kwargs", self.kwargs.is_some()),
            ("init", self.init.is_some()),
            ("steps", self.steps.is_some()),
            ("argv", self.argv.is_some()),
            ("stdin", self.stdin.is_some()),
            ("files", self.files.is_some()),
            ("before", self.before.is_some()),
            ("setup", self.setup.is_some()),
            ("setup_file", self.setup_file.is_some()),
            ("expect", self.expect.is_some()),
            ("error", self.error.is_some()),
            ("tolerance", self.tolerance.is_some()),
            ("unordered", self.unordered.is_some()),
            ("ordered", self.ordered.is_some()),
            ("expect_stdout", self.expect_stdout.is_some()),
            ("expect_json", self.expect_json.is_some()),
            ("expect_exit", self.expect_exit.is_some()),
            ("expect_files", self.expect_files.is_some()),
            ("after", self.after.is_some()),
            ("expect_after", self.expect_after.is_some()),
        ];
        keys.into_iter().find(|(_, there)| *there).map(|(key, _)| key)
    }
}

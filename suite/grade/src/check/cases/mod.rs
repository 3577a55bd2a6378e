//! `cases`: runs the answer's program once a case, and compares outside of the sandbox.

mod case;
mod outcome;

use serde::Deserialize;
use serde_json::{Value, json};

use self::case::{Case, Input};
use super::{Fault, Place, Verdict};
use crate::compare::same_text;
use crate::driver::Runtime;
use crate::grade::{GradeError, Work};
use crate::project::Limits;
use crate::rust::Compiled;
use crate::sandbox::{End, Finished, Run};

/// Where so many cases, the first ones, all ran out of time, the rest is not started.
const HOPELESS: usize = 4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spec {
    run: Runtime,
    file: String,
    cases: String,
    function: Option<String>,
}

/// A program of the answer, and the cases it is run with.
#[derive(Clone)]
pub(crate) struct Cases {
    runtime: Runtime,
    file: String,
    function: Option<String>,
    cases: Vec<Case>,
}

pub(super) fn read(spec: Spec, place: &Place<'_>) -> Result<Cases, Fault> {
    place.brings(&spec.file)?;
    place.needs(spec.run.program())?;
    if spec.function.is_some() && !matches!(spec.run, Runtime::Python | Runtime::Node) {
        return Err(Fault::new("function is for python and node"));
    }
    let cases = case::read(&spec.cases, spec.run, spec.function.is_some(), place)?;
    Ok(Cases { runtime: spec.run, file: spec.file, function: spec.function, cases })
}

impl Cases {
    /// Share: Σ weight of the passed cases / Σ weight.
    pub(crate) fn run(&self, work: &Work<'_>) -> Result<Verdict, GradeError> {
        if let Err(why) = work.file(&self.file) {
            return Ok(Verdict::nothing(why));
        }
        let executable = match self.runtime {
            Runtime::Rust => match work.executable(&self.file)? {
                Compiled::Executable(bytes) => Some(bytes),
                Compiled::Refused(said) => return Ok(Verdict::nothing(format!("does not compile: {said}"))),
            },
            _ => None,
        };
        let mut verdict = Verdict::default();
        let (mut passed, mut out_of_time) = (0.0, 0);
        for (at, case) in self.cases.iter().enumerate() {
            if at == HOPELESS && out_of_time == HOPELESS {
                verdict.failed.push("the cases after these were not started".into());
                break;
            }
            let finished = work.run(&self.start(case, work, executable.as_deref()))?;
            out_of_time += usize::from(finished.end == End::OutOfTime);
            match case.judge(&finished, &work.limits()) {
                Ok(()) => passed += case.weight,
                Err(why) => verdict.failed.push(format!("case \"{}\": {why}", case.name)),
            }
        }
        verdict.share = passed / self.cases.iter().map(|case| case.weight).sum::<f64>();
        Ok(verdict)
    }

    fn start(&self, case: &Case, work: &Work<'_>, executable: Option<&[u8]>) -> Run {
        let mut run = Run { files: work.folder(), ..Run::default() };
        let limits = work.limits();
        let function = self.function.as_deref().unwrap_or_default();
        let call = match &case.input {
            Input::Call { args, kwargs } => {
                Some(json!({"file": self.file, "function": function, "args": args, "kwargs": kwargs}))
            }
            Input::Steps { init, steps } => {
                Some(json!({"file": self.file, "function": function, "init": init, "steps": steps}))
            }
            Input::Query { setup } => Some(json!({"file": self.file, "setup": setup})),
            Input::Program { .. } => None,
        };
        let driver = match (&case.input, call) {
            (Input::Program { argv, stdin, files, before }, _) => {
                run.stdin = stdin.clone().into_bytes();
                run.before.clone_from(before);
                run.files.extend(files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())));
                self.runtime.script(&self.file, argv, &limits)
            }
            (_, call) => self.runtime.call(&call.unwrap_or(Value::Null).to_string(), &limits),
        };
        let driver = driver.expect("inputs are checked against the runtime where cases are read");
        run.program = driver.program;
        run.control = driver.control;
        run.wide = driver.wide;
        if let Some(executable) = executable {
            run.control.insert("solution".into(), executable.to_vec());
            run.executable = vec!["solution".into()];
        }
        case.expected.ask(&mut run);
        run
    }
}

impl Case {
    /// Why the case is not passed, in words that do not give away what is expected.
    fn judge(&self, finished: &Finished, limits: &Limits) -> Result<(), String> {
        match finished.end {
            End::Exited(_) => {}
            End::OutOfTime => return Err(format!("was stopped after {} seconds", limits.wall_seconds)),
            End::TooMuchOutput => return Err("printed more than 1 MiB".into()),
            End::TooMuchMemory => return Err("took too much memory".into()),
            End::Destroyed => return Err("killed what supervised it".into()),
        }
        match &self.expected {
            case::Expected::Output(output) => output.judge(finished),
            expected => outcome::judge(expected, finished),
        }
    }
}

impl case::Output {
    /// Asks the sandbox for what is compared.
    fn ask(&self, run: &mut Run) {
        run.collect = self.files.keys().cloned().collect();
        run.after = self.after.as_ref().map(|(script, _)| script.clone()).unwrap_or_default();
    }

    fn judge(&self, finished: &Finished) -> Result<(), String> {
        let End::Exited(code) = finished.end else { return Err("did not end".into()) };
        if code != self.exit {
            let last = finished.stderr.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
            return Err(format!("ended with code {code}, not {}: {}", self.exit, shortened(last)));
        }
        let stdout = String::from_utf8_lossy(&finished.stdout);
        if self.stdout.as_ref().is_some_and(|due| !same_text(due, &stdout)) {
            return Err(format!("printed something else: {}", shortened(&stdout)));
        }
        if let Some((due, comparison)) = &self.json {
            let found: Value = serde_json::from_str(&stdout).map_err(|error| format!("printed no JSON: {error}"))?;
            if !comparison.equal(due, &found) {
                return Err(format!("printed another value: {}", shortened(&stdout)));
            }
        }
        for (path, due) in &self.files {
            match (due, finished.files.get(path).map(|bytes| String::from_utf8_lossy(bytes))) {
                (Some(_), None) => return Err(format!("left no file {path}")),
                (None, Some(_)) => return Err(format!("left a file {path}")),
                (Some(due), Some(found)) if !same_text(due, &found) => {
                    return Err(format!("the file {path} is not as due"));
                }
                _ => {}
            }
        }
        match &self.after {
            Some((_, due)) if !same_text(due, &String::from_utf8_lossy(&finished.after)) => {
                Err("the folder is not as due afterwards".into())
            }
            _ => Ok(()),
        }
    }
}

/// The beginning of a text, on one line.
fn shortened(text: &str) -> String {
    let line: String = text.trim().chars().take(120).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.len() < text.trim().len() { line + "…" } else { line }
}

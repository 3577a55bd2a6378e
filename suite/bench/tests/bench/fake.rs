//! Models of this process, and what a test needs around them.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use merit_backends::{Answer, Backend, CallError, Cancel, Patience, Request, Runner, Stop, SystemHost, Usage};
use merit_bench::{BenchError, Options, Plan, Price, Report, Run, Target, Tools};
use merit_grade::{Grader, Suite};
use serde_json::Value;

/// What a model says to a request.
pub(crate) type Say = dyn Fn(&Request) -> Result<Answer, CallError> + Send + Sync;

/// A backend that is a function, and counts.
#[derive(Clone)]
pub(crate) struct Fake {
    say: Arc<Say>,
    pub(crate) calls: Arc<AtomicUsize>,
}

impl Fake {
    pub(crate) fn new(say: impl Fn(&Request) -> Result<Answer, CallError> + Send + Sync + 'static) -> Self {
        Self { say: Arc::new(say), calls: Arc::default() }
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// A runner of it that pauses for a moment only.
    pub(crate) fn runner(&self, name: &str, cancel: &Cancel) -> Runner {
        let patience = Patience { pause: Duration::from_millis(1), max_retries: 2, ..Patience::default() };
        Runner::new(name, self.clone(), patience, 4, Arc::new(SystemHost), cancel.clone())
    }
}

impl Backend for Fake {
    fn call(&self, request: &Request, _: Duration, _: &Cancel) -> Result<Answer, CallError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        (self.say)(request)
    }
}

/// An answer of 100 tokens to 1,000.
pub(crate) fn said(text: impl Into<String>) -> Result<Answer, CallError> {
    let usage = Usage { input_tokens: Some(1_000), output_tokens: Some(100), ..Usage::default() };
    Ok(Answer { text: text.into(), usage, served_model: None, stop: Stop::End })
}

/// Project and part of a request: `("p1", "executor")`.
pub(crate) fn asked(request: &Request) -> (&str, &str) {
    let system = request.system.as_deref().expect("every request has instructions");
    let rest = system.strip_prefix("Task: ").expect("they begin so");
    let (id, rest) = rest.split_once(" (").expect("the part follows");
    (id, rest.split_once(')').expect("and ends").0)
}

/// 1 $ a million prompt tokens, 10 $ a million tokens of answers: a call of `said` costs 0.002 $.
pub(crate) fn price(_: &str, _: &str) -> Option<Price> {
    Some(Price { input: 1.0, cached_input: Some(0.5), output: 10.0 })
}

pub(crate) fn target(backend: &str, model: &str) -> Target {
    Target { backend: backend.into(), provider: backend.into(), model: model.into() }
}

/// One run in one process.
pub(crate) struct Stage<'a> {
    pub(crate) data: &'a Path,
    pub(crate) suite: &'a Suite,
    pub(crate) grader: &'a Grader,
    pub(crate) runners: Vec<Runner>,
    pub(crate) options: Options,
}

impl Stage<'_> {
    /// Opens the plan's run, or goes on with it.
    pub(crate) fn run(&self, plan: &Plan, name: Option<&str>) -> Result<Report, BenchError> {
        let mut run = Run::open(self.data, plan, name)?;
        let tools = Tools { suite: self.suite, grader: self.grader, runners: &self.runners, prices: &price };
        run.execute(&tools, &self.options, &|_| ())
    }
}

/// All records that are in the inbox.
pub(crate) fn inbox(data: &Path) -> Vec<Value> {
    let mut paths: Vec<_> = match fs::read_dir(data.join("inbox")) {
        Ok(entries) => entries.map(|entry| entry.expect("listable").path()).collect(),
        Err(_) => return Vec::new(),
    };
    paths.sort();
    let read = |path| fs::read_to_string(path).expect("readable");
    let lines: Vec<String> =
        paths.into_iter().flat_map(|path| read(path).lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    lines.iter().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The object in a record's `extra`.
pub(crate) fn extra(record: &Value) -> Value {
    serde_json::from_str(record["extra"].as_str().expect("text")).expect("a JSON object")
}

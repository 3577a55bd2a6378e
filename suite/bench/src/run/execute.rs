//! All tasks of a plan, by the workers of each provider.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::thread;

use merit_backends::Runner;

use super::budget::Budget;
use super::gate::Gate;
use super::options::{Options, Tools};
use super::progress::{Board, Progress};
use super::stop::{Stop, StopFlag};
use super::task::Worker;
use crate::error::BenchError;
use crate::estimate::estimate;
use crate::journal::Journal;
use crate::plan::{Plan, Target, Task};

/// Carries a plan out; what it ended early for, if it did.
pub(super) fn execute(
    run: &str,
    plan: &Plan,
    journal: &Mutex<Journal>,
    tools: &Tools<'_>,
    options: &Options,
    tell: &(dyn Fn(&Progress) + Sync),
) -> Result<Option<Stop>, BenchError> {
    can_begin(plan, tools, options)?;
    let tasks = plan.tasks(run);
    let (spent, done) = {
        let state = &journal.lock().unwrap_or_else(PoisonError::into_inner).state;
        let is_settled = |task: &Task<'_>| {
            let settled = task.steps.iter().filter(|step| state.call(&task.id, **step).is_some());
            settled.count()
        };
        (state.spent_usd, tasks.iter().map(is_settled).sum())
    };
    let start = Progress { done, total: plan.calls(), spent_usd: spent, under_way: Vec::new() };
    let (board, stop) = (Board::new(start, tell), StopFlag::default());
    let worker = Worker {
        plan,
        journal,
        tools,
        cancel: &options.cancel,
        budget: Budget::new(options.max_spend, spent),
        gate: Gate::new(options.graders),
        board,
        stop: &stop,
    };
    let mut queues: BTreeMap<&str, VecDeque<Task<'_>>> = BTreeMap::new();
    for task in tasks {
        queues.entry(&task.target.provider).or_default().push_back(task);
    }
    thread::scope(|scope| {
        for queue in queues.into_values() {
            let count = options.workers.max(1).min(queue.len());
            let queue = std::sync::Arc::new(Mutex::new(queue));
            for _ in 0..count {
                let (queue, worker) = (std::sync::Arc::clone(&queue), &worker);
                scope.spawn(move || {
                    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    while !worker.has_ended()
                        && let Some(task) = next()
                    {
                        worker.carry_out(&task);
                    }
                });
            }
        }
    });
    let is_done = worker.is_done(run);
    drop(worker);
    match stop.into_reason() {
        Some(reason) => reason.map(Some),
        // Whoever cancels when the last call is made has not cancelled.
        None if options.cancel.is_cancelled() && !is_done => Ok(Some(Stop::Cancelled)),
        None => Ok(None),
    }
}

/// All that would stop the run in the middle, found before the first call.
fn can_begin(plan: &Plan, tools: &Tools<'_>, options: &Options) -> Result<(), BenchError> {
    let mut missing = Vec::new();
    for planned in &plan.projects {
        let project =
            |problem: String| BenchError::Project { project: planned.id.clone(), version: planned.version, problem };
        let Some(found) = tools.suite.project(&planned.id) else {
            return Err(project("the suite has none of this name".to_owned()));
        };
        if found.version != planned.version {
            return Err(project(format!("the suite has version {}; begin a new run", found.version)));
        }
        if let Some((program, remedy)) = tools.grader.missing(found) {
            missing.push(format!("{} ({program} is missing; {remedy})", planned.id));
        }
    }
    if !missing.is_empty() {
        return Err(BenchError::Missing(missing.join(", ")));
    }
    for task in plan.tasks("") {
        for step in &task.steps {
            let callee = plan.callee(task.target, step.kind);
            if runner_of(tools.runners, callee).is_none() {
                let Target { backend, provider, model } = callee.clone();
                return Err(BenchError::NoRunner { backend, provider, model });
            }
        }
    }
    if let Some(cap) = options.max_spend {
        if !(cap.is_finite() && cap >= 0.0) {
            return Err(BenchError::Cap(cap));
        }
        let unpriced = estimate(plan, tools.suite, tools.prices)?.unpriced;
        if !unpriced.is_empty() {
            return Err(BenchError::Unpriced(unpriced.join(", ")));
        }
    }
    Ok(())
}

/// The runner of a target.
pub(super) fn runner_of<'a>(runners: &'a [Runner], target: &Target) -> Option<&'a Runner> {
    runners.iter().find(|runner| runner.name() == target.backend && runner.provider() == target.provider)
}

//! One task that was done: what comparisons are made of.

use merit_grade::project::{Category, Difficulty};
use serde::Serialize;

use crate::journal::{Attempt, State};
use crate::plan::{Plan, Step, Target};
use crate::record::judged;

/// One (run, project, model, repeat) whose work is settled.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Observation {
    /// The run.
    pub run: String,
    /// The project.
    pub project: String,
    /// Its version: other versions are not compared with it.
    pub version: u32,
    /// The kind of work.
    pub category: Category,
    /// How hard it is.
    pub difficulty: Difficulty,
    /// The model.
    pub target: Target,
    /// From 1.
    pub repeat: u32,
    /// The computed score, 0 to 10; None where the work failed.
    pub score: Option<f64>,
    /// Whether the work was answered.
    pub success: bool,
    /// Of the attempt that was answered, in milliseconds.
    pub latency_ms: Option<f64>,
    /// Of the work with all its attempts, US dollars; None where a part of it is unknown.
    pub cost_usd: Option<f64>,
    /// Of all calls of the task, as far as known, US dollars.
    pub task_cost_usd: Option<f64>,
    /// What judges gave, 0 to 10.
    pub judge_scores: Vec<f64>,
    /// Judges' answers that could not be read.
    pub judge_malformed: usize,
}

/// The tasks of a run whose work has failed, or is answered and graded.
pub(crate) fn observations(run: &str, plan: &Plan, state: &State) -> Vec<Observation> {
    let mut observations = Vec::new();
    for task in plan.tasks(run) {
        let Some(work) = state.call(&task.id, Step::WORK) else { continue };
        let grade = state.grade(&task.id);
        if work.text.is_some() && grade.is_none() {
            continue;
        }
        let (judge_scores, judge_malformed) = judged(state, &task);
        let last = work.attempts.last().filter(|_| work.text.is_some());
        let calls = task.steps.iter().filter_map(|step| state.call(&task.id, *step));
        let costs: Vec<f64> = calls.flat_map(|call| &call.attempts).filter_map(|attempt| attempt.cost_usd).collect();
        observations.push(Observation {
            run: run.to_owned(),
            project: task.project.id.clone(),
            version: task.project.version,
            category: task.project.category,
            difficulty: task.project.difficulty,
            target: task.target.clone(),
            repeat: task.repeat,
            score: grade.map(|grade| grade.score),
            success: work.text.is_some(),
            latency_ms: last.map(|attempt| attempt.latency_ms),
            cost_usd: cost_of(&work.attempts, work.text.is_some()),
            task_cost_usd: (!costs.is_empty()).then(|| costs.iter().sum()),
            judge_scores,
            judge_malformed,
        });
    }
    observations
}

/// What attempts cost. A refused attempt that names no cost is free; an answer that names none is unknown.
fn cost_of(attempts: &[Attempt], answered: bool) -> Option<f64> {
    let last = attempts.last()?;
    if answered && last.cost_usd.is_none() {
        return None;
    }
    let known: Vec<f64> = attempts.iter().filter_map(|attempt| attempt.cost_usd).collect();
    (!known.is_empty()).then(|| known.iter().sum())
}

//! What a journal's lines come to.

use std::collections::BTreeMap;

use merit_grade::CheckGrade;

use super::event::{Attempt, Event};
use crate::plan::Step;

/// A call that is settled.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    pub(crate) attempts: Vec<Attempt>,
    /// The answer; None: it failed.
    pub(crate) text: Option<String>,
}

/// The grade of a task's work.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Grading {
    pub(crate) version: u32,
    pub(crate) score: f64,
    pub(crate) checks: Vec<CheckGrade>,
}

/// All that has happened.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct State {
    calls: BTreeMap<(String, Step), Call>,
    grades: BTreeMap<String, Grading>,
    delivered: BTreeMap<String, usize>,
    /// US dollars that count towards a cap.
    pub(crate) spent_usd: f64,
}

impl State {
    /// Takes an event in. The first word on a call or a grade counts.
    ///
    /// # Errors
    /// A sentence, where it happened before, or a grade has no answer: the line is not ours.
    pub(crate) fn apply(&mut self, event: Event) -> Result<(), String> {
        let (task, step, attempts, counted, text) = match event {
            Event::Answered { task, step, attempts, counted_usd, text } => {
                (task, step, attempts, counted_usd, Some(text))
            }
            Event::Failed { task, step, attempts, counted_usd } => (task, step, attempts, counted_usd, None),
            Event::Graded { task, version, score, checks } => {
                if self.call(&task, Step::WORK).is_none_or(|call| call.text.is_none()) {
                    return Err(format!("task {task} is graded but not answered"));
                }
                return match self.grades.insert(task, Grading { version, score, checks }) {
                    None => Ok(()),
                    Some(_) => Err("a task is graded twice".to_owned()),
                };
            }
            Event::Delivered { file, records } => {
                self.delivered.insert(file, records);
                return Ok(());
            }
        };
        self.spent_usd += counted;
        match self.calls.insert((task, step), Call { attempts, text }) {
            None => Ok(()),
            Some(_) => Err("a call is settled twice".to_owned()),
        }
    }

    pub(crate) fn call(&self, task: &str, step: Step) -> Option<&Call> {
        self.calls.get(&(task.to_owned(), step))
    }

    pub(crate) fn grade(&self, task: &str) -> Option<&Grading> {
        self.grades.get(task)
    }

    /// How many records a file had that was handed over.
    pub(crate) fn delivered(&self, file: &str) -> Option<usize> {
        self.delivered.get(file).copied()
    }
}

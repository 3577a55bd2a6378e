//! One task: its calls in order, each journalled before the next.

use std::sync::{Mutex, PoisonError};

use merit_backends::{CANCELLED, Cancel, ErrorKind, MALFORMED, Outcome, QUOTA, Request};
use merit_grade::Project;

use super::budget::{Budget, Reserved};
use super::execute::runner_of;
use super::gate::Gate;
use super::options::Tools;
use super::progress::Board;
use super::stop::{Stop, StopFlag};
use crate::ask::{judge_request, triage_request, work_request};
use crate::error::BenchError;
use crate::estimate::most_usd;
use crate::journal::{Attempt, Event, Journal};
use crate::plan::{Kind, Plan, Step, Target, Task};
use crate::record::lines;

/// What all workers of a run share.
pub(super) struct Worker<'a> {
    pub(super) plan: &'a Plan,
    pub(super) journal: &'a Mutex<Journal>,
    pub(super) tools: &'a Tools<'a>,
    pub(super) cancel: &'a Cancel,
    pub(super) budget: Budget,
    pub(super) gate: Gate,
    pub(super) board: Board<'a>,
    pub(super) stop: &'a StopFlag,
}

/// The run has ended; why is in the flag.
struct Ended;

impl Worker<'_> {
    pub(super) fn has_ended(&self) -> bool {
        self.cancel.is_cancelled() || self.stop.is_set()
    }

    /// Whether all calls of the plan are settled.
    pub(super) fn is_done(&self, run: &str) -> bool {
        lines(run, self.plan, &self.journal().state).1
    }

    fn journal(&self) -> std::sync::MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn append(&self, event: Event) -> Result<(), Ended> {
        self.journal().append(event).map_err(|error| self.end(Err(error)))
    }

    fn end(&self, reason: Result<Stop, BenchError>) -> Ended {
        self.stop.set(reason);
        Ended
    }

    /// Makes the calls of a task that are not journalled, and grades its work.
    pub(super) fn carry_out(&self, task: &Task<'_>) {
        // Why it ended is in the flag, which whoever started the workers reads.
        let _ended: Result<(), Ended> = self.steps(task);
    }

    fn steps(&self, task: &Task<'_>) -> Result<(), Ended> {
        let project = self.tools.suite.project(&task.project.id).expect("looked for before the first call");
        for (at, step) in task.steps.iter().enumerate() {
            if step.kind == Kind::Judge && self.work(task).is_none() {
                // Nobody judges work that is not there.
                self.board.skip(task.steps.len() - at);
                return Ok(());
            }
            let is_due = self.journal().state.call(&task.id, *step).is_none();
            if is_due {
                self.call(task, *step, &self.request(project, task, *step))?;
            }
            if step.kind == Kind::Work {
                self.grade(task, project)?;
            }
        }
        Ok(())
    }

    /// The work's answer, where it was answered.
    fn work(&self, task: &Task<'_>) -> Option<String> {
        self.journal().state.call(&task.id, Step::WORK).and_then(|call| call.text.clone())
    }

    fn request(&self, project: &Project, task: &Task<'_>, step: Step) -> Request {
        let plan = self.plan;
        let model = &plan.callee(task.target, step.kind).model;
        let request = match step.kind {
            Kind::Triage => triage_request(project, model),
            Kind::Work => work_request(project, model, plan.max_output_tokens),
            Kind::Judge => judge_request(project, &self.work(task).unwrap_or_default(), &task.id, model),
        };
        Request { temperature: plan.temperature, ..request }
    }

    fn call(&self, task: &Task<'_>, step: Step, request: &Request) -> Result<(), Ended> {
        let callee = self.plan.callee(task.target, step.kind);
        let runner = runner_of(self.tools.runners, callee).expect("looked for before the first call");
        let price = (self.tools.prices)(&callee.model, &callee.provider);
        let most = most_usd(request, price).unwrap_or(0.0);
        match self.budget.reserve(most, &|| self.has_ended()) {
            Reserved::Yes => {}
            Reserved::Exceeds { spent, cap } => return Err(self.end(Ok(Stop::MaxSpend { spent, next: most, cap }))),
            Reserved::Ended => return Err(Ended),
        }
        let what = format!("{}, {}, {}", task.project.id, callee.name(), task.role(step.kind));
        self.board.begin(&what);
        let outcome = runner.run(request);
        let attempts: Vec<Attempt> = outcome.attempts.iter().map(|report| Attempt::of(report, price)).collect();
        let counted_usd = outcome.attempts.iter().zip(&attempts).map(|(report, attempt)| match report.error_kind() {
            None => attempt.cost_usd.unwrap_or(most),
            Some(kind) => attempt.cost_usd.unwrap_or(if may_have_cost(kind) { most } else { 0.0 }),
        });
        let counted_usd = counted_usd.sum();
        let settled = self.settle(task, step, callee, outcome, attempts, counted_usd);
        self.budget.settle(most, counted_usd);
        self.board.end(&what, usize::from(settled.is_ok()), self.budget.spent());
        settled
    }

    fn settle(
        &self,
        task: &Task<'_>,
        step: Step,
        callee: &Target,
        outcome: Outcome,
        attempts: Vec<Attempt>,
        counted_usd: f64,
    ) -> Result<(), Ended> {
        let id = task.id.clone();
        match outcome.result {
            Ok(answer) => self.append(Event::Answered { task: id, step, attempts, counted_usd, text: answer.text }),
            Err(error) if *error.kind() == CANCELLED => Err(Ended),
            // A key or an account that is refused says nothing about the model: no record of it.
            Err(error) if *error.kind() == ErrorKind::Authentication || *error.kind() == QUOTA => {
                Err(self.end(Ok(Stop::Refused { backend: callee.backend.clone(), message: error.to_string() })))
            }
            Err(_) => self.append(Event::Failed { task: id, step, attempts, counted_usd }),
        }
    }

    fn grade(&self, task: &Task<'_>, project: &Project) -> Result<(), Ended> {
        let is_graded = self.journal().state.grade(&task.id).is_some();
        let Some(answer) = self.work(task).filter(|_| !is_graded) else { return Ok(()) };
        let what = format!("{}, {}, grading", task.project.id, task.target.name());
        self.board.begin(&what);
        let graded = {
            let _place = self.gate.enter();
            self.tools.grader.grade(project, &answer)
        };
        self.board.end(&what, 0, self.budget.spent());
        match graded {
            Ok(grade) => self.append(Event::Graded {
                task: task.id.clone(),
                version: project.version,
                score: grade.score,
                checks: grade.checks,
            }),
            Err(error) => Err(self.end(Ok(Stop::Ungraded { project: project.id.clone(), message: error.to_string() }))),
        }
    }
}

/// Whether a provider may charge for a failure of this kind although it does not say so.
fn may_have_cost(kind: &ErrorKind) -> bool {
    matches!(kind, ErrorKind::Timeout | ErrorKind::Connection) || *kind == MALFORMED
}

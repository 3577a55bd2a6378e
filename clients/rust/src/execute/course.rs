//! The course of one execution, step by step: what to do next, and what follows from how a call ended.
//!
//! It makes no call and waits for nothing, so that the blocking and the asynchronous form are one.

use std::mem;
use std::time::{Duration, Instant, SystemTime};

use super::backoff::backoff;
use super::call::{Attempt, CallError, Reply, Usage};
use super::draw::{Draw, draw};
use super::executor::Executor;
use super::kind::ErrorKind;
use super::order::Order;
use super::outcome::{AttemptReport, ExecuteError, Execution, Failure, Stopped};
use super::record::AttemptRecord;
use crate::choose::{Answer, Arm, ChooseError, Request};
use crate::router::Router;

/// What to do next.
#[derive(Debug)]
pub(super) enum Step<'r> {
    /// Call a model, then say how it [`ended`](Course::ended).
    Call(Attempt<'r>),
    /// Wait.
    Pause(Duration),
    /// Nothing: the task is not served.
    Stop(ExecuteError),
}

/// An execution under way. `'r` is the table's life, `'a` the request's and the exclusions'.
pub(super) struct Course<'r, 'a> {
    executor: &'a Executor,
    router: &'r Router,
    request: &'a Request<'a>,
    answer: Answer<'a>,
    order: Order<'a>,
    deadline: Option<Instant>,
    /// The id of the model whose turn it is.
    model: &'a str,
    /// Since when.
    turn: Instant,
    /// Failed tries at it so far.
    tries: u32,
    next: Next,
    /// When the call under way was made, by both clocks.
    began: (Instant, SystemTime),
    reports: Vec<AttemptReport>,
}

#[derive(Clone, Copy)]
enum Next {
    Call,
    Pause(Duration),
    Stop(Stopped),
}

impl<'r: 'a, 'a> Course<'r, 'a> {
    /// Draws. The exclusions are the request's, then the models that rest.
    pub(super) fn begin(
        executor: &'a Executor,
        router: &'r Router,
        request: &'a Request<'a>,
        excluded: &'a [&'a str],
        began: Instant,
    ) -> Result<Self, ChooseError> {
        let (answer, rest) = draw(router, request, excluded)?;
        Ok(Self {
            deadline: executor.settings.deadline.and_then(|time| began.checked_add(time)),
            order: Order::after(answer.model, rest),
            model: answer.model,
            turn: began,
            tries: 0,
            next: Next::Call,
            reports: Vec::new(),
            executor,
            router,
            request,
            answer,
            began: (began, executor.host.wall()),
        })
    }

    /// The next step.
    pub(super) fn step(&mut self) -> Step<'r> {
        match mem::replace(&mut self.next, Next::Call) {
            Next::Pause(pause) => return Step::Pause(pause),
            Next::Stop(stopped) => return self.stop(stopped),
            Next::Call => {}
        }
        let host = &self.executor.host;
        self.began = (host.now(), host.wall());
        let left = self.left();
        if left.is_zero() {
            return self.stop(Stopped::Deadline);
        }
        let timeout = left.min(self.executor.settings.timeout);
        let (id, model) = self.described();
        Step::Call(Attempt {
            model: id,
            name: &model.model,
            provider: &model.provider,
            attempt: self.attempt(),
            timeout,
        })
    }

    /// Takes note of how the call ended: the result, if it is one; else the next step follows from the error.
    pub(super) fn ended<T>(&mut self, result: Result<Reply<T>, CallError>) -> Option<Execution<T>> {
        let now = self.executor.host.now();
        let cool_downs = &self.executor.cool_downs;
        match &result {
            Ok(_) => cool_downs.succeeded(self.model),
            Err(error) if error.kind.is_models_fault() => cool_downs.failed(self.model, self.turn, now),
            Err(_) => {}
        }
        let latency = now.saturating_duration_since(self.began.0);
        let call_id = self.log(latency, result.as_ref().map(|reply| reply.usage));
        let (id, model) = self.described();
        let (attempt, error) = (self.attempt(), result.as_ref().err().cloned());
        let (model, provider) = (id.to_owned(), model.provider.clone());
        self.reports.push(AttemptReport { model, provider, attempt, latency, error, call_id });
        match result {
            Ok(Reply { value, usage }) => {
                let (draw, attempts) = (Draw::from(&self.answer), mem::take(&mut self.reports));
                Some(Execution { value, usage, model: id.to_owned(), draw, attempts })
            }
            Err(error) => {
                self.next = self.after(&error, now);
                None
            }
        }
    }

    /// What follows from a failure.
    fn after(&mut self, error: &CallError, now: Instant) -> Next {
        if error.kind == ErrorKind::InvalidRequest {
            return Next::Stop(Stopped::InvalidRequest);
        }
        if self.reports.len() >= self.executor.settings.max_attempts.max(1) as usize {
            return Next::Stop(Stopped::MaxAttempts);
        }
        self.tries += 1;
        if let Some(pause) = self.pause(error, now) {
            return Next::Pause(pause);
        }
        match self.order.next(|model| self.executor.cool_downs.rests_until(model, now)) {
            Some(model) => {
                (self.model, self.turn, self.tries) = (model, now, 0);
                Next::Call
            }
            None => Next::Stop(Stopped::NobodyLeft),
        }
    }

    /// How long to wait before the same model is tried again; None where the next one is to be tried at once.
    fn pause(&self, error: &CallError, now: Instant) -> Option<Duration> {
        let Executor { settings, host, .. } = self.executor;
        if !error.kind.is_passing() || self.tries >= settings.tries_per_model {
            return None;
        }
        let pause = match error.retry_after {
            Some(asked) if asked > settings.pause_cap => return None,
            Some(asked) => asked,
            None => backoff(settings, self.tries, host.uniform()),
        };
        let in_time = self.deadline.is_none_or(|end| now.checked_add(pause).is_some_and(|then| then < end));
        in_time.then_some(pause)
    }

    /// Tells the log.
    fn log(&self, latency: Duration, result: Result<Usage, &CallError>) -> Option<String> {
        let first = self.reports.is_empty();
        let (model, described) = self.described();
        self.executor.log.as_ref()?.attempt(&AttemptRecord {
            request: self.request,
            answer: &self.answer,
            attempt: self.attempt(),
            model,
            provider: &described.provider,
            arm: if first { self.answer.arm } else { Arm::Fallback },
            propensity: first.then_some(self.answer.propensity),
            started_at: self.began.1,
            latency,
            result,
        })
    }

    /// The time left at the beginning of the call.
    fn left(&self) -> Duration {
        self.deadline.map_or(Duration::MAX, |end| end.saturating_duration_since(self.began.0))
    }

    /// The number of the call under way.
    fn attempt(&self) -> u32 {
        let before = u32::try_from(self.reports.len()).unwrap_or(u32::MAX);
        self.answer.attempt.saturating_add(before)
    }

    /// The model whose turn it is, as the table has it.
    fn described(&self) -> (&'r str, &'r crate::table::Model) {
        let entry = self.router.table().models.get_key_value(self.model);
        let (id, model) = entry.expect("a checked table describes every model it names");
        (id, model)
    }

    fn stop(&mut self, stopped: Stopped) -> Step<'r> {
        let (draw, attempts) = (Draw::from(&self.answer), mem::take(&mut self.reports));
        Step::Stop(ExecuteError::Failed(Box::new(Failure { stopped, draw, attempts })))
    }
}

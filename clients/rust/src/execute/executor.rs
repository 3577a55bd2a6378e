//! Carries out tasks, blocking or not.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use super::call::{Attempt, CallError, Reply};
use super::cool_down::CoolDowns;
use super::course::{Course, Step};
use super::draw::exclusions;
use super::host::{Host, SystemHost};
use super::kind::ErrorKind;
use super::outcome::{ExecuteError, Execution};
use super::record::AttemptLog;
use super::settings::ExecutionSettings;
use super::timer::Timer;
use crate::choose::Request;
use crate::router::Router;

/// Carries out tasks with a router: the drawn model first, then the fallback. Make one at startup and share it between
/// threads; it is cheap to clone, and clones know of each other's failures.
///
/// ```
/// use merit_router::{CallError, ErrorKind, Executor, Reply, Request, Router};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/tables/plain.json");
/// let router = Router::load(path)?;
/// let executor = Executor::default();
/// let request = Request { task_id: Some("task-17"), ..Request::new("executor", "debugging", "advanced") };
/// let done = executor.execute_with_fallback(&router, &request, |attempt| {
///     if attempt.attempt == 1 {
///         return Err(CallError::new(ErrorKind::Timeout, "no answer"));
///     }
///     Ok(Reply::new(format!("an answer of {}", attempt.name)))
/// })?;
/// assert_eq!(done.attempts.len(), 2);
/// assert_ne!(done.model, done.draw.model);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Executor {
    pub(super) settings: ExecutionSettings,
    pub(super) cool_downs: Arc<CoolDowns>,
    pub(super) log: Option<Arc<dyn AttemptLog>>,
    pub(super) host: Arc<dyn Host>,
}

impl Executor {
    /// No log, nobody at rest, the system's clocks.
    pub fn new(settings: ExecutionSettings) -> Self {
        Self { settings, cool_downs: Arc::default(), log: None, host: Arc::new(SystemHost) }
    }

    /// With a log, which is told of every attempt the moment it ends.
    #[must_use]
    pub fn with_log(self, log: impl AttemptLog + 'static) -> Self {
        Self { log: Some(Arc::new(log)), ..self }
    }

    /// With a health of the models that others know of too, or with other rules for it.
    #[must_use]
    pub fn with_cool_downs(self, cool_downs: Arc<CoolDowns>) -> Self {
        Self { cool_downs, ..self }
    }

    /// With other clocks, pauses and chance.
    #[must_use]
    pub fn with_host(self, host: impl Host + 'static) -> Self {
        Self { host: Arc::new(host), ..self }
    }

    /// With other settings; health, log and host stay shared with the executor this is made of.
    #[must_use]
    pub fn with_settings(self, settings: ExecutionSettings) -> Self {
        Self { settings, ..self }
    }

    /// The health of the models.
    pub fn cool_downs(&self) -> &Arc<CoolDowns> {
        &self.cool_downs
    }

    /// Draws a model that does not rest, calls it, and goes on until a call succeeds or none is left to make.
    ///
    /// `call` should keep to the time it is given ([`Attempt::timeout`]); it is not interrupted.
    ///
    /// - Errors that may pass (rate_limit, server_error, connection) are tried again at the same model after a pause:
    ///   the provider's `retry_after` if it is no longer than the cap, else min(cap, pause · 2^(k − 1)) · (½ + r/2)
    ///   after its k-th failure, r uniform. Where the tries are used up, a longer pause is asked for, or the pause would
    ///   outlast the deadline, the next model is called at once.
    /// - invalid_request ends it; all other errors go on to the next model.
    /// - The next model is the first of the answer's fallback that does not rest; if all rest, the one that is up first.
    /// - The table is the one given, even if a newer one is published meanwhile.
    ///
    /// # Errors
    /// No choice; or no success, with every attempt.
    pub fn execute_with_fallback<'r, T>(
        &self,
        router: &'r Router,
        request: &Request<'_>,
        mut call: impl FnMut(Attempt<'r>) -> Result<Reply<T>, CallError>,
    ) -> Result<Execution<T>, ExecuteError> {
        let began = self.host.now();
        let excluded = exclusions(router, request, &self.cool_downs.resting(began));
        let mut course = Course::begin(self, router, request, &excluded, began)?;
        loop {
            match course.step() {
                Step::Call(attempt) => {
                    if let Some(done) = course.ended(call(attempt)) {
                        return Ok(done);
                    }
                }
                Step::Pause(pause) => self.host.sleep(pause),
                Step::Stop(error) => return Err(error),
            }
        }
    }

    /// The same for calls that are futures. A call that is not done in its time is dropped, which is a timeout. If this
    /// future is dropped itself, the call under way is dropped with it and not logged.
    ///
    /// The future can be sent between threads if the call's futures and the timer's can.
    ///
    /// # Errors
    /// As [`execute_with_fallback`](Self::execute_with_fallback).
    pub async fn execute_with_fallback_async<'r, T, F>(
        &self,
        router: &'r Router,
        request: &Request<'_>,
        timer: impl Timer,
        mut call: impl FnMut(Attempt<'r>) -> F,
    ) -> Result<Execution<T>, ExecuteError>
    where
        F: Future<Output = Result<Reply<T>, CallError>>,
    {
        let began = self.host.now();
        let excluded = exclusions(router, request, &self.cool_downs.resting(began));
        let mut course = Course::begin(self, router, request, &excluded, began)?;
        loop {
            match course.step() {
                Step::Call(attempt) => {
                    let result = timer.timeout(attempt.timeout, call(attempt)).await;
                    if let Some(done) = course.ended(result.unwrap_or_else(|| Err(timed_out(&attempt)))) {
                        return Ok(done);
                    }
                }
                Step::Pause(pause) => timer.sleep(pause).await,
                Step::Stop(error) => return Err(error),
            }
        }
    }
}

impl Default for Executor {
    fn default() -> Self {
        Self::new(ExecutionSettings::default())
    }
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { settings, cool_downs, log, .. } = self;
        let mut shown = f.debug_struct("Executor");
        shown.field("settings", settings).field("cool_downs", cool_downs).field("logged", &log.is_some());
        shown.finish_non_exhaustive()
    }
}

fn timed_out(attempt: &Attempt<'_>) -> CallError {
    CallError::new(ErrorKind::Timeout, format!("no answer within {} ms", attempt.timeout.as_millis()))
}

//! One backend with its slots and its patience: what a benchmark calls.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use merit_router::Host;

use crate::backend::Backend;
use crate::cancel::{Cancel, GLANCE};
use crate::error::{CANCELLED, CallError};
use crate::outcome::{AttemptReport, Outcome};
use crate::request::Request;
use crate::retry::{Next, Patience};
use crate::slots::Slots;

/// Carries requests out: waits for a slot of the provider, calls, and tries again where that may help.
///
/// It may be called from many threads at once.
pub struct Runner {
    pub(crate) name: String,
    pub(crate) provider: String,
    pub(crate) models: Vec<String>,
    pub(crate) backend: Box<dyn Backend>,
    pub(crate) patience: Patience,
    pub(crate) slots: Arc<Slots>,
    pub(crate) host: Arc<dyn Host>,
    pub(crate) cancel: Cancel,
}

impl Runner {
    /// A runner of a backend of one's own, with so many slots.
    pub fn new(
        name: impl Into<String>,
        backend: impl Backend + 'static,
        patience: Patience,
        concurrency: u32,
        host: Arc<dyn Host>,
        cancel: Cancel,
    ) -> Self {
        let name = name.into();
        let slots = Arc::new(Slots::new(concurrency.max(1)));
        Self {
            provider: name.clone(),
            name,
            models: Vec::new(),
            backend: Box::new(backend),
            patience,
            slots,
            host,
            cancel,
        }
    }

    /// Its name in the settings.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The call record's `provider`.
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// The models it is set to call. [`Runner::run`] takes any.
    pub fn models(&self) -> &[String] {
        &self.models
    }

    /// Carries a request out. The slot is held through pauses too: a provider that asks to wait is not called more.
    pub fn run(&self, request: &Request) -> Outcome {
        let mut attempts = Vec::new();
        let Some(_slot) = self.slots.take(&self.cancel) else {
            return Outcome { attempts, result: Err(cancelled()) };
        };
        let begun = self.host.now();
        loop {
            let left = self.patience.deadline.saturating_sub(self.since(begun));
            let timeout = request.timeout.unwrap_or(self.patience.timeout).min(left);
            let (started_at, started) = (self.host.wall(), self.host.now());
            let result = self.backend.call(request, timeout, &self.cancel);
            let number = attempts.len() as u32 + 1;
            attempts.push(AttemptReport::of(&result, number, started_at, self.since(started)));
            let error = match result {
                Ok(answer) => return Outcome { attempts, result: Ok(answer) },
                Err(error) => error,
            };
            let left = self.patience.deadline.saturating_sub(self.since(begun));
            match self.patience.next(error, number, left, self.host.uniform()) {
                Next::Fail(error) => return Outcome { attempts, result: Err(error) },
                Next::Wait(pause) => {
                    if !self.pause(pause) {
                        return Outcome { attempts, result: Err(cancelled()) };
                    }
                }
            }
        }
    }

    /// Waits in short steps; false where it is cancelled.
    fn pause(&self, pause: Duration) -> bool {
        let mut left = pause;
        while !left.is_zero() {
            if self.cancel.is_cancelled() {
                return false;
            }
            let step = left.min(GLANCE);
            self.host.sleep(step);
            left -= step;
        }
        !self.cancel.is_cancelled()
    }

    fn since(&self, then: Instant) -> Duration {
        self.host.now().saturating_duration_since(then)
    }
}

fn cancelled() -> CallError {
    CallError::new(CANCELLED, "the run was cancelled")
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, provider, models, patience, .. } = self;
        f.debug_struct("Runner")
            .field("name", name)
            .field("provider", provider)
            .field("models", models)
            .field("patience", patience)
            .finish_non_exhaustive()
    }
}

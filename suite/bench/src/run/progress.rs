//! How far a run is.

use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// How far a run is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Progress {
    /// Calls that are settled, or that turned out not to be due; those of earlier runs too.
    pub done: usize,
    /// All calls of the plan.
    pub total: usize,
    /// What counts towards the cap, US dollars.
    pub spent_usd: f64,
    /// What is being called or graded: `project, model, role`.
    pub under_way: Vec<String>,
}

/// Tells every change, one after the other.
pub(super) struct Board<'a> {
    progress: Mutex<Progress>,
    tell: &'a (dyn Fn(&Progress) + Sync),
}

impl<'a> Board<'a> {
    pub(super) fn new(start: Progress, tell: &'a (dyn Fn(&Progress) + Sync)) -> Self {
        tell(&start);
        Self { progress: Mutex::new(start), tell }
    }

    fn change(&self, change: impl FnOnce(&mut Progress)) {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut progress);
        (self.tell)(&progress);
    }

    pub(super) fn begin(&self, what: &str) {
        self.change(|progress| progress.under_way.push(what.to_owned()));
    }

    pub(super) fn end(&self, what: &str, done: usize, spent_usd: f64) {
        self.change(|progress| {
            if let Some(at) = progress.under_way.iter().position(|under_way| under_way == what) {
                progress.under_way.remove(at);
            }
            progress.done += done;
            progress.spent_usd = spent_usd;
        });
    }

    /// Calls that are not made after all.
    pub(super) fn skip(&self, calls: usize) {
        if calls > 0 {
            self.change(|progress| progress.done += calls);
        }
    }
}

//! A router that learns from its calls until the next table.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use super::error::{LearnError, ObserveError};
use super::lessons::Lessons;
use super::observation::Observation;
use super::row::LearnedCandidate;
use super::settings::LearnSettings;
use crate::reload::LiveRouter;
use crate::router::Router;
use crate::table::{self, Table};

/// Serves a router over a table whose exploit weights follow what is observed. Share it between threads.
///
/// [`current`](Self::current) gives a [`Router`] as [`LiveRouter`] does, so that all that takes a router takes a learned
/// one. It takes memory for the table's rows and models, however many calls are observed.
#[derive(Debug)]
pub struct Learner {
    settings: LearnSettings,
    /// Locked for as long as it takes to copy or exchange a pointer.
    lessons: RwLock<Arc<Lessons>>,
}

impl Learner {
    /// Starts from a whole table; nothing is learned yet.
    ///
    /// # Errors
    /// A setting without meaning; what [`Router::new`] refuses.
    pub fn new(table: &Table, settings: LearnSettings) -> Result<Self, LearnError> {
        Ok(Self { settings, lessons: RwLock::new(Arc::new(Lessons::of(table, settings)?)) })
    }

    /// The router over the table and what was learned. It stays as it is while it is held.
    pub fn current(&self) -> Arc<Router> {
        self.lessons().current()
    }

    /// Counts what became of a first attempt, and draws the weights of the row that answers its segment anew. False
    /// where it counts for nothing: a call from before the table's as-of day, which is in the table; a model that the
    /// row does not exploit; an algorithm that is not known here.
    ///
    /// Works as long as a quadrature over the row's models takes (some 2,048 densities a model). Observations of one row
    /// wait for each other; choices do not wait for them.
    ///
    /// # Errors
    /// A model that is no candidate of the row; a score outside 0 to 10.
    pub fn observe(&self, observation: &Observation<'_>) -> Result<bool, ObserveError> {
        self.lessons().observe(observation)
    }

    /// Draws every learned row anew as of an instant. A row's observations fade when it is drawn, which is when a call
    /// of it is observed; a row that has become quiet keeps its weights until this is called.
    pub fn fade(&self, now: SystemTime) {
        self.lessons().fade(now);
    }

    /// Where the models stand that may be exploited in the row that answers for a segment, in table order.
    pub fn standings(&self, role: &str, category: &str, difficulty: &str) -> Vec<LearnedCandidate> {
        self.lessons().standings((role, category, difficulty))
    }

    /// Goes on with another table and forgets all that was learned. False, and nothing is forgotten, where it is the
    /// table that is served.
    ///
    /// # Errors
    /// What [`Router::new`] refuses; the old table goes on serving, with what was learned.
    pub fn reset(&self, table: &Table) -> Result<bool, LearnError> {
        if self.current().digest() == table.digest {
            return Ok(false);
        }
        let fresh = Arc::new(Lessons::of(table, self.settings)?);
        let old = std::mem::replace(&mut *self.lessons.write().unwrap_or_else(PoisonError::into_inner), fresh);
        drop(old);
        Ok(true)
    }

    /// [`reset`](Self::reset) to the table that a live router serves, if it is another one. Call it where the live
    /// router is refreshed; it reads the file only when the table has changed.
    ///
    /// # Errors
    /// The file cannot be read again, or no longer holds a table; the old one goes on serving.
    pub fn follow(&self, live: &LiveRouter) -> Result<bool, LearnError> {
        let served = live.current();
        if served.digest() == self.current().digest() {
            return Ok(false);
        }
        let table = table::load(live.path())?;
        // The file may hold something newer by now, or something that the live router refuses.
        if table.digest == served.digest() { self.reset(&table) } else { Ok(false) }
    }

    fn lessons(&self) -> Arc<Lessons> {
        Arc::clone(&self.lessons.read().unwrap_or_else(PoisonError::into_inner))
    }
}

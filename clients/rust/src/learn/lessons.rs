//! All that a learner knows beside one table.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use super::age::Scale;
use super::basis::Basis;
use super::error::{LearnError, ObserveError};
use super::observation::Observation;
use super::row::{LearnedCandidate, LearningRow, Lesson};
use super::settings::LearnSettings;
use crate::router::Router;
use crate::table::Table;

/// A table, what was observed since, and the router over both.
#[derive(Debug)]
pub(super) struct Lessons {
    settings: LearnSettings,
    scale: Scale,
    /// Over the table alone.
    table: Router,
    /// By the positions of the table's rows; None where there is nothing to learn.
    rows: Box<[Option<LearningRow>]>,
    /// Locked for as long as it takes to copy or exchange a pointer.
    current: RwLock<Arc<Router>>,
    /// Locked while a row is exchanged, so that two rows do not lose each other.
    publishing: Mutex<()>,
}

impl Lessons {
    pub(super) fn of(table: &Table, settings: LearnSettings) -> Result<Self, LearnError> {
        settings.check()?;
        let router = Router::new(table)?;
        let rows = table.segments.iter().map(|row| Basis::of(table, row, &settings).map(LearningRow::new));
        Ok(Self {
            settings,
            scale: Scale::of(table, settings.half_life_days),
            rows: rows.collect(),
            current: RwLock::new(Arc::new(router.clone())),
            publishing: Mutex::new(()),
            table: router,
        })
    }

    /// The router over what is known.
    pub(super) fn current(&self) -> Arc<Router> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts an observation and draws its row anew; false where it counts for nothing.
    pub(super) fn observe(&self, observation: &Observation<'_>) -> Result<bool, ObserveError> {
        if let Some(score) = observation.score.filter(|score| !(0.0..=10.0).contains(score)) {
            return Err(ObserveError::Score(score));
        }
        let position = self.table.position((observation.role, observation.category, observation.difficulty));
        let seats = self.table.seats(position);
        let is_it = |number: u32| *self.table.model(number).id == *observation.model;
        let candidate = seats.candidates.iter().position(|seat| is_it(seat.model)).ok_or_else(|| {
            ObserveError::UnknownModel { row: seats.name.to_string(), model: observation.model.to_owned() }
        })?;
        let Some(row) = &self.rows[position] else { return Ok(false) };
        let (Some(place), Some(at)) = (row.place(candidate), self.scale.place(observation.at)) else {
            return Ok(false);
        };
        let mut lesson = row.lesson();
        row.add(&mut lesson, place, observation, at);
        self.publish(position, row, &lesson);
        Ok(true)
    }

    /// Draws anew what has faded up to an instant.
    pub(super) fn fade(&self, now: SystemTime) {
        let Some(now) = self.scale.place(now) else { return };
        for (position, row) in self.rows.iter().enumerate() {
            let Some(row) = row else { continue };
            let mut lesson = row.lesson();
            if !lesson.is_empty() {
                lesson.advance(now);
                self.publish(position, row, &lesson);
            }
        }
    }

    /// Where the models of a row stand that may be exploited.
    pub(super) fn standings(&self, key: (&str, &str, &str)) -> Vec<LearnedCandidate> {
        let position = self.table.position(key);
        let Some(row) = &self.rows[position] else { return Vec::new() };
        let (lesson, current) = (row.lesson(), self.current());
        let (now, table) = (current.seats(position), self.table.seats(position));
        let standings = row.standings(&lesson).into_iter();
        standings
            .map(|(seat, value, table_value, calls)| LearnedCandidate {
                model: self.table.model(table.candidates[seat].model).id.to_string(),
                exploit_weight: now.candidates[seat].exploit_weight,
                table_exploit_weight: table.candidates[seat].exploit_weight,
                value,
                table_value,
                calls,
            })
            .collect()
    }

    /// Draws a row anew and serves it. The caller holds the row's lesson, so no other draw of the row overtakes this.
    fn publish(&self, position: usize, row: &LearningRow, lesson: &Lesson) {
        let seats = row.drawn(lesson, self.table.seats(position), self.table.epsilon(), &self.settings);
        let _alone = self.publishing.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = Arc::new(self.current().with_row(position, seats));
        // The old router is let go when the lock is free again: this may be the last to hold it.
        let old = std::mem::replace(&mut *self.current.write().unwrap_or_else(PoisonError::into_inner), fresh);
        drop(old);
    }
}

//! A row that learns.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::basis::{Basis, Contender};
use super::observation::Observation;
use super::settings::LearnSettings;
use super::tally::{Observed, Tally};
use super::weights::{updated, weights};
use crate::choose::Seats;

/// Where a model stands in a row that may have learned.
#[derive(Clone, Debug, PartialEq)]
pub struct LearnedCandidate {
    /// The model's id.
    pub model: String,
    /// Its exploit weight now, in \[0, 1\].
    pub exploit_weight: f64,
    /// Its exploit weight in the table.
    pub table_exploit_weight: f64,
    /// The mean of its value now, in \[0, 1\].
    pub value: f64,
    /// The mean of its value in the table.
    pub table_value: f64,
    /// The observed calls, by what they count for at the row's last observation.
    pub calls: f64,
}

/// What is known of a row, and what was observed in it.
#[derive(Debug)]
pub(super) struct LearningRow {
    pub(super) basis: Basis,
    lesson: Mutex<Lesson>,
}

/// The observations of a row. Nothing is stored of a row without any.
#[derive(Debug, Default)]
pub(super) struct Lesson {
    /// Of the contenders, in their order.
    tallies: Box<[Tally]>,
    /// The last instant heard of, in half-lives from the start.
    now: f64,
}

impl LearningRow {
    pub(super) fn new(basis: Basis) -> Self {
        Self { basis, lesson: Mutex::default() }
    }

    /// Held by whoever observes, until the row is drawn anew; never by whoever chooses. What it guards is whole at any
    /// time.
    pub(super) fn lesson(&self) -> MutexGuard<'_, Lesson> {
        self.lesson.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The contender at a position of the row.
    pub(super) fn place(&self, position: usize) -> Option<usize> {
        self.basis.contenders.iter().position(|contender| contender.position == position)
    }

    /// Adds what was observed of a contender.
    pub(super) fn add(&self, lesson: &mut Lesson, place: usize, observation: &Observation<'_>, at: f64) {
        if lesson.is_empty() {
            lesson.tallies = vec![Tally::default(); self.basis.contenders.len()].into();
        }
        let value = match observation.score {
            _ if !observation.success => 0.0,
            Some(score) => score / 10.0,
            None => self.basis.contenders[place].quality,
        };
        lesson.tallies[place].add(value, at);
        lesson.advance(at);
    }

    /// The row with the weights of what was observed; None where that is nothing, or has faded to nothing.
    pub(super) fn drawn(
        &self,
        lesson: &Lesson,
        table: &Seats,
        epsilon: f64,
        settings: &LearnSettings,
    ) -> Option<Seats> {
        let observed = lesson.observed();
        if observed.iter().all(|seen| seen.calls() == 0.0) {
            return None;
        }
        let weights = weights(&self.basis, &observed, settings.most_factor);
        let changed = self.basis.contenders.iter().zip(&observed).zip(weights).map(|((contender, seen), weight)| {
            let reason = &table.candidates[contender.position].reason;
            (contender.position, weight, format!("{reason}; {}", change(contender, *seen)))
        });
        Some(table.with_weights(changed, epsilon))
    }

    /// Of each contender the belief's mean value now and in the table, and the calls observed.
    pub(super) fn standings(&self, lesson: &Lesson) -> Vec<(usize, f64, f64, f64)> {
        let observed = lesson.observed().into_iter().chain(std::iter::repeat(Observed::default()));
        let contenders = self.basis.contenders.iter().zip(observed);
        contenders
            .map(|(contender, seen)| {
                let (now, before) = values(contender, seen);
                (contender.position, now, before, seen.calls())
            })
            .collect()
    }
}

impl Lesson {
    pub(super) fn is_empty(&self) -> bool {
        self.tallies.is_empty()
    }

    /// Has time go on, never back.
    pub(super) fn advance(&mut self, at: f64) {
        self.now = self.now.max(at);
    }

    fn observed(&self) -> Vec<Observed> {
        self.tallies.iter().map(|tally| tally.at(self.now)).collect()
    }
}

/// The mean value after observations, and that of the table.
fn values(contender: &Contender, seen: Observed) -> (f64, f64) {
    let now = updated(contender, seen);
    (now.mean() - now.shift, contender.belief.mean() - contender.belief.shift)
}

/// What learning adds to a candidate's reason.
fn change(contender: &Contender, seen: Observed) -> String {
    if seen.calls() == 0.0 {
        return "since the table: calls of others in the row moved the weights".to_owned();
    }
    let (now, before) = values(contender, seen);
    format!("since the table: value {now:.3}, was {before:.3}, by {:.1} calls", seen.calls())
}

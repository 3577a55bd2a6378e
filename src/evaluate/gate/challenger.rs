//! A frozen table and what is known of its gain so far.

use serde::{Deserialize, Serialize};

use super::{Finding, GateError, GateSettings, ScoredDay, Verdict, level};
use crate::evaluate::sequence::ConfidenceSequence;
use crate::stats::effective_size::kish;

/// A table that wants to replace the anchor.
///
/// Level, tolerance and patience are those of the day it was frozen: whoever could move them while he looks would get any
/// verdict he likes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Challenger {
    /// j: the how-manieth challenger it is, counted from 1.
    pub number: u32,
    /// Which table it is: a digest or version.
    pub table: String,
    /// F, the first day it is judged on, days since 1970; it was built from days before.
    pub frozen_on: i32,
    /// The last day that was taken in.
    pub last_day: Option<i32>,
    /// How sure the gate must be of it.
    pub level: f64,
    /// By how much it may be worse than the anchor.
    pub tolerance: f64,
    /// How many nights it is judged.
    pub nights: u32,
    /// Nothing is decided on fewer effective draws.
    pub min_effective_draws: f64,
    /// What the gate made of it so far.
    pub finding: Finding,
    draws: u64,
    gain_sum: f64,
    weight_sum: f64,
    weight_square_sum: f64,
    sequence: ConfidenceSequence,
}

impl Challenger {
    pub(super) fn new(number: u32, table: &str, frozen_on: i32, settings: &GateSettings) -> Self {
        Self {
            number,
            table: table.into(),
            frozen_on,
            last_day: None,
            level: level(number, settings.alpha),
            tolerance: settings.tolerance,
            nights: settings.nights,
            min_effective_draws: settings.min_effective_draws,
            finding: Finding::Judging,
            draws: 0,
            gain_sum: 0.0,
            weight_sum: 0.0,
            weight_square_sum: 0.0,
            sequence: ConfidenceSequence::default(),
        }
    }

    /// Takes in a day, unless it has been taken in before or all is decided.
    pub(super) fn judge(&mut self, day: i32, scored: &ScoredDay) -> Result<(), GateError> {
        if day < self.frozen_on {
            return Err(GateError::BeforeFreeze { day, frozen_on: self.frozen_on, table: self.table.clone() });
        }
        if self.finding != Finding::Judging || self.last_day.is_some_and(|last| day <= last) {
            return Ok(());
        }
        self.sequence.observe(&scored.outcomes)?;
        self.last_day = Some(day);
        self.draws += scored.draws;
        self.gain_sum +=
            scored.outcomes.outcomes.iter().map(|outcome| outcome.predicted + outcome.residual).sum::<f64>();
        self.weight_sum += scored.weight_sum;
        self.weight_square_sum += scored.weight_square_sum;
        let verdict = self.verdict();
        let enough = verdict.effective_draws >= self.min_effective_draws;
        if enough && verdict.lowest_gain > -self.tolerance {
            self.finding = Finding::Accepted;
        } else if enough && verdict.highest_gain < -self.tolerance {
            self.finding = Finding::Refuted;
        } else if verdict.nights >= self.nights {
            self.finding = Finding::NotEnoughTraffic;
        }
        Ok(())
    }

    /// What is known of it.
    pub fn verdict(&self) -> Verdict {
        let nights = self.last_day.map_or(0, |last| last.abs_diff(self.frozen_on).saturating_add(1));
        Verdict {
            number: self.number,
            finding: self.finding,
            nights,
            patience: self.nights,
            draws: self.draws,
            effective_draws: kish(self.weight_sum, self.weight_square_sum),
            min_effective_draws: self.min_effective_draws,
            gain: (self.draws > 0).then(|| self.gain_sum / self.draws as f64),
            lowest_gain: self.sequence.lower(self.level),
            highest_gain: self.sequence.upper(self.level),
            tolerance: self.tolerance,
        }
    }
}

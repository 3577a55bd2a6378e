//! How much observations weigh.

use super::error::LearnError;

/// How fast a learner learns and forgets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LearnSettings {
    /// After how many days an observation counts half; infinite: it does not fade. None: as the table's production
    /// evidence.
    pub half_life_days: Option<f64>,
    /// For how many calls the table's posterior of a model counts at most beside observations. A table that rests on
    /// more has each observation count for as many calls more. At least 1.
    pub table_calls: f64,
    /// By which factor one call may raise or lower a model's weight against what it is in the table, at most. Above 1.
    pub most_factor: f64,
}

impl Default for LearnSettings {
    /// The table's half-life, 100 calls, a factor of 2.
    fn default() -> Self {
        Self { half_life_days: None, table_calls: 100.0, most_factor: 2.0 }
    }
}

impl LearnSettings {
    /// Refuses what has no meaning.
    pub(super) fn check(&self) -> Result<(), LearnError> {
        let check = |setting, value: f64, holds: bool, expected| {
            if holds { Ok(()) } else { Err(LearnError::Setting { setting, value, expected }) }
        };
        let half_life = self.half_life_days.unwrap_or(f64::INFINITY);
        check("half_life_days", half_life, half_life > 0.0, "more than 0 days")?;
        let calls = self.table_calls;
        check("table_calls", calls, calls >= 1.0 && calls.is_finite(), "1 call or more")?;
        let factor = self.most_factor;
        check("most_factor", factor, factor > 1.0 && factor.is_finite(), "a factor above 1")
    }
}

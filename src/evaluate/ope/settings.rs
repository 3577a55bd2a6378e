//! Settings of the evaluation of a log.

use serde::{Deserialize, Serialize};

use super::OpeError;

/// Settings of off-policy evaluation.
///
/// ```
/// use merit::evaluate::ope::OpeSettings;
/// let settings = OpeSettings::default();
/// assert_eq!((settings.folds, settings.interval_level), (5, 0.95));
/// assert!(settings.check().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OpeSettings {
    /// How many parts the tasks are cut into; the rewards of each are predicted from the others. At least 2.
    pub folds: u32,
    /// κ of the reward model: how many draws its prior counts as. Above 0.
    pub prior_draws: f64,
    /// The share of logs whose interval holds the true value, in (0, 1).
    pub interval_level: f64,
    /// τ of Switch-DR. At least 0. By default above the weights that a tenth of exploration among a few models makes, so
    /// that only rarer draws are left to the reward model.
    pub switch_threshold: f64,
    /// λ of DRos. At least 0. By default τ²: a weight of τ is halved.
    pub shrinkage: f64,
    /// The lowest reward there can be.
    pub lowest_reward: f64,
    /// The highest reward there can be.
    pub highest_reward: f64,
    /// Fewer effective draws than this are warned of.
    pub min_effective_draws: f64,
    /// One draw with more than this share of all weight is warned of.
    pub max_weight_share: f64,
}

impl Default for OpeSettings {
    fn default() -> Self {
        Self {
            folds: 5,
            prior_draws: 10.0,
            interval_level: 0.95,
            switch_threshold: 100.0,
            shrinkage: 10_000.0,
            lowest_reward: 0.0,
            highest_reward: 1.0,
            min_effective_draws: 100.0,
            max_weight_share: 0.05,
        }
    }
}

impl OpeSettings {
    /// Whether every setting is within its range.
    ///
    /// # Errors
    /// [`OpeError::Setting`] with the first that is not.
    pub fn check(&self) -> Result<(), OpeError> {
        let (low, high) = (self.lowest_reward, self.highest_reward);
        for (name, value, good, range) in [
            ("folds", f64::from(self.folds), self.folds >= 2, "at least 2"),
            ("prior_draws", self.prior_draws, self.prior_draws > 0.0 && self.prior_draws.is_finite(), "above 0"),
            (
                "interval_level",
                self.interval_level,
                self.interval_level > 0.0 && self.interval_level < 1.0,
                "in (0, 1)",
            ),
            ("switch_threshold", self.switch_threshold, self.switch_threshold >= 0.0, "at least 0"),
            ("shrinkage", self.shrinkage, self.shrinkage >= 0.0, "at least 0"),
            ("lowest_reward", low, low.is_finite(), "a finite number"),
            ("highest_reward", high, high.is_finite() && high > low, "a finite number above lowest_reward"),
        ] {
            if !good {
                return Err(OpeError::Setting { name, value, range });
            }
        }
        Ok(())
    }
}

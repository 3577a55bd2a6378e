//! Settings of the gate.

use serde::{Deserialize, Serialize};

use super::GateError;

/// Settings of the gate.
///
/// ```
/// use merit::evaluate::gate::GateSettings;
/// let settings = GateSettings::default();
/// assert_eq!((settings.alpha, settings.tolerance, settings.nights, settings.step_cap), (0.05, 0.01, 14, 0.1));
/// assert!(settings.check().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GateSettings {
    /// The probability that a truly worse table is ever accepted, in (0, 1).
    pub alpha: f64,
    /// A table whose gain is below minus this is truly worse. In the unit of rewards, at least 0.
    pub tolerance: f64,
    /// Nothing is decided on draws worth fewer than this of the challenger's own.
    pub min_effective_draws: f64,
    /// How many nights a challenger is judged, at least 1.
    pub nights: u32,
    /// How far exploit weights may be from the anchor's until a challenger is accepted: total variation, in [0, 1].
    pub step_cap: f64,
    /// A model whose difference of probabilities is more than this many times its logged propensity is not judged by its
    /// draws; what it earns is bounded instead. Above 0.
    pub max_weight: f64,
    /// Rewards below are raised to this.
    pub lowest_reward: f64,
    /// Rewards above are lowered to this.
    pub highest_reward: f64,
}

impl Default for GateSettings {
    fn default() -> Self {
        Self {
            alpha: 0.05,
            tolerance: 0.01,
            min_effective_draws: 100.0,
            nights: 14,
            step_cap: 0.1,
            max_weight: 250.0,
            lowest_reward: 0.0,
            highest_reward: 1.0,
        }
    }
}

impl GateSettings {
    /// Whether every setting is within its range.
    ///
    /// # Errors
    /// [`GateError::Setting`] with the first that is not.
    pub fn check(&self) -> Result<(), GateError> {
        let (low, high) = (self.lowest_reward, self.highest_reward);
        for (name, value, good, range) in [
            ("alpha", self.alpha, self.alpha > 0.0 && self.alpha < 1.0, "in (0, 1)"),
            ("tolerance", self.tolerance, self.tolerance >= 0.0 && self.tolerance.is_finite(), "at least 0"),
            ("min_effective_draws", self.min_effective_draws, self.min_effective_draws >= 0.0, "at least 0"),
            ("nights", f64::from(self.nights), self.nights >= 1, "at least 1"),
            ("step_cap", self.step_cap, (0.0..=1.0).contains(&self.step_cap), "in [0, 1]"),
            ("max_weight", self.max_weight, self.max_weight > 0.0 && self.max_weight.is_finite(), "above 0"),
            ("lowest_reward", low, low.is_finite(), "a finite number"),
            ("highest_reward", high, high.is_finite() && high > low, "a finite number above lowest_reward"),
        ] {
            if !good {
                return Err(GateError::Setting { name, value, range });
            }
        }
        Ok(())
    }
}

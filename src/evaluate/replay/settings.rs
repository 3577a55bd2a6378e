//! How to replay.

use super::error::ReplayError;
use super::evidence::Reading;
use super::parts::Parts;
use crate::policy::PolicySettings;

/// Settings of a replay.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplaySettings {
    /// How the tasks are parted.
    pub parts: Parts,
    /// Average costs of a task, in dollars, for each of which a table is built; none: no budget.
    pub budgets: Vec<Option<f64>>,
    /// How outcomes become evidence.
    pub reading: Reading,
    /// How tables are built; each budget replaces its budget. With ε = 0 the whole budget is the exploit part's.
    pub policy: PolicySettings,
    /// Bootstrap samples behind each interval; 0: intervals are their means.
    pub replicates: u32,
    /// The probability that an interval holds the truth, in (0, 1).
    pub interval_level: f64,
    /// The seed of the bootstrap and of ties.
    pub seed: u64,
}

impl Default for ReplaySettings {
    fn default() -> Self {
        Self {
            parts: Parts::Folds { count: 5, seed: 1 },
            budgets: vec![None],
            reading: Reading::Value,
            policy: PolicySettings::default(),
            replicates: 1000,
            interval_level: 0.95,
            seed: 1,
        }
    }
}

impl ReplaySettings {
    pub(super) fn check(&self) -> Result<(), ReplayError> {
        let fail = |name, value: String, range| Err(ReplayError::Setting { name, value, range });
        if self.budgets.is_empty() {
            return fail("budgets", "empty".into(), "at least one, or none given for no limit");
        }
        if let Some(wrong) = self.budgets.iter().flatten().find(|budget| !(**budget > 0.0 && budget.is_finite())) {
            return fail("budgets", wrong.to_string(), "above 0, and finite");
        }
        if !(self.interval_level > 0.0 && self.interval_level < 1.0) {
            return fail("interval_level", self.interval_level.to_string(), "above 0 and below 1");
        }
        Ok(())
    }
}

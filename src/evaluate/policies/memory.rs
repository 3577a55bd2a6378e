//! What a learner forgets: the weight of a day by its age.

use serde::{Deserialize, Serialize};

use crate::stats::decay;

/// How much a call counts by its age.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Memory {
    /// 2^(−age/h): half as much after each half-life.
    Decay {
        /// h, in days.
        half_life_days: f64,
    },
    /// Everything counts alike, for ever.
    All,
    /// The newest days count alike, older ones not at all.
    Window {
        /// How many days.
        days: u32,
    },
}

impl Memory {
    /// The weight of a call `age_days` old, the newest day having age 0.
    pub(super) fn weight(self, age_days: u32) -> f64 {
        match self {
            Self::Decay { half_life_days } => decay::weight(f64::from(age_days), half_life_days),
            Self::All => 1.0,
            Self::Window { days } => f64::from(u8::from(age_days < days)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_weighted_as_described() {
        let decay = Memory::Decay { half_life_days: 14.0 };
        assert_eq!((decay.weight(0), decay.weight(14)), (1.0, 0.5));
        assert_eq!((Memory::All.weight(999), Memory::Window { days: 14 }.weight(13)), (1.0, 1.0));
        assert_eq!(Memory::Window { days: 14 }.weight(14), 0.0);
    }
}

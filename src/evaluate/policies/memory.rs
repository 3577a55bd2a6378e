//! What a learner forgets: the weight of a day by its age and by the changes since.

use serde::{Deserialize, Serialize};

use crate::stats::decay;

/// How much a call counts by its age.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Memory {
    /// 2^(−age/h), half as much after each half-life; times `post_change_weight` from before the last change of level
    /// that [`history::changes`](crate::history::changes) finds in the learner's own log of the arm or its model.
    Decay {
        /// h, in days.
        half_life_days: f64,
        /// What evidence from before a change is multiplied by, in [0, 1]; at 1 no change is looked for.
        post_change_weight: f64,
    },
    /// The same with the half-life that [`history::half_life`](crate::history::half_life) finds in the learner's own
    /// log, each night anew.
    Found {
        /// As above.
        post_change_weight: f64,
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
    /// The weight of a call `age_days` old, the day before the table's having age 1, where the log's half-life is
    /// `found` days.
    pub(super) fn weight(self, age_days: u32, found: f64) -> f64 {
        match self {
            Self::Found { .. } => decay::weight(f64::from(age_days), found),
            Self::Decay { half_life_days, .. } => decay::weight(f64::from(age_days), half_life_days),
            Self::All => 1.0,
            Self::Window { days } => f64::from(u8::from(age_days <= days)),
        }
    }

    /// What evidence from before a change is multiplied by; none where no change is looked for.
    pub(super) fn post_change_weight(self) -> Option<f64> {
        match self {
            Self::Decay { post_change_weight, .. } | Self::Found { post_change_weight } if post_change_weight < 1.0 => {
                Some(post_change_weight)
            }
            Self::Decay { .. } | Self::Found { .. } | Self::All | Self::Window { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_weighted_as_described() {
        let decay = Memory::Decay { half_life_days: 14.0, post_change_weight: 0.1 };
        assert_eq!((decay.weight(0, 7.0), decay.weight(14, 7.0)), (1.0, 0.5));
        assert_eq!((Memory::All.weight(999, 7.0), Memory::Window { days: 14 }.weight(14, 7.0)), (1.0, 1.0));
        assert_eq!(Memory::Window { days: 14 }.weight(15, 7.0), 0.0);
        assert_eq!(Memory::Found { post_change_weight: 0.1 }.weight(14, 7.0), 0.25);
    }

    #[test]
    fn only_decay_looks_for_changes() {
        let decay = |post_change_weight| Memory::Decay { half_life_days: 14.0, post_change_weight };
        assert_eq!(decay(0.1).post_change_weight(), Some(0.1));
        for memory in [decay(1.0), Memory::All, Memory::Window { days: 14 }] {
            assert_eq!(memory.post_change_weight(), None);
        }
    }
}

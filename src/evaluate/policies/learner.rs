//! Who learns: a memory and an algorithm.

use serde::{Deserialize, Serialize};

use super::memory::Memory;
use crate::policy::Algorithm;

/// What evidence from before a change counts, as by default in a log's settings.
const POST_CHANGE_WEIGHT: f64 = 0.1;

/// A way to learn from the log: what it forgets, and how posteriors become weights.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learner {
    /// What it forgets.
    pub memory: Memory,
    /// How posteriors become exploit weights.
    pub algorithm: Algorithm,
}

impl Learner {
    /// The eight that are compared: every algorithm with decay of this half-life (days) and detection of changes, and the
    /// default algorithm with other memories.
    ///
    /// ```
    /// use merit::evaluate::policies::{Learner, Memory};
    /// let compared = Learner::compared(14.0);
    /// assert_eq!(compared[0].memory, Memory::Decay { half_life_days: 14.0, post_change_weight: 0.1 });
    /// assert_eq!(compared.len(), 8);
    /// ```
    pub fn compared(half_life_days: f64) -> Vec<Self> {
        let decay = Memory::Decay { half_life_days, post_change_weight: POST_CHANGE_WEIGHT };
        let unwatched = Memory::Decay { half_life_days, post_change_weight: 1.0 };
        let of = |memory, algorithm| Self { memory, algorithm };
        vec![
            of(decay, Algorithm::Thompson),
            of(Memory::Found { post_change_weight: POST_CHANGE_WEIGHT }, Algorithm::Thompson),
            of(unwatched, Algorithm::Thompson),
            of(Memory::All, Algorithm::Thompson),
            of(Memory::Window { days: 14 }, Algorithm::Thompson),
            of(decay, Algorithm::Ucb),
            of(decay, Algorithm::EpsilonGreedy),
            of(decay, Algorithm::Greedy),
        ]
    }
}

//! What a change is.

use crate::segment::Segment;

/// What moved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A judge: most models it scores moved together.
    Judge {
        /// Its name; empty where the log names none.
        judge: String,
    },
    /// A model, in all its segments.
    Model {
        /// Its name.
        model: String,
    },
    /// A model in one segment.
    Arm {
        /// The kind of work.
        segment: Segment,
        /// The model.
        model: String,
    },
}

/// Which figure moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// P(success), from all first attempts.
    Success,
    /// Mean score/10 of scored successes.
    Score,
}

/// A change of level.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What moved.
    pub subject: Subject,
    /// Which figure.
    pub figure: Figure,
    /// The first day of the new level, days since 1970.
    pub since: i32,
    /// The day at whose end the change could first be told from noise, days since 1970.
    pub detected: i32,
    /// The level before, in [0, 1]: mean over strata with the weights n₀n₁/(n₀+n₁) …
    pub before: f64,
    /// … and after, with the same weights, so that their difference is the move and no change of the mix of work.
    pub after: f64,
    /// ln of the generalised likelihood ratio, in nats.
    pub statistic: f64,
    /// What the statistic had to exceed that night.
    pub threshold: f64,
}

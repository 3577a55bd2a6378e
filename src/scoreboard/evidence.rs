//! What a scoreboard is computed from: sums by day and segment, of any number of days.

use crate::day::Day;
use crate::segment::Segment;

/// The tasks of a segment on a day: the mart `task_days`.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskDay {
    /// The day.
    pub day: Day,
    /// What was done.
    pub segment: Segment,
    /// Tasks begun.
    pub tasks: f64,
    /// Those of them that got a usable answer.
    pub served: f64,
    /// Those with a score.
    pub scored_tasks: f64,
    /// Sum of their scores, 0 to 10.
    pub score_sum: f64,
    /// Sum of the squares.
    pub score_square_sum: f64,
    /// Those whose every attempt has a cost.
    pub costed_tasks: f64,
    /// Sum of their costs, US dollars.
    pub cost_sum: f64,
    /// Sum of the squares.
    pub cost_square_sum: f64,
}

/// Tasks of a segment on a day that took about as long: the mart `task_latency_days`.
#[derive(Clone, Debug, PartialEq)]
pub struct LatencyDay {
    /// The day.
    pub day: Day,
    /// What was done.
    pub segment: Segment,
    /// How long, milliseconds.
    pub latency_ms: f64,
    /// How many.
    pub tasks: f64,
}

/// What a model did and cost in a segment on a day: the mart `arm_days`.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmDay {
    /// The day.
    pub day: Day,
    /// What was done.
    pub segment: Segment,
    /// The model.
    pub arm: String,
    /// Attempts.
    pub calls: f64,
    /// Those that gave a usable answer.
    pub successes: f64,
    /// What they cost, US dollars.
    pub cost_usd: f64,
}

/// Everything about tasks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// How tasks went.
    pub tasks: Vec<TaskDay>,
    /// How long they took.
    pub latencies: Vec<LatencyDay>,
    /// Who did them.
    pub arms: Vec<ArmDay>,
}

impl Evidence {
    /// The evidence of the days from `first` to before `end`.
    pub(super) fn within(&self, first: Day, end: Day) -> Self {
        let inside = |day: Day| first <= day && day < end;
        Self {
            tasks: self.tasks.iter().filter(|row| inside(row.day)).cloned().collect(),
            latencies: self.latencies.iter().filter(|row| inside(row.day)).cloned().collect(),
            arms: self.arms.iter().filter(|row| inside(row.day)).cloned().collect(),
        }
    }
}

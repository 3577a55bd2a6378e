//! Logs of a fixed policy: what the bars that need no loop learn from.

use crate::evaluate::policies::course::Course;
use crate::evaluate::policies::day::{self, Day, observe};
use crate::evaluate::policies::decide::{Decision, RowDecision};
use crate::evaluate::policies::settings::{EvaluationSettings, WorldKind};
use crate::evaluate::policies::truth::ArmTruth;
use crate::evaluate::policies::world::World;

/// A log and the truth of the day after, on which a table built from it is used.
pub(super) struct Log {
    pub(super) days: Vec<Day>,
    pub(super) truth: Vec<Vec<ArmTruth>>,
}

/// Logs `settings.days` days by `decision`.
pub(super) fn log(
    world: &World,
    settings: &EvaluationSettings,
    kind: WorldKind,
    seed: u64,
    decision: &Decision,
) -> Log {
    let mut course = Course::new(world, settings, kind, seed);
    let mut days = Vec::new();
    for today in 0..settings.days {
        if today > 0 {
            course.advance(today);
        }
        days.push(observe(world, &course.truth, decision, settings, day::draws(seed, today)));
    }
    course.advance(settings.days);
    Log { days, truth: course.truth }
}

/// Each model by its weight in a segment.
pub(super) fn weighted(world: &World, weight: impl Fn(usize, usize) -> f64) -> Decision {
    let models = world.models.len();
    let row = |segment: usize| {
        let weights: Vec<f64> = (0..models).map(|model| weight(segment, model)).collect();
        let total: f64 = weights.iter().sum();
        let weights: Vec<f64> = weights.into_iter().map(|weight| weight / total).collect();
        RowDecision { exploit: weights.clone(), weights, fallback: (0..models).collect() }
    };
    Decision { rows: (0..world.traffic.len()).map(row).collect(), lambda: 0.0 }
}

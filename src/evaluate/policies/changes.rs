//! Changes of level that a learner's own log shows.

use super::day::{ArmDay, Day, JUDGES};
use super::world::World;
use crate::history::{DayCell, History, HistoryArm, Subject, changes, half_life};

/// For each segment and model the first day of its present level, where a change of the arm or of its model shows in
/// `days`; a change of a judge is none of an arm.
pub(super) fn changed_since(world: &World, days: &[Day]) -> Vec<Vec<Option<usize>>> {
    let mut since = vec![vec![None; world.models.len()]; world.traffic.len()];
    let found = changes(&history(world, days)).expect("rolled-up days are sums that calls can have");
    for change in found {
        let (segment, model) = match change.subject {
            Subject::Judge { .. } => continue,
            Subject::Model { model } => (None, model),
            Subject::Arm { segment, model } => (Some(segment), model),
        };
        let day = usize::try_from(change.since).ok();
        for (leaf, row) in world.traffic.iter().zip(&mut since) {
            if segment.as_ref().is_none_or(|segment| *segment == leaf.segment) {
                for (_, last) in world.models.iter().zip(row).filter(|(name, _)| **name == model) {
                    *last = day.max(*last);
                }
            }
        }
    }
    since
}

/// The half-life that `days` predict each other best with.
pub(super) fn found_half_life(world: &World, days: &[Day]) -> f64 {
    half_life(&history(world, days), 0).expect("rolled-up days are sums that calls can have").days
}

/// The first attempts by day, arm and judge; day 0 is 1970-01-01.
fn history(world: &World, days: &[Day]) -> History {
    let arms = world.traffic.iter().flat_map(|leaf| {
        let arm = |model: &&str| HistoryArm { segment: leaf.segment.clone(), model: (*model).into() };
        world.models.iter().map(arm)
    });
    let mut history = History {
        arms: arms.collect(),
        sources: vec!["production".into()],
        judges: [""].iter().chain(&JUDGES).map(|judge| (*judge).into()).collect(),
        cells: Vec::new(),
    };
    for (number, day) in (0..).zip(days) {
        for (index, arm) in (0..).zip(day.arms.iter().flatten()) {
            history.cells.extend(cells(number, index, arm));
        }
    }
    history
}

/// A cell for the calls without a score, one for each judge's.
fn cells(day: i32, arm: u32, of: &ArmDay) -> impl Iterator<Item = DayCell> {
    let judged: u64 = of.scores.iter().map(|scores| scores.count).sum();
    let cell = DayCell {
        day,
        arm,
        source: 0,
        judge: 0,
        calls: of.calls - judged,
        successes: of.successes - judged,
        scored: 0,
        quality_sum: 0.0,
        quality_square_sum: 0.0,
    };
    let scored = (1..).zip(of.scores).map(move |(judge, scores)| DayCell {
        judge,
        calls: scores.count,
        successes: scores.count,
        scored: scores.count,
        quality_sum: scores.sum,
        quality_square_sum: scores.square_sum,
        ..cell
    });
    [cell].into_iter().chain(scored).filter(|cell| cell.calls > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::policies::course::Course;
    use crate::evaluate::policies::day::{draws, observe};
    use crate::evaluate::policies::decide::uniform;
    use crate::evaluate::policies::settings::{EvaluationSettings, WorldKind};

    #[test]
    fn a_model_that_falls_is_found_and_a_quiet_world_is_quiet() {
        let settings = EvaluationSettings { days: 28, ..EvaluationSettings::default() };
        let world = World::new(2);
        for (kind, count) in [(WorldKind::Stationary, 0), (WorldKind::Jump, 36)] {
            let mut course = Course::new(&world, &settings, kind, 2);
            let mut days = Vec::new();
            for today in 0..settings.jump_day() + 7 {
                if today > 0 {
                    course.advance(today);
                }
                days.push(observe(&world, &course.truth, &uniform(&world), &settings, draws(2, today)));
            }
            let since = changed_since(&world, &days);
            let found: Vec<usize> = since.into_iter().flatten().flatten().collect();
            // The leader and the newcomer, in every segment.
            assert!(found.len() >= count, "{kind:?} {found:?}");
            let near = |day: &&usize| day.abs_diff(settings.jump_day() as usize) <= 2;
            assert!(found.iter().filter(near).count() * 10 >= found.len() * 9, "{kind:?} {found:?}");
            assert!(count > 0 || found.is_empty(), "{kind:?} {found:?}");
        }
    }
}

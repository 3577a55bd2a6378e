//! Rolled-up days → the evidence that a policy is built from.

use super::changes::{changed_since, found_half_life};
use super::day::{ArmDay, Day, JUDGES};
use super::memory::Memory;
use super::truth::ArmTruth;
use super::world::World;
use crate::policy::{ArmEvidence, Cell, CostSource, Latency, LaterAttempts};

/// The evidence on every arm of the world on the day after `days` (oldest first), as a night's queries would sum it up;
/// an arm without calls has no cells.
pub(super) fn evidence(world: &World, truth: &[Vec<ArmTruth>], days: &[Day], memory: Memory) -> Vec<ArmEvidence> {
    let found = match memory {
        Memory::Found { .. } => found_half_life(world, days),
        _ => f64::INFINITY,
    };
    let weights: Vec<f64> = (1..=days.len()).rev().map(|age| memory.weight(age as u32, found)).collect();
    let changes = memory.post_change_weight().map(|weight| (weight, changed_since(world, days)));
    let mut evidence = Vec::new();
    for (segment, leaf) in world.traffic.iter().enumerate() {
        for (model, name) in world.models.iter().enumerate() {
            let change = changes.as_ref().and_then(|(weight, since)| Some((*weight, since[segment][model]?)));
            let factor = |day: usize| change.map_or(1.0, |(weight, since)| if day < since { weight } else { 1.0 });
            let log = || {
                let days = days.iter().map(|day| &day.arms[segment][model]).zip(&weights).enumerate();
                days.map(|(day, (arm, weight))| Weighted { arm, weight: *weight, factor: factor(day) })
            };
            let (cells, later) = sums(log().filter(|day| day.weight > 0.0));
            let called = |(index, day): (usize, Weighted)| (day.arm.calls > 0 && day.weight > 0.0).then_some(index);
            let mut called = log().enumerate().filter_map(called);
            let first = called.next();
            evidence.push(ArmEvidence {
                segment: leaf.segment.clone(),
                model: (*name).into(),
                provider: world.providers[model].into(),
                cells,
                later,
                cost_usd: Some(truth[segment][model].cost_usd),
                cost_source: CostSource::Price,
                input_tokens: None,
                output_tokens: None,
                latency: Latency::default(),
                first_day: first.map(label).unwrap_or_default(),
                last_day: called.next_back().or(first).map(label).unwrap_or_default(),
                changed_since: change.map(|(_, since)| label(since)),
                flags: Vec::new(),
            });
        }
    }
    evidence
}

/// An arm's day: its weight by age, and the factor of what came before a change.
struct Weighted<'a> {
    arm: &'a ArmDay,
    weight: f64,
    factor: f64,
}

fn label(day: usize) -> String {
    format!("day {day:04}")
}

/// A cell for the calls without a score (failures among them), one for each judge's, as a log is rolled up.
fn sums<'a>(log: impl Iterator<Item = Weighted<'a>>) -> (Vec<Cell>, LaterAttempts) {
    let cell = |judge: &str| Cell { source: "production".into(), judge: judge.into(), ..Cell::default() };
    let mut unscored = cell("");
    let mut scored = JUDGES.map(cell);
    let mut later = LaterAttempts::default();
    for Weighted { arm, weight: by_age, factor } in log {
        let weight = by_age * factor;
        let judged: u64 = arm.scores.iter().map(|scores| scores.count).sum();
        add(&mut unscored, weight, arm.calls - judged, arm.successes - judged);
        for (cell, scores) in scored.iter_mut().zip(&arm.scores) {
            let count = scores.count as f64;
            add(cell, weight, scores.count, scores.count);
            cell.scored_calls += scores.count;
            cell.scored_strength += weight * count;
            cell.scored_strength_squared += weight * weight * count;
            cell.quality_sum += weight * scores.sum;
            cell.quality_square_sum += weight * scores.square_sum;
        }
        // Later attempts fade by age alone: they feed one shift, pooled over all models.
        later.strength += by_age * arm.later_calls as f64;
        later.success_strength += by_age * arm.later_successes as f64;
    }
    let cells = [unscored].into_iter().chain(scored).filter(|cell| cell.calls > 0).collect();
    (cells, later)
}

fn add(cell: &mut Cell, weight: f64, calls: u64, successes: u64) {
    cell.calls += calls;
    cell.strength += weight * calls as f64;
    cell.strength_squared += weight * weight * calls as f64;
    cell.success_strength += weight * successes as f64;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::policies::day::Scores;

    #[test]
    fn older_days_count_less_and_nothing_is_counted_twice() {
        let arm = |calls| ArmDay {
            calls,
            successes: calls - 2,
            scores: [Scores { count: 3, sum: 2.4, square_sum: 1.95 }, Scores { count: 1, sum: 0.5, square_sum: 0.25 }],
            later_calls: 4,
            later_successes: 3,
        };
        let (old, new) = (arm(10), arm(20));
        let day = |arm, weight, factor| Weighted { arm, weight, factor };
        let (cells, later) = sums([day(&old, 1.0, 0.5), day(&new, 1.0, 1.0)].into_iter());
        let total = |of: fn(&Cell) -> f64| cells.iter().map(of).sum::<f64>();
        assert_eq!(cells.iter().map(|cell| cell.calls).sum::<u64>(), 30);
        assert_eq!(total(|cell| cell.strength), 25.0);
        assert_eq!(total(|cell| cell.strength_squared), 22.5);
        assert_eq!(total(|cell| cell.success_strength), 22.0);
        assert_eq!(total(|cell| cell.scored_strength), 6.0);
        assert!((total(|cell| cell.quality_sum) - 1.5 * 2.9).abs() < 1e-12);
        assert_eq!((later.strength, later.success_strength), (8.0, 6.0));
        assert_eq!(cells.iter().map(|cell| cell.judge.as_str()).collect::<Vec<_>>(), ["", "even", "strict"]);
    }
}

//! How the truth moves: the world's course from day to day.

use super::draws::{Draws, Purpose};
use super::settings::{EvaluationSettings, WorldKind};
use super::truth::ArmTruth;
use super::world::World;
use crate::stats::decay;

/// How much the leader loses, and what the newcomer at the top is ahead by.
const DROP: f64 = 0.12;
const LEAD: f64 = 0.03;
/// The half-life that the walk's speed suits.
const WALK_HALF_LIFE: f64 = 14.0;

/// The truth of the current day.
#[derive(Clone, Debug)]
pub(super) struct Course<'a> {
    world: &'a World,
    settings: &'a EvaluationSettings,
    kind: WorldKind,
    seed: u64,
    /// `truth[segment][model]`.
    pub(super) truth: Vec<Vec<ArmTruth>>,
}

impl<'a> Course<'a> {
    /// The first day.
    pub(super) fn new(world: &'a World, settings: &'a EvaluationSettings, kind: WorldKind, seed: u64) -> Self {
        Self { world, settings, kind, seed, truth: world.truth.clone() }
    }

    /// Goes on to `day`, the one after the current.
    pub(super) fn advance(&mut self, day: u32) {
        match self.kind {
            WorldKind::Stationary => {}
            WorldKind::Jump => {
                if day == self.settings.jump_day() {
                    self.jump();
                }
            }
            WorldKind::Walk => self.walk(day),
        }
    }

    /// The leader loses quality, the second reliability at the most frequent category, and a middling one becomes the
    /// best.
    fn jump(&mut self) {
        let shares: Vec<f64> = self.world.traffic.iter().map(|leaf| leaf.share).collect();
        let value = |model: usize| -> f64 {
            let arms = self.truth.iter().map(|row| row[model].success() * row[model].mean_score());
            arms.zip(&shares).map(|(value, share)| share * value).sum()
        };
        let mut order: Vec<(f64, usize)> = (0..self.world.models.len()).map(|model| (value(model), model)).collect();
        order.sort_by(|one, other| other.0.total_cmp(&one.0));
        let (leader, second, middling) = (order[0].1, order[1].1, order[3].1);
        let category = &self.world.traffic[0].segment.category;
        for (row, leaf) in self.truth.iter_mut().zip(&self.world.traffic) {
            let best = row.iter().map(ArmTruth::mean_score).fold(0.0, f64::max);
            let behind = best - row[middling].mean_score();
            row[leader].add_quality(-DROP);
            row[middling].add_quality((behind + LEAD).min(1.25 * DROP));
            if leaf.segment.category == *category {
                row[second].add_success(-DROP);
            }
        }
    }

    /// Every arm takes a step on the logit scale.
    ///
    /// A level that moves by a normal step of variance Q a day, seen with an error of variance V a day, is best
    /// followed with a gain K in the steady state where Q = V·K²/(1 − K) (West & Harrison 1997, §2.3); decay with
    /// half-life h is K = 1 − 2^(−1/h). V is that of the day's n calls that [`WalkSpeed`](super::settings::WalkSpeed)
    /// names: 1/(n·m(1 − m)) in squared logits, φ times that for scores.
    fn walk(&mut self, day: u32) {
        let mut draws = Draws::new(self.seed, Purpose::Course, u64::from(day));
        let gain = 1.0 - decay::weight(1.0, WALK_HALF_LIFE);
        let ratio = gain / (1.0 - gain).sqrt();
        for (row, leaf) in self.truth.iter_mut().zip(&self.world.traffic) {
            let calls = leaf.share * f64::from(self.settings.tasks_per_day) * self.settings.walk_share(row.len());
            for (arm, dispersion) in row.iter_mut().zip(&self.world.dispersions) {
                let (success, quality) = (arm.success(), arm.mean_score());
                let scored = calls * success * self.settings.scored_share;
                let reliability = draws.normal(ratio / (calls * success * (1.0 - success)).sqrt());
                arm.step(reliability, draws.normal(ratio * (dispersion / (scored * quality * (1.0 - quality))).sqrt()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::policies::settings::WalkSpeed;

    fn settings() -> EvaluationSettings {
        EvaluationSettings::default()
    }

    #[test]
    fn a_jump_happens_once_and_puts_a_middling_model_first() {
        let settings = settings();
        let mut firsts = 0;
        for seed in 0..10 {
            let world = World::new(seed);
            let mut course = Course::new(&world, &settings, WorldKind::Jump, seed);
            let value = |truth: &[Vec<ArmTruth>], model: usize| -> f64 {
                let row = truth.iter().zip(&world.traffic);
                row.map(|(row, leaf)| leaf.share * row[model].success() * row[model].mean_score()).sum()
            };
            let order = |truth: &[Vec<ArmTruth>]| {
                let mut order: Vec<usize> = (0..6).collect();
                order.sort_by(|&one, &other| value(truth, other).total_cmp(&value(truth, one)));
                order
            };
            let before = order(&course.truth);
            for day in 1..settings.days {
                let old = course.truth.clone();
                course.advance(day);
                assert_eq!(course.truth != old, day == settings.jump_day());
            }
            let after = order(&course.truth);
            assert_ne!(before[0], after[0]);
            firsts += u32::from(after[0] == before[3]);
        }
        assert!(firsts >= 8, "{firsts} of 10");
    }

    #[test]
    fn the_steps_of_a_walk_have_the_deviation_of_the_formula() {
        let settings = EvaluationSettings { walk_speed: WalkSpeed::EvenShare, ..settings() };
        assert!((settings.walk_share(6) - 1.0 / 6.0).abs() < 1e-12);
        assert!((EvaluationSettings::default().walk_share(6) - 0.1 / 6.0).abs() < 1e-12);
        let world = World::new(3);
        let mut course = Course::new(&world, &settings, WorldKind::Walk, 3);
        let mut sum = 0.0;
        for day in 1..=40 {
            let old = course.truth.clone();
            course.advance(day);
            let rows = old.iter().flatten().zip(course.truth.iter().flatten()).zip(0..);
            for ((from, to), arm) in rows {
                let calls = world.traffic[arm / 6].share * 3000.0 / 6.0;
                // K(14) = 0.04830.
                let deviation =
                    0.04830 / (1.0_f64 - 0.04830).sqrt() / (calls * from.success() * (1.0 - from.success())).sqrt();
                sum += ((to.reliability - from.reliability) / deviation).powi(2);
            }
        }
        assert!((sum / (40.0 * 108.0) - 1.0).abs() < 4.0 * (2.0_f64 / (40.0 * 108.0)).sqrt());
    }
}

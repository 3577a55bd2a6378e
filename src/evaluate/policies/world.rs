//! A small world: six models, eighteen kinds of work, effects on the logit scale.

use super::draws::{Draws, Purpose};
use super::truth::ArmTruth;
use crate::policy::SegmentTraffic;
use crate::segment::Segment;
use crate::stats::logit_normal::logit;

const ROLES: [&str; 2] = ["executor", "planner"];
const CATEGORIES: [&str; 3] = ["debugging", "review", "writing"];
const DIFFICULTIES: [&str; 3] = ["beginner", "intermediate", "advanced"];
/// Ids and providers; two models of one provider.
const MODELS: [(&str, &str); 6] =
    [("m1", "north"), ("m2", "north"), ("m3", "south"), ("m4", "east"), ("m5", "west"), ("m6", "coast")];

/// Usual shares of roles, categories and difficulties; a segment's own share scatters by e^±0.3 round their product.
const ROLE_SHARES: [f64; 2] = [0.65, 0.35];
const CATEGORY_SHARES: [f64; 3] = [0.5, 0.3, 0.2];
const DIFFICULTY_SHARES: [f64; 3] = [0.3, 0.45, 0.25];
const SHARE_DEVIATION: f64 = 0.3;

/// The level of one figure and how much it differs, in logits.
struct Effects {
    level: f64,
    difficulties: [f64; 3],
    role: f64,
    category: f64,
    model: f64,
    interaction: f64,
    residual: f64,
    /// No probability lies outside.
    range: (f64, f64),
}

/// P(success): 0.85 to 0.995, round 0.95.
const RELIABILITY: Effects = Effects {
    level: 3.0,
    difficulties: [0.3, 0.0, -0.35],
    role: 0.1,
    category: 0.2,
    model: 0.4,
    interaction: 0.25,
    residual: 0.1,
    range: (0.85, 0.995),
};
/// Mean score/10 of a success: 0.6 to 0.95, round 0.82.
const QUALITY: Effects = Effects {
    level: 1.5,
    difficulties: [0.35, 0.0, -0.4],
    role: 0.1,
    category: 0.25,
    model: 0.3,
    interaction: 0.2,
    residual: 0.08,
    range: (0.6, 0.95),
};

/// Scores of one arm scatter with a standard deviation of 0.08 to 0.13 at a mean of 0.8.
const SCORE_DEVIATION: (f64, f64) = (0.08, 0.13);
/// A call of the cheapest and of the dearest model, in dollars, at work of middling difficulty.
const COSTS: (f64, f64) = (0.0006, 0.06);
const COST_BY_DIFFICULTY: [f64; 3] = [0.6, 1.0, 1.8];
const COST_DEVIATION: f64 = 0.2;

/// A world on its first day.
#[derive(Clone, Debug)]
pub(super) struct World {
    /// The leaf segments with their shares of the tasks, sorted by segment.
    pub(super) traffic: Vec<SegmentTraffic>,
    pub(super) models: Vec<&'static str>,
    pub(super) providers: Vec<&'static str>,
    /// `truth[segment][model]`.
    pub(super) truth: Vec<Vec<ArmTruth>>,
    /// Var(score/10)/(mean·(1 − mean)) of each model.
    pub(super) dispersions: Vec<f64>,
}

impl World {
    /// The world of a seed: every effect is drawn, so every model comes from the same distribution.
    pub(super) fn new(seed: u64) -> Self {
        let mut draws = Draws::new(seed, Purpose::World, 0);
        let reliability = RELIABILITY.draw(&mut draws);
        let quality = QUALITY.draw(&mut draws);
        let costs = costs(&mut draws, &quality.models);
        let mut segments = Vec::new();
        for role in 0..ROLES.len() {
            for category in 0..CATEGORIES.len() {
                for difficulty in 0..DIFFICULTIES.len() {
                    segments.push((role, category, difficulty));
                }
            }
        }
        segments.sort_by_key(|&work| named(work));
        let shares: Vec<f64> = segments
            .iter()
            .map(|&(role, category, difficulty)| {
                let usual = ROLE_SHARES[role] * CATEGORY_SHARES[category] * DIFFICULTY_SHARES[difficulty];
                usual * libm::exp(draws.normal(SHARE_DEVIATION))
            })
            .collect();
        let total: f64 = shares.iter().sum();
        let truth = segments
            .iter()
            .map(|&work| {
                let arm = |model: usize| ArmTruth {
                    reliability: reliability.arm(&RELIABILITY, &mut draws, work, model),
                    quality: quality.arm(&QUALITY, &mut draws, work, model),
                    cost_usd: costs[model] * COST_BY_DIFFICULTY[work.2] * libm::exp(draws.normal(COST_DEVIATION)),
                };
                (0..MODELS.len()).map(arm).collect()
            })
            .collect();
        let dispersion = |model: usize| {
            let place = ((2 * model + 1) % MODELS.len()) as f64 / (MODELS.len() - 1) as f64;
            let deviation = SCORE_DEVIATION.0 + place * (SCORE_DEVIATION.1 - SCORE_DEVIATION.0);
            deviation * deviation / (0.8 * 0.2)
        };
        Self {
            traffic: segments
                .iter()
                .zip(shares)
                .map(|(&work, share)| SegmentTraffic { segment: named(work), share: share / total })
                .collect(),
            models: MODELS.iter().map(|(model, _)| *model).collect(),
            providers: MODELS.iter().map(|(_, provider)| *provider).collect(),
            truth,
            dispersions: (0..MODELS.len()).map(dispersion).collect(),
        }
    }
}

fn named((role, category, difficulty): (usize, usize, usize)) -> Segment {
    Segment::new(ROLES[role], CATEGORIES[category], DIFFICULTIES[difficulty])
}

/// Drawn effects of one figure.
struct Drawn {
    categories: Vec<f64>,
    models: Vec<f64>,
    interactions: Vec<Vec<f64>>,
}

impl Effects {
    fn draw(&self, draws: &mut Draws) -> Drawn {
        Drawn {
            categories: CATEGORIES.iter().map(|_| draws.normal(self.category)).collect(),
            models: MODELS.iter().map(|_| draws.normal(self.model)).collect(),
            interactions: MODELS
                .iter()
                .map(|_| CATEGORIES.iter().map(|_| draws.normal(self.interaction)).collect())
                .collect(),
        }
    }
}

impl Drawn {
    /// The logit of one arm.
    fn arm(&self, effects: &Effects, draws: &mut Draws, work: (usize, usize, usize), model: usize) -> f64 {
        let (role, category, difficulty) = work;
        let role = if role == 0 { effects.role } else { -effects.role };
        let sum = effects.level
            + effects.difficulties[difficulty]
            + role
            + self.categories[category]
            + self.models[model]
            + self.interactions[model][category]
            + draws.normal(effects.residual);
        sum.clamp(logit(effects.range.0), logit(effects.range.1))
    }
}

/// A cost for each model, evenly spread on the logarithmic scale; better models tend to be dearer.
fn costs(draws: &mut Draws, quality: &[f64]) -> Vec<f64> {
    let mut order: Vec<(f64, usize)> =
        quality.iter().enumerate().map(|(model, effect)| (effect + draws.normal(0.3), model)).collect();
    order.sort_by(|one, other| one.0.total_cmp(&other.0));
    let step = libm::log(COSTS.1 / COSTS.0) / (quality.len() - 1) as f64;
    let mut costs = vec![0.0; quality.len()];
    for (rank, (_, model)) in order.into_iter().enumerate() {
        costs[model] = COSTS.0 * libm::exp(step * rank as f64);
    }
    costs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_world_is_as_it_is_described() {
        let mut leaders = Vec::new();
        for seed in 0..20 {
            let world = World::new(seed);
            assert_eq!((world.traffic.len(), world.truth.len(), world.models.len()), (18, 18, 6));
            assert!((world.traffic.iter().map(|leaf| leaf.share).sum::<f64>() - 1.0).abs() < 1e-12);
            assert!(world.traffic.is_sorted_by_key(|leaf| leaf.segment.clone()));
            let arms: Vec<ArmTruth> = world.truth.iter().flatten().copied().collect();
            assert!(arms.iter().all(|arm| (0.8499..=0.9951).contains(&arm.success())));
            assert!(arms.iter().all(|arm| (0.5999..=0.9501).contains(&arm.mean_score())));
            let costs = || arms.iter().map(|arm| arm.cost_usd);
            assert!(costs().fold(0.0, f64::max) > 100.0 * costs().fold(1.0, f64::min));
            let best = |row: &Vec<ArmTruth>| {
                let value = |model: usize| row[model].success() * row[model].mean_score();
                (0..6).max_by(|&one, &other| value(one).total_cmp(&value(other))).expect("six models")
            };
            let mut best: Vec<usize> = world.truth.iter().map(best).collect();
            best.sort_unstable();
            best.dedup();
            leaders.push(best.len());
        }
        let mean = leaders.iter().sum::<usize>() as f64 / leaders.len() as f64;
        assert!((2.0..=5.0).contains(&mean), "different models lead different segments: {leaders:?}");
    }
}

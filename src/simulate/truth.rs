//! What an analysis of the logs ought to find.

use super::cost::MEAN_CACHED_SHARE;
use super::draws::{Draws, Purpose};
use super::failure::TIMEOUT_MS;
use super::work::{SegmentIndex, Work, logistic};
use super::{Drift, FailureKind, World};
use crate::segment::Segment;

/// z of the 95th percentile of the standard normal.
const Z_95: f64 = 1.644_853_626_951_472_2;

/// The truth of a world over the days of a run, drifts included, outages not: an outage is a deviation from it.
#[derive(Clone, Debug)]
pub struct Truth<'w> {
    world: &'w World,
    /// Points of latent quality that each model has walked by each day.
    walked: Vec<Vec<f64>>,
}

/// The truth of one arm, a model at a segment, on one day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ArmTruth {
    /// P(success) of a first attempt.
    pub reliability: f64,
    /// Mean score of a success by an unbiased judge, 0 to 10.
    pub quality: f64,
    /// reliability · quality/10.
    pub value: f64,
    /// Mean US dollars of a first attempt, failures included.
    pub cost_usd: f64,
    /// Mean milliseconds of a success.
    pub latency_ms: f64,
    /// Median milliseconds of a success.
    pub latency_p50_ms: f64,
    /// 95th percentile of the milliseconds of a success.
    pub latency_p95_ms: f64,
}

impl<'w> Truth<'w> {
    /// The truth of a run of `days` days with this seed (the seed names the steps of random walks).
    pub fn new(world: &'w World, seed: u64, days: u32) -> Self {
        let walk = |model: usize| {
            let mut draws = Draws::new(seed, Purpose::Walk, model as u64);
            let sigma = walk_sigma(world, &world.models[model].name);
            let mut level = 0.0;
            let step = |day| {
                level += if day > 0 { sigma * draws.normals().0 } else { 0.0 };
                level
            };
            (0..days).map(step).collect()
        };
        Self { world, walked: (0..world.models.len()).map(walk).collect() }
    }

    /// The world this is the truth of.
    pub fn world(&self) -> &'w World {
        self.world
    }

    /// The truth of an arm on a day; `None` for a segment or a model that is not in the world.
    /// Days after the last are like the last.
    pub fn arm(&self, segment: &Segment, model: &str, day: u32) -> Option<ArmTruth> {
        Some(self.arm_at(self.segment_index(segment)?, self.world.model_index(model)?, day))
    }

    /// The model with the largest value − λ·cost at a segment on a day, and that utility; λ in value per US dollar.
    /// The first of equals in the world's order; `None` for a segment that is not in the world.
    pub fn best(&self, segment: &Segment, day: u32, lambda: f64) -> Option<(&'w str, f64)> {
        let index = self.segment_index(segment)?;
        let utility = |model| {
            let arm = self.arm_at(index, model, day);
            arm.value - lambda * arm.cost_usd
        };
        let utilities =
            self.world.models.iter().enumerate().map(|(model, named)| (named.name.as_str(), utility(model)));
        utilities.reduce(|best, next| if next.1 > best.1 { next } else { best })
    }

    /// The mean of a figure of a model's arms on a day, weighted by the segments' shares of the tasks: what the
    /// model would show if it did all the work. `None` for an unknown model.
    pub fn average(&self, model: &str, day: u32, figure: impl Fn(&ArmTruth) -> f64) -> Option<f64> {
        let model = self.world.model_index(model)?;
        let shares = self.world.segments().map(|(_, share)| share);
        let arms = self.world.segment_indices().map(|segment| self.arm_at(segment, model, day));
        Some(shares.zip(arms).map(|(share, arm)| share * figure(&arm)).sum())
    }

    /// The parameters of an arm's draws on a day.
    pub(super) fn work(&self, segment: SegmentIndex, model: usize, day: u32) -> Work {
        let mut work = self.world.work(segment, &self.world.models[model]);
        let walked = &self.walked[model];
        work.quality += walked.get(day as usize).or(walked.last()).copied().unwrap_or(0.0);
        for drift in &self.world.drifts {
            if let Drift::Jump { model: jumping, day: from, quality, reliability } = drift
                && *jumping == self.world.models[model].name
                && day >= *from
            {
                work.quality += quality;
                work.reliability_logit += reliability;
            }
        }
        work
    }

    fn arm_at(&self, segment: SegmentIndex, model: usize, day: u32) -> ArmTruth {
        let work = self.work(segment, model, day);
        let reliability = logistic(work.reliability_logit);
        let quality = work.expected_score();
        let latency = work.answer_distribution();
        ArmTruth {
            reliability,
            quality,
            value: reliability * quality / 10.0,
            cost_usd: self.expected_cost(&work, model, reliability),
            latency_ms: latency.limited_mean(TIMEOUT_MS),
            latency_p50_ms: latency.median.min(TIMEOUT_MS),
            latency_p95_ms: latency.at(Z_95).min(TIMEOUT_MS),
        }
    }

    /// Mean cost of a first attempt: Σ over success and the kinds of failure of P·(billed prompt + billed answer).
    fn expected_cost(&self, work: &Work, model: usize, reliability: f64) -> f64 {
        let (tokens, price) = (&self.world.tokens, &self.world.models[model].price);
        let input = work.input.limited_mean(tokens.input_limit);
        let output = work.output.limited_mean(tokens.output_limit);
        let billed = |bills: fn(FailureKind) -> bool| {
            let kinds = FailureKind::ALL.iter().zip(FailureKind::SHARES);
            let share: f64 = kinds.filter(|(kind, _)| bills(**kind)).map(|(_, share)| share).sum();
            reliability + (1.0 - reliability) * share
        };
        let input = input * billed(FailureKind::bills_input);
        let output = output * billed(FailureKind::bills_output);
        price.expected_usd(input * (1.0 - MEAN_CACHED_SHARE), input * MEAN_CACHED_SHARE, output)
    }

    fn segment_index(&self, segment: &Segment) -> Option<SegmentIndex> {
        let place = |levels: &[super::FactorLevel], name: &str| levels.iter().position(|level| level.name == name);
        Some([
            place(&self.world.roles, &segment.role)?,
            place(&self.world.categories, &segment.category)?,
            place(&self.world.difficulties, &segment.difficulty)?,
        ])
    }
}

/// The step of a model's walk: independent walks add in variance.
fn walk_sigma(world: &World, name: &str) -> f64 {
    let variance = world.drifts.iter().map(|drift| match drift {
        Drift::Walk { model, sigma } if model.as_deref().is_none_or(|model| model == name) => sigma * sigma,
        _ => 0.0,
    });
    libm::sqrt(variance.sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(truth: Option<f64>, reference: f64, tolerance: f64) {
        let truth = truth.expect("a standard model");
        assert!((truth - reference).abs() <= tolerance, "{truth} for {reference}");
    }

    #[test]
    fn the_standard_world_holds_the_reference_points() {
        let world = World::standard();
        let truth = Truth::new(&world, 1, 1);
        near(truth.average("claude-sonnet", 0, |arm| arm.quality), 8.9, 0.03);
        near(truth.average("claude-sonnet", 0, |arm| arm.reliability), 0.995, 0.001);
        near(truth.average("claude-sonnet", 0, |arm| arm.latency_ms), 8_000.0, 200.0);
        near(truth.average("gemini-pro", 0, |arm| arm.quality), 8.5, 0.03);
        near(truth.average("gemini-pro", 0, |arm| arm.reliability), 0.88, 0.005);
        near(truth.average("gemini-pro", 0, |arm| arm.latency_ms), 5_500.0, 150.0);
    }

    #[test]
    fn every_model_of_the_standard_world_is_best_at_something() {
        let world = World::standard();
        let truth = Truth::new(&world, 1, 1);
        let best = |role: &str, category: &str, difficulty: &str, lambda: f64| {
            truth.best(&Segment::new(role, category, difficulty), 0, lambda).expect("a segment of the world").0
        };
        assert_eq!(best("executor", "architecture", "advanced", 0.0), "claude-opus");
        assert_eq!(best("executor", "debugging", "intermediate", 2.0), "claude-sonnet");
        assert_eq!(best("executor", "code_review", "intermediate", 2.0), "claude-sonnet");
        assert_eq!(best("executor", "documentation", "beginner", 2.0), "gemini-pro");
        assert_eq!(best("executor", "documentation", "intermediate", 2.0), "gemini-pro");
        assert_eq!(best("executor", "code_generation", "beginner", 2.0), "gemini-pro");
        assert_eq!(best("triage", "system", "beginner", 40.0), "groq-llama");
    }

    #[test]
    fn a_jump_begins_on_its_day_and_a_walk_is_named_by_the_seed() {
        let mut world = World::standard();
        world.drifts = vec![
            Drift::Jump { model: "gemini-pro".into(), day: 5, quality: -1.5, reliability: -0.5 },
            Drift::Walk { model: Some("claude-opus".into()), sigma: 0.1 },
        ];
        let (first, second) = (Truth::new(&world, 1, 10), Truth::new(&world, 2, 10));
        let segment = Segment::new("executor", "debugging", "advanced");
        let arm = |truth: &Truth<'_>, model, day| truth.arm(&segment, model, day).expect("an arm of the world");
        assert_eq!(arm(&first, "gemini-pro", 0), arm(&first, "gemini-pro", 4));
        let (before, after) = (arm(&first, "gemini-pro", 4), arm(&first, "gemini-pro", 5));
        assert!((before.quality - after.quality - 1.5).abs() < 0.05, "far from the ceiling scores fall as much");
        assert!(after.reliability < before.reliability);
        assert_eq!(arm(&first, "claude-sonnet", 0), arm(&first, "claude-sonnet", 9), "it neither jumps nor walks");
        assert_eq!(arm(&first, "claude-opus", 0), arm(&second, "claude-opus", 0), "walks begin at the stated level");
        assert_ne!(arm(&first, "claude-opus", 9), arm(&second, "claude-opus", 9));
        assert_eq!(arm(&first, "claude-opus", 9), arm(&first, "claude-opus", 90), "the last day stands");
    }

    #[test]
    fn what_is_not_in_the_world_has_no_truth() {
        let world = World::standard();
        let truth = Truth::new(&world, 1, 1);
        assert!(truth.arm(&Segment::new("executor", "poetry", "advanced"), "claude-opus", 0).is_none());
        assert!(truth.arm(&Segment::new("executor", "debugging", "advanced"), "no-model", 0).is_none());
        assert!(truth.average("no-model", 0, |arm| arm.value).is_none());
    }
}

//! What a table says of an arm, beside its truth.

use crate::evaluate::policies::truth::ArmTruth;
use crate::evaluate::policies::world::World;
use crate::policy::{Candidate, Estimate, PolicyResult};

/// Success, score and value, in this order.
pub(super) type Figures<T> = [T; 3];

pub(super) fn candidate<'a>(policy: &'a PolicyResult, world: &World, segment: usize, model: usize) -> &'a Candidate {
    let row = policy.segments.iter().find(|row| row.segment == world.traffic[segment].segment).expect("a row a leaf");
    row.candidates.iter().find(|candidate| candidate.model == world.models[model]).expect("a candidate a model")
}

/// The 90 % intervals, each in [0, 1].
pub(super) fn intervals(found: &Candidate) -> Figures<Estimate> {
    let score = found.score_interval;
    let unit = Estimate { mean: score.mean / 10.0, low: score.low / 10.0, high: score.high / 10.0 };
    [found.success_interval, unit, found.value_interval]
}

/// How wide they are.
pub(super) fn widths(found: &Candidate) -> Figures<f64> {
    intervals(found).map(|interval| interval.high - interval.low)
}

/// 1 for each interval that holds the truth, else 0.
pub(super) fn held(found: &Candidate, truth: &ArmTruth) -> Figures<f64> {
    let (success, score) = (truth.success(), truth.mean_score());
    let truths = [success, score, success * score];
    let intervals = intervals(found);
    [0, 1, 2].map(|figure| {
        let Estimate { low, high, .. } = intervals[figure];
        f64::from(u8::from((low..=high).contains(&truths[figure])))
    })
}

/// The mean of many.
pub(super) fn mean(figures: &[Figures<f64>]) -> Figures<f64> {
    [0, 1, 2].map(|figure| figures.iter().map(|found| found[figure]).sum::<f64>() / figures.len() as f64)
}

//! What a night's tables earn on the day they serve.

use super::hindsight::{DayOutcomes, Outcome};
use super::log::{Log, place};
use crate::policy::{LeafRow, tried_after};

/// What a table earns a task, fallbacks included, over the segments it has a row for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Earned {
    pub(super) value: f64,
    /// An unknown cost charged as the highest known one of the row.
    pub(super) cost_usd: f64,
    /// The share of tasks whose first attempt succeeds.
    pub(super) success: f64,
    /// The share of its draws that fall on arms with a call on that day.
    pub(super) coverage: f64,
}

/// What each table of these rows earns, and the share of the day's traffic for which there is a row.
pub(super) fn earned(log: &Log, rows: &[LeafRow], tables: usize, day: &DayOutcomes) -> (Vec<Earned>, f64) {
    let mut sums = vec![Earned::default(); tables];
    let mut seen = 0.0;
    for row in rows {
        let Some(Chains { share, outcomes, chains, .. }) = chains(log, row, day) else { continue };
        seen += share;
        for (sum, weights) in sums.iter_mut().zip(&row.weights) {
            let known: f64 =
                weights.iter().zip(&outcomes).filter(|(_, outcome)| outcome.known).map(|(weight, _)| weight).sum();
            for ((weight, chain), outcome) in weights.iter().zip(&chains).zip(&outcomes) {
                if !outcome.known && known > 0.0 {
                    continue;
                }
                let weight = share * weight / if known > 0.0 { known } else { 1.0 };
                sum.value += weight * chain.value;
                sum.cost_usd += weight * chain.cost_usd;
                sum.success += weight * chain.success;
                sum.coverage += weight * chain.coverage;
            }
        }
    }
    let mean = |sum: Earned| Earned {
        value: sum.value / seen,
        cost_usd: sum.cost_usd / seen,
        success: sum.success / seen,
        coverage: sum.coverage / seen,
    };
    (sums.into_iter().map(mean).collect(), seen)
}

/// What each model of a row would earn on a day if it were always tried first.
pub(super) struct Chains {
    pub(super) segment: usize,
    /// The segment's share of the day's traffic.
    pub(super) share: f64,
    /// By place in the row: positions among the log's models.
    pub(super) models: Vec<usize>,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) chains: Vec<Earned>,
}

/// The chains of a row; none where its segment has no traffic on the day.
pub(super) fn chains(log: &Log, row: &LeafRow, day: &DayOutcomes) -> Option<Chains> {
    let segment = place(&log.segments, &row.segment);
    let share = day.traffic[segment];
    if share <= 0.0 {
        return None;
    }
    let models: Vec<usize> = row.models.iter().map(|model| place(&log.models, model)).collect();
    let outcomes: Vec<Outcome> = models.iter().map(|&model| day.arms[log.dense(segment, model)]).collect();
    let provider = |arm: usize| log.providers[models[arm]].as_str();
    let chains = (0..models.len())
        .map(|first| chain(&outcomes, first, &tried_after(&row.fallback, first, provider), log.scored))
        .collect();
    Some(Chains { segment, share, models, outcomes, chains })
}

/// V = p·q + (1 − p)·V′ and C = c + (1 − p)·C′, where V′ and C′ go on down the list with success after a failure. In a
/// log without scores V = p, as the policy has it.
fn chain(arms: &[Outcome], first: usize, followers: &[usize], scored: bool) -> Earned {
    let highest = arms.iter().filter_map(|arm| arm.cost_usd).fold(0.0, f64::max);
    let attempt = |success: f64, arm: &Outcome, tail: (f64, f64)| {
        let failure = 1.0 - success;
        (success * arm.quality + failure * tail.0, arm.cost_usd.unwrap_or(highest) + failure * tail.1)
    };
    let tail =
        followers.iter().rev().fold((0.0, 0.0), |tail, &next| attempt(arms[next].after_failure, &arms[next], tail));
    let arm = &arms[first];
    let (value, cost_usd) = attempt(arm.success, arm, if scored { tail } else { (0.0, tail.1) });
    Earned { value, cost_usd, success: arm.success, coverage: f64::from(u8::from(arm.called)) }
}

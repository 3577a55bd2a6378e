//! The whole policy, row by row.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::arm::Arm;
use super::budget::spend;
use super::error::PolicyError;
use super::evidence::{ArmEvidence, SegmentTraffic};
use super::plan::{Plan, Row};
use super::posterior::Knowledge;
use super::result::{PolicyResult, PortfolioPoint, SegmentPolicy};
use super::segments::{Leaf, back_offs, children, leaves};
use super::settings::PolicySettings;
use super::{assignment, frontier, row, standardise, validate};
use crate::segment::Segment;
use crate::stats::portfolio;

/// Builds the policy: a row for each leaf segment with candidates and for each back-off row over them.
///
/// The result depends on the arguments alone, not on their order nor on the number of threads.
///
/// # Errors
/// Settings out of range, sums that no calls can have, shares that do not sum to 1, no evidence at all, or rules that leave a
/// row without a model.
///
/// ```
/// use merit::policy::{build, ArmEvidence, Cell, CostSource, LaterAttempts, Latency, PolicySettings};
/// use merit::segment::Segment;
/// let arm = |model: &str, quality: f64| ArmEvidence {
///     segment: Segment::new("executor", "debugging", "advanced"),
///     model: model.into(),
///     provider: "acme".into(),
///     cells: vec![Cell {
///         source: "production".into(),
///         judge: "reviewer".into(),
///         calls: 100,
///         strength: 80.0,
///         strength_squared: 70.0,
///         success_strength: 76.0,
///         scored_calls: 50,
///         scored_strength: 40.0,
///         scored_strength_squared: 35.0,
///         quality_sum: 40.0 * quality,
///         quality_square_sum: 40.0 * (quality * quality + 0.01),
///     }],
///     later: LaterAttempts::default(),
///     cost_usd: Some(0.011),
///     cost_source: CostSource::Price,
///     input_tokens: Some(1500.0),
///     output_tokens: Some(400.0),
///     latency: Latency { p50: Some(2100.0), p95: Some(7900.0), p99: None },
///     first_day: "2026-01-01".into(),
///     last_day: "2026-03-31".into(),
///     changed_since: None,
///     flags: Vec::new(),
/// };
/// let policy = build(&[arm("claude", 0.9), arm("gemini", 0.8)], &[], &PolicySettings::default())?;
/// let row = &policy.segments[0]; // (*, *, *)
/// assert_eq!(row.candidates[0].model, "claude");
/// assert!((row.candidates.iter().map(|candidate| candidate.weight).sum::<f64>() - 1.0).abs() < 1e-12);
/// # Ok::<(), merit::policy::PolicyError>(())
/// ```
pub fn build(
    arms: &[ArmEvidence],
    traffic: &[SegmentTraffic],
    settings: &PolicySettings,
) -> Result<PolicyResult, PolicyError> {
    validate::settings(settings)?;
    validate::evidence(arms)?;
    validate::traffic(traffic)?;
    let knowledge = Knowledge::new(arms, settings);
    let leaves = leaves(arms, traffic);
    let leaf_arms: BTreeMap<&Segment, Vec<Arm>> = leaves
        .par_iter()
        .map(|leaf| {
            let models = knowledge.models_for(leaf.segment);
            (leaf.segment, models.into_iter().map(|model| knowledge.arm(leaf.segment, model)).collect())
        })
        .collect::<Vec<_>>()
        .into_iter()
        .collect();
    let leaf_plans = leaves
        .par_iter()
        .map(|leaf| plan(&knowledge, leaf.segment, leaf.share, &[*leaf], leaf_arms[leaf.segment].clone()))
        .collect::<Vec<_>>()
        .into_iter()
        .collect::<Result<Vec<Plan>, _>>()?;
    let spending = spend(&leaf_plans, settings);
    let back_offs = back_offs(&leaves);
    let back_off_rows: Vec<Result<SegmentPolicy, PolicyError>> = back_offs
        .par_iter()
        .map(|row| {
            let children = children(row, &leaves);
            let arms = standardise::arms(&knowledge, &leaf_arms, &children);
            Ok(row::finish(&plan(&knowledge, row, 0.0, &children, arms)?, &spending, settings))
        })
        .collect();
    let leaf_rows: Vec<SegmentPolicy> =
        leaf_plans.par_iter().map(|plan| row::finish(plan, &spending, settings)).collect();
    let mut segments = back_off_rows.into_iter().collect::<Result<Vec<_>, _>>()?;
    segments.extend(leaf_rows);
    segments.sort_by(|one, other| one.segment.cmp(&other.segment));
    let shares: Vec<portfolio::Row> = leaf_plans
        .iter()
        .map(|plan| portfolio::Row { share: plan.row.traffic_share, points: frontier::points(plan) })
        .collect();
    let vertex = |point: portfolio::PortfolioPoint| PortfolioPoint {
        cost_usd: point.cost,
        value: point.value,
        lambda: point.lambda,
    };
    Ok(PolicyResult {
        assignments: assignment::assignments(&segments, settings),
        segments,
        lambda: spending.lambda,
        expected_cost_usd_per_task: spending.cost,
        floor_usd_per_task: spending.floor,
        failure_shift: knowledge.failure_shift(),
        frontier: portfolio::frontier(&shares).into_iter().map(vertex).collect(),
        flags: if spending.infeasible { vec!["budget_infeasible".into()] } else { Vec::new() },
    })
}

pub(super) fn plan<'a>(
    knowledge: &Knowledge,
    segment: &'a Segment,
    traffic_share: f64,
    children: &[Leaf],
    arms: Vec<Arm>,
) -> Result<Plan<'a>, PolicyError> {
    let evidence =
        || children.iter().flat_map(|leaf| knowledge.evidence_in(leaf.segment)).filter(|arm| arm.calls() > 0);
    let first = evidence().map(|arm| &arm.first_day).min();
    let last = evidence().map(|arm| &arm.last_day).max();
    let period = first.zip(last).map(|(first, last)| (first.clone(), last.clone()));
    Plan::new(Row { segment, traffic_share, period, arms, scored: knowledge.scored() })
}

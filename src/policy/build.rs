//! The whole policy, row by row.

use rayon::prelude::*;

use super::arm::Arm;
use super::error::PolicyError;
use super::evidence::{ArmEvidence, SegmentTraffic};
use super::posterior::Knowledge;
use super::result::{PolicyResult, SegmentPolicy};
use super::row::Row;
use super::segments::{Leaf, back_offs, children, leaves};
use super::settings::PolicySettings;
use super::{standardise, validate};
use crate::segment::Segment;

/// Builds the policy: a row for each leaf segment with candidates and for each back-off row over them.
///
/// The result depends on the arguments alone, not on their order nor on the number of threads.
///
/// # Errors
/// Settings out of range, sums that no calls can have, shares that do not sum to 1, no evidence at all, or rules that leave a
/// row without a model.
///
/// ```
/// use merit::policy::{build, ArmEvidence, CostSource, Latency, PolicySettings};
/// use merit::segment::Segment;
/// let arm = |model: &str, quality: f64| ArmEvidence {
///     segment: Segment::new("executor", "debugging", "advanced"),
///     model: model.into(),
///     provider: "acme".into(),
///     calls: 100,
///     strength: 80.0,
///     strength_squared: 70.0,
///     success_strength: 76.0,
///     scored_strength: 40.0,
///     quality_sum: 40.0 * quality,
///     quality_square_sum: 40.0 * (quality * quality + 0.01),
///     scored_calls: 50,
///     cost_usd: Some(0.011),
///     cost_source: CostSource::Price,
///     input_tokens: Some(1500.0),
///     output_tokens: Some(400.0),
///     latency: Latency { p50: Some(2100.0), p95: Some(7900.0), p99: None },
///     first_day: "2026-01-01".into(),
///     last_day: "2026-03-31".into(),
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
    let back_offs: Vec<Result<SegmentPolicy, PolicyError>> = back_offs(&leaves)
        .par_iter()
        .map(|row| {
            let children = children(row, &leaves);
            let arms = standardise::arms(&knowledge, &children);
            build_row(&knowledge, row, 0.0, &children, arms, settings)
        })
        .collect();
    let leaf_rows: Vec<Result<SegmentPolicy, PolicyError>> = leaves
        .par_iter()
        .map(|leaf| {
            let models = knowledge.models_for(leaf.segment);
            let arms = models.into_iter().map(|model| knowledge.arm(leaf.segment, model)).collect();
            build_row(&knowledge, leaf.segment, leaf.share, &[*leaf], arms, settings)
        })
        .collect();
    let mut segments = back_offs.into_iter().chain(leaf_rows).collect::<Result<Vec<_>, _>>()?;
    segments.sort_by(|one, other| one.segment.cmp(&other.segment));
    Ok(PolicyResult { segments })
}

fn build_row(
    knowledge: &Knowledge,
    segment: &Segment,
    traffic_share: f64,
    children: &[Leaf],
    arms: Vec<Arm>,
    settings: &PolicySettings,
) -> Result<SegmentPolicy, PolicyError> {
    let evidence = || children.iter().flat_map(|leaf| knowledge.evidence_in(leaf.segment));
    let first = evidence().map(|arm| &arm.first_day).min();
    let last = evidence().map(|arm| &arm.last_day).max();
    let period = first.zip(last).map(|(first, last)| (first.clone(), last.clone()));
    Row { segment, traffic_share, period, arms, scored: knowledge.scored() }.policy(settings)
}

//! A table as the replay uses it: who is drawn how often in each kind of work.

use std::collections::{BTreeMap, BTreeSet};

use super::error::ReplayError;
use super::matrix::Matrix;
use crate::policy::{ArmEvidence, PolicyResult, PolicySettings, SegmentPolicy, SegmentTraffic, build};
use crate::segment::Segment;

/// The weights of one row, by the models' positions.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Weights {
    /// Without exploration.
    pub(super) exploit: Vec<f64>,
    /// The true propensities.
    pub(super) drawn: Vec<f64>,
}

/// The weights for each of these segments by the table built from this evidence.
pub(super) fn weights<'a>(
    matrix: &Matrix,
    evidence: &(Vec<ArmEvidence>, Vec<SegmentTraffic>),
    settings: &PolicySettings,
    segments: BTreeSet<&'a Segment>,
) -> Result<BTreeMap<&'a Segment, Weights>, ReplayError> {
    let policy = build(&evidence.0, &evidence.1, settings)?;
    let weights = |segment: &'a Segment| {
        let row = row(&policy, segment);
        let mut weights =
            Weights { exploit: vec![0.0; matrix.models().len()], drawn: vec![0.0; matrix.models().len()] };
        for candidate in &row.candidates {
            // Announced models are candidates that no task was run by; they cannot be replayed.
            let place = matrix.model(&candidate.model)?;
            weights.exploit[place] = candidate.exploit_weight;
            weights.drawn[place] = candidate.weight;
        }
        Ok((segment, weights))
    };
    segments.into_iter().map(weights).collect()
}

/// The row a task is decided by: its own, or the nearest that it falls back to.
pub(super) fn row<'a>(policy: &'a PolicyResult, segment: &Segment) -> &'a SegmentPolicy {
    let find = |wanted: &Segment| policy.segments.binary_search_by(|row| row.segment.cmp(wanted)).ok();
    let place = find(segment).or_else(|| segment.parents().iter().find_map(find));
    &policy.segments[place.expect("every policy has the row (*, *, *)")]
}

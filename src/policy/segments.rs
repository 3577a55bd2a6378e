//! The rows of the policy: leaf segments and the back-off rows over them.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{ArmEvidence, SegmentTraffic};
use crate::segment::Segment;

/// A leaf segment with its share of the traffic.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaf<'a> {
    pub(super) segment: &'a Segment,
    pub(super) share: f64,
}

/// Every leaf segment that has evidence or traffic, sorted.
pub(super) fn leaves<'a>(arms: &'a [ArmEvidence], traffic: &'a [SegmentTraffic]) -> Vec<Leaf<'a>> {
    let mut shares: BTreeMap<&Segment, f64> = arms.iter().map(|arm| (&arm.segment, 0.0)).collect();
    shares.extend(traffic.iter().map(|entry| (&entry.segment, entry.share)));
    shares.into_iter().map(|(segment, share)| Leaf { segment, share }).collect()
}

/// Every back-off row over these leaves, sorted; (\*, \*, \*) comes first.
pub(super) fn back_offs(leaves: &[Leaf]) -> Vec<Segment> {
    let rows: BTreeSet<Segment> = leaves.iter().flat_map(|leaf| leaf.segment.parents()).collect();
    rows.into_iter().collect()
}

/// The leaves a back-off row stands for, with shares that sum to 1 (even ones where none has traffic).
pub(super) fn children<'a>(row: &Segment, leaves: &[Leaf<'a>]) -> Vec<Leaf<'a>> {
    let mut children: Vec<Leaf> = leaves.iter().copied().filter(|leaf| row.covers(leaf.segment)).collect();
    let total: f64 = children.iter().map(|leaf| leaf.share).sum();
    let even = 1.0 / children.len() as f64;
    for leaf in &mut children {
        leaf.share = if total > 0.0 { leaf.share / total } else { even };
    }
    children
}

//! Evidence for tests: an arm as a job would fill it.

use super::evidence::{ArmEvidence, Cell, CostSource, Latency, LaterAttempts};
use crate::segment::Segment;

/// A segment of the executor's work.
pub(super) fn segment(category: &str, difficulty: &str) -> Segment {
    Segment::new("executor", category, difficulty)
}

/// An undecayed arm: `calls` of which the share `success` succeed, all successes scored with this mean and a deviation
/// of 0.1.
pub(super) fn arm(segment: &Segment, model: &str, calls: u64, success: f64, quality: f64) -> ArmEvidence {
    let strength = calls as f64;
    let successes = (strength * success).round();
    ArmEvidence {
        segment: segment.clone(),
        model: model.into(),
        provider: format!("{model}-provider"),
        cells: vec![Cell {
            source: "production".into(),
            judge: "judge".into(),
            calls,
            strength,
            strength_squared: strength,
            success_strength: successes,
            scored_calls: successes as u64,
            scored_strength: successes,
            scored_strength_squared: successes,
            quality_sum: successes * quality,
            quality_square_sum: successes * (quality * quality + 0.01 * quality * (1.0 - quality)),
        }],
        later: LaterAttempts::default(),
        cost_usd: Some(0.01),
        cost_source: CostSource::Price,
        input_tokens: Some(1000.0),
        output_tokens: Some(300.0),
        latency: Latency { p50: Some(1500.0), p95: Some(4000.0), p99: Some(9000.0) },
        first_day: "2026-01-01".into(),
        last_day: "2026-02-28".into(),
        changed_since: None,
        flags: Vec::new(),
    }
}

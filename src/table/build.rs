//! From the policy's result to the draft of a table: the same facts in the contract's words. Pure.

use std::collections::BTreeMap;

use merit_router::Draft;
use merit_router::table as contract;
use merit_router::table::Model;
use serde_json::Value;

use crate::policy::{Candidate, CostSource, Estimate, PolicyResult, PolicySettings, SegmentPolicy};

/// What a draft needs beside the policy.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The as-of date, `YYYY-MM-DD`.
    pub created_as_of: String,
    /// When it expires (RFC 3339, UTC).
    pub expires_at: String,
    /// Where it comes from.
    pub inputs: contract::Inputs,
    /// What the build used.
    pub settings: BTreeMap<String, Value>,
    /// The half-life of the evidence in days; none: it never fades.
    pub half_life_days: Option<f64>,
    /// What the gate and the scoreboard said.
    pub evaluation: contract::Evaluation,
}

/// The draft of a table: rows from the policy, only the models that a row names.
pub fn draft(result: &PolicyResult, models: &BTreeMap<String, Model>, policy: &PolicySettings, frame: Frame) -> Draft {
    let named =
        |id: &String| result.segments.iter().any(|row| row.candidates.iter().any(|candidate| candidate.model == *id));
    Draft {
        created_as_of: frame.created_as_of,
        expires_at: frame.expires_at,
        generator: contract::Generator { name: "merit".into(), version: env!("CARGO_PKG_VERSION").into() },
        inputs: frame.inputs,
        settings: frame.settings,
        models: models.iter().filter(|(id, _)| named(id)).map(|(id, model)| (id.clone(), model.clone())).collect(),
        policy: contract::Policy {
            algorithm: name_of(policy),
            epsilon: policy.exploration(),
            lambda: policy.lambda,
            budget_usd_per_task: None,
            floor_usd_per_task: None,
            half_life_days: frame.half_life_days,
            flags: Vec::new(),
        },
        frontier: Vec::new(),
        segments: result.segments.iter().map(row).collect(),
        evaluation: frame.evaluation,
    }
}

fn name_of(policy: &PolicySettings) -> String {
    match serde_json::to_value(policy.algorithm) {
        Ok(Value::String(name)) => name,
        other => unreachable!("an algorithm is serialised as its name, not as {other:?}"),
    }
}

fn row(policy: &SegmentPolicy) -> contract::Row {
    let segment = &policy.segment;
    contract::Row {
        role: segment.role.clone(),
        category: segment.category.clone(),
        difficulty: segment.difficulty.clone(),
        traffic_share: policy.traffic_share,
        evidence: contract::Evidence {
            n: policy.evidence.n,
            n_eff: policy.evidence.n_eff,
            from: policy.evidence.from.clone(),
            to: policy.evidence.to.clone(),
        },
        candidates: policy.candidates.iter().map(candidate).collect(),
        frontier: policy
            .frontier
            .iter()
            .map(|point| contract::RowPoint { cost_usd: point.cost_usd, value: point.value, mix: point.mix.clone() })
            .collect(),
        fallback: policy.fallback.clone(),
        flags: policy.flags.clone(),
        rationale: policy.rationale.clone(),
    }
}

fn candidate(candidate: &Candidate) -> contract::Candidate {
    contract::Candidate {
        model: candidate.model.clone(),
        weight: candidate.weight,
        exploit_weight: candidate.exploit_weight,
        probe_weight: candidate.probe_weight,
        eligible: candidate.eligible,
        reason: candidate.reason.clone(),
        alpha: candidate.value.alpha,
        beta: candidate.value.beta,
        value: interval(candidate.value_interval),
        score: interval(candidate.score_interval),
        success: interval(candidate.success_interval),
        cost_usd: contract::Cost {
            mean: candidate.cost_usd,
            source: match candidate.cost_source {
                CostSource::Price => contract::CostSource::Price,
                CostSource::Logged => contract::CostSource::Logged,
                CostSource::Unknown => contract::CostSource::Unknown,
            },
        },
        input_tokens: candidate.input_tokens,
        output_tokens: candidate.output_tokens,
        latency_ms: contract::Latency {
            p50: candidate.latency.p50,
            p95: candidate.latency.p95,
            p99: candidate.latency.p99,
        },
        n: candidate.n,
        n_eff: candidate.n_eff,
        on_frontier: candidate.on_frontier,
        p_best: candidate.p_best,
    }
}

fn interval(estimate: Estimate) -> contract::Interval {
    contract::Interval { mean: estimate.mean, low: estimate.low, high: estimate.high }
}

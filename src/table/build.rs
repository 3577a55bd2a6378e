//! From the policy's result to the draft of a table: the same facts in the contract's words. Pure.

use std::collections::BTreeMap;

use merit_router::Draft;
use merit_router::table as contract;
use merit_router::table::Model;
use serde_json::Value;

use crate::policy::{
    Assignment, Candidate, CostSource, Estimate, PolicyResult, PolicySettings, PortfolioPoint, SegmentPolicy,
};

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
    /// How fast the evidence of each source fades.
    pub half_lives: BTreeMap<String, contract::HalfLife>,
    /// What the gate and the scoreboard said.
    pub evaluation: contract::Evaluation,
}

/// The draft of a table: rows from the policy, only the models that a row names.
pub fn draft(result: &PolicyResult, models: &BTreeMap<String, Model>, policy: &PolicySettings, frame: Frame) -> Draft {
    let named =
        |id: &String| result.segments.iter().any(|row| row.candidates.iter().any(|candidate| candidate.model == *id));
    let main = frame.half_lives.get("production").or_else(|| frame.half_lives.values().next()).cloned();
    Draft {
        restored_from: None,
        created_as_of: frame.created_as_of,
        expires_at: frame.expires_at,
        generator: contract::Generator { name: "merit".into(), version: env!("CARGO_PKG_VERSION").into() },
        inputs: frame.inputs,
        settings: frame.settings,
        models: models.iter().filter(|(id, _)| named(id)).map(|(id, model)| (id.clone(), model.clone())).collect(),
        policy: contract::Policy {
            algorithm: name_of(policy),
            epsilon: policy.exploration(),
            lambda: result.lambda,
            budget_usd_per_task: policy.budget_usd_per_task,
            floor_usd_per_task: Some(result.floor_usd_per_task),
            expected_usd_per_task: Some(result.expected_cost_usd_per_task),
            half_life_days: main.and_then(|half_life| half_life.days),
            half_lives: frame.half_lives,
            failure_shift: result.failure_shift,
            flags: result.flags.clone(),
        },
        frontier: result.frontier.iter().map(portfolio_point).collect(),
        segments: result.segments.iter().map(row).collect(),
        assignments: result.assignments.iter().map(assignment).collect(),
        evaluation: frame.evaluation,
    }
}

fn name_of(policy: &PolicySettings) -> String {
    match serde_json::to_value(policy.algorithm) {
        Ok(Value::String(name)) => name,
        other => unreachable!("an algorithm is serialised as its name, not as {other:?}"),
    }
}

fn portfolio_point(point: &PortfolioPoint) -> contract::PortfolioPoint {
    contract::PortfolioPoint { cost_usd: point.cost_usd, value: point.value, lambda: point.lambda }
}

fn assignment(assignment: &Assignment) -> contract::Assignment {
    contract::Assignment {
        category: assignment.category.clone(),
        model: assignment.model.clone(),
        declared: assignment.declared.clone(),
        rationale: assignment.rationale.clone(),
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
            strength: policy.evidence.strength,
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
        strength: candidate.strength,
        on_frontier: candidate.on_frontier,
        on_hull: candidate.on_hull,
        p_on_frontier: candidate.p_on_frontier,
        chain: candidate.chain.map(|chain| contract::Chain {
            value: chain.value,
            cost_usd: chain.cost_usd,
            success: chain.success,
        }),
        p_best: candidate.p_best,
    }
}

fn interval(estimate: Estimate) -> contract::Interval {
    contract::Interval { mean: estimate.mean, low: estimate.low, high: estimate.high }
}

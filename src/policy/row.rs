//! A planned row and what cost weighs → candidates with weights, frontier, fallback and reasons.

use std::collections::BTreeSet;

use super::arm::{Arm, Standing};
use super::budget::Spending;
use super::plan::Plan;
use super::result::{Candidate, ChainEstimate, Estimate, RowEvidence, SegmentPolicy};
use super::settings::PolicySettings;
use super::{fallback, frontier, rationale, weights};
use crate::stats::{Beta, effective_size};

/// The row's policy.
pub(super) fn finish(plan: &Plan, spending: &Spending, settings: &PolicySettings) -> SegmentPolicy {
    let arms = &plan.row.arms;
    let exploit = spending.exploit(plan, settings);
    let p_best = plan.p_best(spending.lambda);
    let shares = weights::shares(settings, &exploit, plan.probation.len());
    let frontier = frontier::frontier(plan);
    let p_on_frontier = plan.p_on_frontier();

    let mut candidates: Vec<Candidate> = arms.iter().map(|arm| described(arm, settings.interval_level)).collect();
    for (place, &index) in plan.eligible.iter().enumerate() {
        let (candidate, chain) = (&mut candidates[index], &plan.chains[place]);
        candidate.weight = shares.eligible[place];
        candidate.exploit_weight = exploit[place];
        candidate.p_best = p_best[place];
        candidate.on_frontier = frontier.on_frontier[place];
        candidate.on_hull = frontier.on_hull[place];
        candidate.p_on_frontier = p_on_frontier[place];
        candidate.chain =
            Some(ChainEstimate { value: chain.value.mean(), cost_usd: chain.cost, success: chain.success });
    }
    for &index in &plan.probation {
        candidates[index].weight = shares.probe;
        candidates[index].probe_weight = shares.probe;
    }
    // Stable: equal weights stay in the order of their ids.
    candidates.sort_by(|one, other| other.weight.total_cmp(&one.weight));

    let strength_squared = arms.iter().map(|arm| arm.strength_squared).sum();
    let (from, to) = plan.row.period.clone().unzip();
    let evidence = RowEvidence {
        n: arms.iter().map(|arm| arm.calls).sum(),
        n_eff: effective_size::kish(plan.strength, strength_squared),
        strength: plan.strength,
        from,
        to,
    };
    let better = |&one: &usize, &other: &usize| exploit[one].total_cmp(&exploit[other]).then(other.cmp(&one));
    let leader = (0..exploit.len()).max_by(better).map(|place| &arms[plan.eligible[place]]);
    let eligible = || plan.eligible.iter().map(|&index| &arms[index]);
    let mut flags: BTreeSet<String> = arms.iter().flat_map(|arm| arm.flags.iter().cloned()).collect();
    let mut flag = |name: &str, holds: bool| {
        if holds {
            flags.insert(name.into());
        }
    };
    flag("constraint_unmet", plan.unmet);
    flag("cost_unknown", eligible().any(|arm| arm.cost_usd.is_none()));
    flag("drift", arms.iter().any(|arm| arm.changed_since.is_some()));
    flag("thin_evidence", plan.strength < settings.min_strength_for_constraints);
    flag("unproven", leader.is_some_and(|leader| leader.unproven));
    flag("unscored", !plan.row.scored);
    SegmentPolicy {
        rationale: rationale::rationale(plan, &candidates, &evidence, settings),
        segment: plan.row.segment.clone(),
        traffic_share: plan.row.traffic_share,
        evidence,
        frontier: frontier.vertices,
        fallback: plan.order.iter().take(fallback::LONGEST).map(|&index| arms[index].model.clone()).collect(),
        flags: flags.into_iter().collect(),
        candidates,
    }
}

/// The candidate as far as it depends on its arm alone.
fn described(arm: &Arm, level: f64) -> Candidate {
    let estimate = |posterior: Beta, scale: f64| {
        let (low, high) = posterior.interval(level);
        Estimate { mean: scale * posterior.mean(), low: scale * low, high: scale * high }
    };
    let (Standing::Eligible(reason) | Standing::ShutOut(reason) | Standing::Held(reason) | Standing::Forbidden(reason)) =
        &arm.standing;
    let changed = arm.changed_since.as_ref().map(|day| format!("; changed on {day}, earlier calls count less"));
    Candidate {
        model: arm.model.clone(),
        weight: 0.0,
        exploit_weight: 0.0,
        probe_weight: 0.0,
        eligible: arm.is_eligible(),
        reason: reason.clone() + &changed.unwrap_or_default(),
        changed_since: arm.changed_since.clone(),
        value: arm.value,
        value_interval: estimate(arm.value, 1.0),
        score_interval: estimate(arm.quality, 10.0),
        success_interval: estimate(arm.reliability, 1.0),
        cost_usd: arm.cost_usd,
        cost_source: arm.cost_source,
        input_tokens: arm.input_tokens,
        output_tokens: arm.output_tokens,
        latency: arm.latency,
        n: arm.calls,
        n_eff: effective_size::kish(arm.strength, arm.strength_squared),
        strength: arm.strength,
        on_frontier: false,
        on_hull: false,
        p_on_frontier: 0.0,
        chain: None,
        p_best: 0.0,
    }
}

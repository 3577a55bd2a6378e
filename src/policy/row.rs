//! One row: from its arms to candidates with weights, frontier, fallback and reasons.

use std::collections::BTreeSet;

use super::arm::{Arm, Standing};
use super::error::PolicyError;
use super::result::{Candidate, Estimate, RowEvidence, SegmentPolicy};
use super::settings::PolicySettings;
use super::{chain, exploit, fallback, frontier, rationale, weights};
use crate::segment::Segment;
use crate::stats::best_arm::{Utility, probability_best};
use crate::stats::{Beta, effective_size};

/// What a row is built from.
pub(super) struct Row<'a> {
    pub(super) segment: &'a Segment,
    pub(super) traffic_share: f64,
    /// First and last day of its evidence.
    pub(super) period: Option<(String, String)>,
    /// Its arms, by id.
    pub(super) arms: Vec<Arm>,
    /// Whether the log has any score at all.
    pub(super) scored: bool,
}

impl Row<'_> {
    /// The row's policy; an error when rules forbid every model.
    pub(super) fn policy(self, settings: &PolicySettings) -> Result<SegmentPolicy, PolicyError> {
        let Self { segment, traffic_share, period, mut arms, scored } = self;
        let unmet = !arms.iter().any(Arm::is_eligible);
        if unmet {
            admit_the_most_reliable(&mut arms)
                .ok_or_else(|| PolicyError::NothingAllowed { segment: segment.to_string() })?;
        }
        let eligible: Vec<&Arm> = arms.iter().filter(|arm| arm.is_eligible()).collect();
        let order = fallback::order(&eligible);
        let chains = chain::chains(&eligible, &order, settings.lambda, scored);
        let utilities: Vec<Utility> = chains.iter().map(|chain| chain.utility).collect();
        let p_best = probability_best(&utilities);
        let strength: f64 = arms.iter().map(|arm| arm.strength).sum();
        let exploit = exploit::weights(settings.algorithm, &utilities, &p_best, strength);
        let on_probation = arms.iter().filter(|arm| matches!(arm.standing, Standing::ShutOut(_))).count();
        let shares = weights::shares(settings, &exploit, on_probation);
        let frontier = frontier::frontier(&eligible, &chains);

        let mut place = 0;
        let mut candidates: Vec<Candidate> = Vec::with_capacity(arms.len());
        for arm in &arms {
            let mut candidate = described(arm, settings.interval_level);
            match arm.standing {
                Standing::Eligible(_) => {
                    candidate.weight = shares.eligible[place];
                    candidate.exploit_weight = exploit[place];
                    candidate.p_best = p_best[place];
                    candidate.on_frontier = frontier.on_frontier[place];
                    place += 1;
                }
                Standing::ShutOut(_) => {
                    candidate.weight = shares.probe;
                    candidate.probe_weight = shares.probe;
                }
                Standing::Forbidden(_) => {}
            }
            candidates.push(candidate);
        }
        // Stable: equal weights stay in the order of their ids.
        candidates.sort_by(|one, other| other.weight.total_cmp(&one.weight));

        let strength_squared = arms.iter().map(|arm| arm.strength_squared).sum();
        let (from, to) = period.unzip();
        let evidence = RowEvidence {
            n: arms.iter().map(|arm| arm.calls).sum(),
            n_eff: effective_size::kish(strength, strength_squared),
            from,
            to,
        };
        let leader =
            (0..eligible.len()).max_by(|&one, &other| exploit[one].total_cmp(&exploit[other]).then(other.cmp(&one)));
        let mut flags: BTreeSet<String> = arms.iter().flat_map(|arm| arm.flags.iter().cloned()).collect();
        let mut flag = |name: &str, holds: bool| {
            if holds {
                flags.insert(name.into());
            }
        };
        flag("constraint_unmet", unmet);
        flag("cost_unknown", eligible.iter().any(|arm| arm.cost_usd.is_none()));
        flag("thin_evidence", evidence.n_eff < settings.min_strength_for_constraints);
        flag("unproven", leader.is_some_and(|leader| eligible[leader].unproven));
        flag("unscored", !scored);
        Ok(SegmentPolicy {
            rationale: rationale::rationale(segment, &candidates, &evidence, settings, unmet, scored),
            segment: segment.clone(),
            traffic_share,
            evidence,
            frontier: frontier.vertices,
            fallback: order.iter().take(fallback::LONGEST).map(|&index| eligible[index].model.clone()).collect(),
            flags: flags.into_iter().collect(),
            candidates,
        })
    }
}

/// Makes the most reliable allowed arm eligible (ties: the smallest id); none where the rules allow none.
fn admit_the_most_reliable(arms: &mut [Arm]) -> Option<()> {
    let mut best: Option<usize> = None;
    for (index, arm) in arms.iter().enumerate() {
        let better = |best: usize| arm.reliability.mean() > arms[best].reliability.mean();
        if matches!(arm.standing, Standing::ShutOut(_)) && best.is_none_or(better) {
            best = Some(index);
        }
    }
    let arm = &mut arms[best?];
    if let Standing::ShutOut(reason) = &arm.standing {
        arm.standing = Standing::Eligible(format!("most reliable, no model meets the constraints; {reason}"));
    }
    Some(())
}

/// The candidate as far as it depends on its arm alone.
fn described(arm: &Arm, level: f64) -> Candidate {
    let estimate = |posterior: Beta, scale: f64| {
        let (low, high) = posterior.interval(level);
        Estimate { mean: scale * posterior.mean(), low: scale * low, high: scale * high }
    };
    let (Standing::Eligible(reason) | Standing::ShutOut(reason) | Standing::Forbidden(reason)) = &arm.standing;
    Candidate {
        model: arm.model.clone(),
        weight: 0.0,
        exploit_weight: 0.0,
        probe_weight: 0.0,
        eligible: arm.is_eligible(),
        reason: reason.clone(),
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
        on_frontier: false,
        p_best: 0.0,
    }
}

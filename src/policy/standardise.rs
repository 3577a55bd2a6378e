//! Back-off rows by direct standardisation: every model is judged on the same mix of work.
//!
//! A model that ran on easy work only would look best in a plain pool. So its mean in a "\*" row is the
//! traffic-weighted mean of its means in the children, with the same shares for every model and the prior where it
//! never ran (direct standardisation: Armitage, Berry & Matthews, *Statistical Methods in Medical Research*, 4th ed.,
//! §19.3).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::arm::{Arm, Standing};
use super::evidence::{CostSource, Latency};
use super::posterior::{Knowledge, weighted_mean};
use super::segments::Leaf;
use crate::segment::Segment;
use crate::stats::Beta;

/// A model must be eligible in children with at least this share of the row's traffic.
const ELIGIBLE_TRAFFIC: f64 = 0.9;

/// The arms of a back-off row over `children` (shares sum to 1), by id: every model considered in one of them.
pub(super) fn arms(knowledge: &Knowledge, leaf_arms: &BTreeMap<&Segment, Vec<Arm>>, children: &[Leaf]) -> Vec<Arm> {
    let arms_of = |leaf: &Leaf| leaf_arms.get(leaf.segment).map_or(&[][..], Vec::as_slice);
    let models: BTreeSet<&str> =
        children.iter().flat_map(|leaf| arms_of(leaf).iter().map(|arm| arm.model.as_str())).collect();
    let arm = |leaf: &Leaf, model: &str| {
        let known = arms_of(leaf);
        match known.binary_search_by(|arm| arm.model.as_str().cmp(model)) {
            Ok(place) => Cow::Borrowed(&known[place]),
            // Not considered there: what would be believed of it all the same.
            Err(_) => Cow::Owned(knowledge.arm(leaf.segment, model)),
        }
    };
    let of_models: Vec<Vec<(f64, Cow<'_, Arm>)>> =
        models.into_iter().map(|model| children.iter().map(|leaf| (leaf.share, arm(leaf, model))).collect()).collect();
    // Where the rules of the children have no model in common, one allowed in some of them is better than none.
    let common = of_models.iter().any(|arms| is_enough(share_of(arms, Arm::is_allowed)));
    of_models.into_iter().map(|arms| standardised(&arms, common)).collect()
}

fn standardised(arms: &[(f64, Cow<'_, Arm>)], common: bool) -> Arm {
    let (model, provider) = arms.first().map(|(_, arm)| (arm.model.clone(), arm.provider.clone())).unwrap_or_default();
    let mean = |of: fn(&Arm) -> Option<f64>| weighted_mean(arms.iter().map(|(share, arm)| (*share, of(arm))));
    let ran = |arm: &Arm| arm.strength > 0.0;
    let scored = |arm: &Arm| arm.scored_strength > 0.0;
    let costed = arms.iter().filter(|(share, arm)| *share > 0.0 && arm.cost_usd.is_some());
    let flags: BTreeSet<&String> = arms.iter().flat_map(|(_, arm)| &arm.flags).collect();
    let (standing, unproven) = standing(arms, common);
    Arm {
        model,
        provider,
        reliability: mixture(arms, |arm| arm.reliability, ran),
        after_failure: arms.iter().map(|(share, arm)| share * arm.after_failure).sum(),
        quality: mixture(arms, |arm| arm.quality, scored),
        value: mixture(arms, |arm| arm.value, scored),
        calls: arms.iter().map(|(_, arm)| arm.calls).sum(),
        strength: arms.iter().map(|(_, arm)| arm.strength).sum(),
        strength_squared: arms.iter().map(|(_, arm)| arm.strength_squared).sum(),
        scored_strength: arms.iter().map(|(_, arm)| arm.scored_strength).sum(),
        cost_usd: mean(|arm| arm.cost_usd),
        cost_source: costed.map(|(_, arm)| arm.cost_source).max().unwrap_or(CostSource::Unknown),
        input_tokens: mean(|arm| arm.input_tokens),
        output_tokens: mean(|arm| arm.output_tokens),
        latency: Latency {
            p50: mean(|arm| arm.latency.p50),
            p95: mean(|arm| arm.latency.p95),
            p99: mean(|arm| arm.latency.p99),
        },
        standing,
        unproven,
        changed_since: arms.iter().filter_map(|(_, arm)| arm.changed_since.clone()).max(),
        flags: flags.into_iter().cloned().collect(),
    }
}

/// The weighted mean Σ s·X of the children's posteriors X, moment-matched.
///
/// Children with evidence err independently: Σ s²·Var X. Children without share one unknown, how good the model is
/// where it never ran: their errors add up as (Σ s·√Var X)², or many empty children would look like much evidence.
fn mixture(arms: &[(f64, Cow<'_, Arm>)], posterior: fn(&Arm) -> Beta, known: fn(&Arm) -> bool) -> Beta {
    let (mut mean, mut independent, mut common) = (0.0, 0.0, 0.0);
    for (share, arm) in arms {
        let child = posterior(arm);
        mean += share * child.mean();
        if known(arm) {
            independent += share * share * child.variance();
        } else {
            common += share * child.variance().sqrt();
        }
    }
    Beta::from_moments(mean, independent + common * common)
}

fn share_of(arms: &[(f64, Cow<'_, Arm>)], holds: fn(&Arm) -> bool) -> f64 {
    arms.iter().filter(|(_, arm)| holds(arm)).map(|(share, _)| share).sum()
}

fn is_enough(share: f64) -> bool {
    // A hair below: shares of 0.3 + 0.6 must count as 0.9.
    share >= ELIGIBLE_TRAFFIC - 1e-9
}

/// The standing over all children, and whether it is unproven in too many of them.
fn standing(arms: &[(f64, Cow<'_, Arm>)], common: bool) -> (Standing, bool) {
    // A pin holds others back in its own work only: elsewhere in the row they are as eligible as they were.
    let (allowed, eligible) = (share_of(arms, Arm::is_allowed), share_of(arms, Arm::is_fallback));
    let held = arms.iter().find_map(|(_, arm)| match &arm.standing {
        Standing::Held(reason) => Some(reason),
        _ => None,
    });
    // An empty sum is −0, and adding 0 makes it 0.
    let percent = |share: f64| format!("{:.0} %", 100.0 * share + 0.0);
    if let Some(reason) = held.filter(|_| is_enough(share_of(arms, |arm| !arm.is_eligible()))) {
        (Standing::Held(reason.clone()), false)
    } else if is_enough(eligible) {
        let ran = share_of(arms, |arm| arm.strength > 0.0);
        let unproven = !is_enough(share_of(arms, |arm| !arm.unproven));
        (Standing::Eligible(format!("eligible; evidence in segments with {} of the traffic", percent(ran))), unproven)
    } else if is_enough(allowed) {
        let reason = format!("shut out: eligible in segments with only {} of the traffic", percent(eligible));
        (Standing::ShutOut(reason), false)
    } else {
        let reason = format!("allowed in segments with only {} of the traffic", percent(allowed));
        let partly = allowed > 0.0 && !common;
        (if partly { Standing::ShutOut(reason) } else { Standing::Forbidden(reason) }, false)
    }
}

//! Who may play: the constraints of reliability and latency on a leaf segment's arm.

use super::arm::Standing;
use super::evidence::ArmEvidence;
use super::settings::PolicySettings;
use crate::segment::Segment;
use crate::stats::Beta;

/// The standing of an arm that the rules allow, and whether it passed a constraint only for want of evidence.
///
/// Where W ≥ `min_strength_for_constraints`: P(reliability ≥ `min_reliability`) ≥ ½, and p95 latency within the
/// difficulty's limit. A latency that is not known passes.
pub(super) fn standing(
    settings: &PolicySettings,
    segment: &Segment,
    evidence: Option<&ArmEvidence>,
    reliability: Beta,
) -> (Standing, bool) {
    let Some(arm) = evidence.filter(|arm| arm.strength() > 0.0) else {
        return (Standing::Eligible("eligible; no evidence in this segment, prior only".into()), true);
    };
    if arm.strength() < settings.min_strength_for_constraints {
        let reason = format!("eligible; unproven, strength {:.1}", arm.strength());
        return (Standing::Eligible(reason), true);
    }
    let least = settings.min_reliability;
    if least > 0.0 && 1.0 - reliability.cdf(least) < 0.5 {
        let found = 100.0 * reliability.mean();
        let reason = format!("shut out: {found:.1} % of calls succeed, {:.1} % are asked for", 100.0 * least);
        return (Standing::ShutOut(reason), false);
    }
    match (settings.max_latency_p95_ms.get(&segment.difficulty), arm.latency.p95) {
        (Some(limit), Some(p95)) if p95 > *limit => {
            let reason = format!("shut out: p95 latency {p95:.0} ms, at most {limit:.0} ms for {}", segment.difficulty);
            (Standing::ShutOut(reason), false)
        }
        (Some(_), None) => (Standing::Eligible("eligible; latency unproven".into()), true),
        _ => (Standing::Eligible("eligible".into()), false),
    }
}

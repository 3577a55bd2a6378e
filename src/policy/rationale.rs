//! One sentence that says why the leading model leads.

use super::plan::Plan;
use super::result::{Candidate, RowEvidence};
use super::settings::PolicySettings;
use crate::segment::{ANY, Segment, UNKNOWN};

/// Below this score difference (of 10) two models are called equal.
const EQUAL_SCORES: f64 = 0.05;

/// "debugging: claude-sonnet, 9.1 [8.9, 9.3] on 412 effective calls, 0.4 above gemini-pro, p(best) 0.93, $0.011".
///
/// `candidates` by falling weight.
pub(super) fn rationale(
    plan: &Plan,
    candidates: &[Candidate],
    evidence: &RowEvidence,
    settings: &PolicySettings,
) -> String {
    let (segment, unmet, scored) = (plan.row.segment, plan.unmet, plan.row.scored);
    let mut eligible: Vec<&Candidate> = candidates.iter().filter(|candidate| candidate.eligible).collect();
    // Equal weights (argmax policies: all but the first) go by the probability of being best.
    eligible.sort_by(|one, other| {
        other.exploit_weight.total_cmp(&one.exploit_weight).then(other.p_best.total_cmp(&one.p_best))
    });
    let Some(leader) = eligible.first() else {
        return format!("{}: no model", label(segment));
    };
    let mut parts = vec![format!("{}: {}", label(segment), leader.model)];
    if unmet {
        parts.push("the most reliable though no model meets the constraints".into());
    }
    parts.push(if scored {
        let score = leader.score_interval;
        format!("{:.1} [{:.1}, {:.1}]", score.mean, score.low, score.high)
    } else {
        let success = leader.success_interval;
        let percent = [success.mean, success.low, success.high].map(|share| 100.0 * share);
        format!("no scores, {:.1} % [{:.1}, {:.1}] of calls succeed", percent[0], percent[1], percent[2])
    });
    let last = parts.len() - 1;
    parts[last] += &match leader.n_eff {
        size if size >= 0.5 => format!(" on {size:.0} effective calls"),
        _ => " from its prior alone".into(),
    };
    if let Some(second) = eligible.get(1) {
        parts.push(if scored {
            comparison(leader.score_interval.mean - second.score_interval.mean, &second.model)
        } else {
            format!("before {}", second.model)
        });
        parts.push(format!("p(best) {:.2}", leader.p_best));
    } else {
        parts.push("the only eligible model".into());
    }
    parts.push(leader.cost_usd.map_or_else(|| "cost unknown".into(), |cost| format!("${}", dollars(cost))));
    if evidence.strength < settings.min_strength_for_constraints {
        parts.push(format!("thin evidence: strength {:.0} in the row", evidence.strength));
    }
    parts.join(", ")
}

fn comparison(difference: f64, other: &str) -> String {
    if difference.abs() < EQUAL_SCORES {
        format!("equal to {other}")
    } else if difference > 0.0 {
        format!("{difference:.1} above {other}")
    } else {
        format!("{:.1} below {other} (preferred for reliability or cost)", -difference)
    }
}

/// Two significant digits below a dollar, cents above.
fn dollars(cost: f64) -> String {
    let mut digits = 2;
    let mut scaled = cost;
    while scaled > 0.0 && scaled < 0.1 && digits < 10 {
        scaled *= 10.0;
        digits += 1;
    }
    format!("{cost:.digits$}")
}

/// The names that say something: not `*`, not `unknown`.
fn label(segment: &Segment) -> String {
    let names = [&segment.role, &segment.category, &segment.difficulty];
    let telling: Vec<&str> =
        names.into_iter().map(String::as_str).filter(|name| *name != ANY && *name != UNKNOWN).collect();
    if telling.is_empty() { "any work".into() } else { telling.join(" / ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_costs_keep_two_digits() {
        for (cost, text) in [(0.0, "0.00"), (0.011, "0.011"), (0.00012, "0.00012"), (0.25, "0.25"), (3.0, "3.00")] {
            assert_eq!(dollars(cost), text);
        }
    }

    #[test]
    fn a_segment_is_called_by_the_names_that_say_something() {
        assert_eq!(label(&Segment::new(ANY, "debugging", UNKNOWN)), "debugging");
        assert_eq!(label(&Segment::new("executor", "system", "advanced")), "executor / system / advanced");
        assert_eq!(label(&Segment::new(ANY, ANY, ANY)), "any work");
    }
}

//! How far a table may move before it has proved itself.

use std::fmt::{self, Display, Formatter};

use super::GateError;

/// Weights read back from decimal text may be off by this.
const SUM_SLACK: f64 = 1e-6;

/// A row's step from the anchor towards a candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The exploit weights to publish.
    pub weights: Vec<f64>,
    /// ½ Σ |candidate − anchor|: how far it wanted to go, safety moves apart.
    pub wanted: f64,
    /// How far it went, safety moves apart; at most the cap.
    pub moved: f64,
    /// The weight that was taken from unsafe models at once.
    pub safety_moved: f64,
}

/// Moves a row's exploit weights from the anchor's as far towards the candidate's as `cap` allows.
///
/// 1. Safety: a model marked in `safety` (flagged by a detector, or no longer eligible) that the candidate gives less than
///    the anchor falls to the candidate's weight at once. What it had goes to the other models in proportion to their
///    anchor weights (where they have none, to those that the candidate prefers).
/// 2. Step: from there, anchor + t·(candidate − anchor) with t = min(1, cap/½Σ|candidate − anchor|). Total variation to the
///    anchor is at most `cap`, however many nights pass, because it is the anchor's and not last night's.
///
/// Every slice has one entry a model.
///
/// # Errors
/// [`GateError::Rows`] where lengths differ or weights are not a distribution.
///
/// ```
/// use merit::evaluate::gate::bounded_step;
/// let step = bounded_step(&[0.8, 0.2, 0.0], &[0.2, 0.3, 0.5], 0.1, &[false; 3])?;
/// assert!((step.wanted - 0.6).abs() < 1e-12 && (step.moved - 0.1).abs() < 1e-12);
/// assert!((step.weights[0] - 0.7).abs() < 1e-12);
/// // The first model is no longer eligible: it goes at once, whatever the cap.
/// let step = bounded_step(&[0.8, 0.2, 0.0], &[0.0, 0.4, 0.6], 0.1, &[true, false, false])?;
/// assert_eq!((step.weights[0], step.safety_moved), (0.0, 0.8));
/// assert!((step.weights[1] - 0.9).abs() < 1e-12 && (step.weights[2] - 0.1).abs() < 1e-12);
/// # Ok::<(), merit::evaluate::gate::GateError>(())
/// ```
pub fn bounded_step(anchor: &[f64], candidate: &[f64], cap: f64, safety: &[bool]) -> Result<Step, GateError> {
    let (anchor_sum, candidate_sum) = (anchor.iter().sum::<f64>(), candidate.iter().sum::<f64>());
    let proper =
        |weights: &[f64], sum: f64| weights.iter().all(|weight| *weight >= 0.0) && (sum - 1.0).abs() <= SUM_SLACK;
    let lengths = anchor.len() == candidate.len() && anchor.len() == safety.len();
    if !lengths || !proper(anchor, anchor_sum) || !proper(candidate, candidate_sum) {
        let (anchor, candidate, safety) = (anchor.len(), candidate.len(), safety.len());
        return Err(GateError::Rows { anchor, candidate, safety, anchor_sum, candidate_sum });
    }
    let (from, safety_moved) = without_unsafe(anchor, candidate, safety);
    let wanted = total_variation(&from, candidate);
    let cap = cap.max(0.0);
    if wanted <= cap {
        return Ok(Step { weights: candidate.to_vec(), wanted, moved: wanted, safety_moved });
    }
    let share = cap / wanted;
    let weights = from.iter().zip(candidate).map(|(from, to)| from + share * (to - from)).collect();
    Ok(Step { weights, wanted, moved: cap, safety_moved })
}

/// ½ Σ |one − other|.
fn total_variation(one: &[f64], other: &[f64]) -> f64 {
    0.5 * one.iter().zip(other).map(|(one, other)| (one - other).abs()).sum::<f64>()
}

/// The anchor after the safety moves, and the weight they took.
fn without_unsafe(anchor: &[f64], candidate: &[f64], safety: &[bool]) -> (Vec<f64>, f64) {
    let falls = |model: usize| safety[model] && candidate[model] < anchor[model];
    let mut from: Vec<f64> = anchor.to_vec();
    let mut freed = 0.0;
    for model in (0..anchor.len()).filter(|&model| falls(model)) {
        freed += anchor[model] - candidate[model];
        from[model] = candidate[model];
    }
    if freed <= 0.0 {
        return (from, 0.0);
    }
    // An unsafe model gains nothing by the fall of another.
    let heirs = |weights: &[f64]| -> Vec<f64> {
        (0..weights.len()).map(|model| if safety[model] { 0.0 } else { weights[model] }).collect()
    };
    let shares = [heirs(anchor), heirs(candidate), candidate.to_vec()];
    // The candidate's weights sum to 1, so the last never fails.
    if let Some((shares, total)) =
        shares.iter().map(|shares| (shares, shares.iter().sum::<f64>())).find(|(_, total)| *total > 0.0)
    {
        from.iter_mut().zip(shares).for_each(|(weight, share)| *weight += freed * share / total);
    }
    (from, freed)
}

impl Display for Step {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        if self.safety_moved > 0.0 {
            write!(to, "{:.1} % of the weight left unsafe models at once; ", 100.0 * self.safety_moved)?;
        }
        if self.moved < self.wanted {
            let (wanted, moved) = (100.0 * self.wanted, 100.0 * self.moved);
            write!(
                to,
                "the candidate wants to move {wanted:.1} % of the weight and may move {moved:.1} % until it is accepted"
            )
        } else {
            write!(to, "the candidate moves {:.1} % of the weight, within the bounded step", 100.0 * self.moved)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn unsafe_weight_goes_where_the_anchor_or_else_the_candidate_puts_it() {
        let step = |anchor: &[f64], candidate: &[f64], safety: &[bool]| {
            bounded_step(anchor, candidate, 0.0, safety).expect("proper rows").weights
        };
        assert_eq!(step(&[0.5, 0.5, 0.0], &[0.0, 0.0, 1.0], &[true, false, false]), [0.0, 1.0, 0.0]);
        assert_eq!(step(&[1.0, 0.0, 0.0], &[0.25, 0.25, 0.5], &[true, false, false]), [0.25, 0.25, 0.5]);
        // All unsafe: as the candidate says.
        assert_eq!(step(&[1.0, 0.0], &[0.0, 1.0], &[true, true]), [0.0, 1.0]);
        // An unsafe model that the candidate gives more is no safety move.
        assert_eq!(step(&[0.5, 0.5], &[0.9, 0.1], &[true, false]), [0.5, 0.5]);
    }

    #[test]
    fn a_step_says_what_it_did() {
        let step = bounded_step(&[0.8, 0.2, 0.0], &[0.0, 0.4, 0.6], 0.1, &[true, false, false]).expect("proper rows");
        assert_eq!(
            step.to_string(),
            "80.0 % of the weight left unsafe models at once; the candidate wants to move 60.0 % of the weight and may \
             move 10.0 % until it is accepted"
        );
        let step = bounded_step(&[0.8, 0.2], &[0.75, 0.25], 0.1, &[false; 2]).expect("proper rows");
        assert_eq!(step.to_string(), "the candidate moves 5.0 % of the weight, within the bounded step");
    }

    #[test]
    fn rows_that_do_not_match_are_refused() {
        for (anchor, candidate, safety) in [
            (vec![1.0], vec![0.5, 0.5], vec![false; 2]),
            (vec![0.5, 0.5], vec![0.5, 0.5], vec![false]),
            (vec![0.5, 0.4], vec![0.5, 0.5], vec![false; 2]),
            (vec![0.5, 0.5], vec![1.5, -0.5], vec![false; 2]),
            (vec![f64::NAN, 0.5], vec![0.5, 0.5], vec![false; 2]),
            (vec![], vec![], vec![]),
        ] {
            assert!(matches!(bounded_step(&anchor, &candidate, 0.1, &safety), Err(GateError::Rows { .. })));
        }
    }

    fn row() -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec(prop_oneof![Just(0.0), 0.0..1.0_f64], 4)
            .prop_filter("some weight", |raw| raw.iter().sum::<f64>() > 1e-3)
            .prop_map(|raw| {
                let total: f64 = raw.iter().sum();
                raw.into_iter().map(|weight| weight / total).collect()
            })
    }

    proptest! {
        #[test]
        fn no_chain_of_nights_leaves_the_cap(anchor in row(), nights in prop::collection::vec(row(), 1..8)) {
            for candidate in nights {
                let step = bounded_step(&anchor, &candidate, 0.1, &[false; 4]).expect("proper rows");
                prop_assert!((step.weights.iter().sum::<f64>() - 1.0).abs() < 1e-9);
                prop_assert!(step.weights.iter().all(|weight| *weight >= 0.0));
                prop_assert!(total_variation(&anchor, &step.weights) <= 0.1 + 1e-12);
                prop_assert_eq!(step.safety_moved, 0.0);
            }
        }

        #[test]
        fn unsafe_models_never_keep_more_than_the_candidate_gives(
            anchor in row(), candidate in row(), safety in prop::collection::vec(any::<bool>(), 4),
        ) {
            let step = bounded_step(&anchor, &candidate, 0.1, &safety).expect("proper rows");
            prop_assert!((step.weights.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            let some_heir = (0..4).any(|model| !safety[model] && anchor[model].max(candidate[model]) > 0.0);
            for model in 0..4 {
                prop_assert!(step.weights[model] >= 0.0);
                if safety[model] && candidate[model] <= anchor[model] && some_heir {
                    prop_assert!(step.weights[model] <= candidate[model] + 1e-12);
                }
            }
        }
    }
}

//! A row's exploit weights after observations.
//!
//! Where the table weighs models by their probability of being the best, each weight is multiplied by what that
//! probability has become against what it was, f(now)/f(table), and all are made to sum to 1. Both f come from the same
//! quadrature, whose errors cancel: without observations every factor is 1. The factor lies within b^±n, n being the
//! calls that speak for and against the model, b = [`most_factor`](super::LearnSettings::most_factor): one call moves
//! nobody by more. A model that the table gives nothing, which may be anything below 10⁻⁶, starts from its own f, 10⁻⁶
//! at most, and goes on getting nothing until its weight is above that.
//!
//! Where the table plays one model alone, another takes its place when its mean utility has come to be the largest; the
//! table's own leader stays ahead of those whom the table put behind it for other reasons.

use super::basis::{Basis, Contender, Rule};
use super::best::{Belief, probability_best};
use super::tally::Observed;

/// The largest weight that a table writes as none.
const NEGLIGIBLE: f64 = 1e-6;
/// Less than this is no probability of being the best.
const LEAST: f64 = 1e-9;

/// The weights of the contenders, in their order; they sum to 1. `observed` is of the same length.
pub(super) fn weights(basis: &Basis, observed: &[Observed], most_factor: f64) -> Vec<f64> {
    let beliefs: Vec<Belief> =
        basis.contenders.iter().zip(observed).map(|(contender, seen)| updated(contender, *seen)).collect();
    match basis.rule {
        Rule::Matching { sharpness } => matching(basis, sharpness, &beliefs, observed, libm::log2(most_factor)),
        Rule::Leader => leader(&basis.contenders, &beliefs),
    }
}

/// The posterior after observations.
pub(super) fn updated(contender: &Contender, seen: Observed) -> Belief {
    let Contender { belief, call, .. } = *contender;
    Belief { alpha: belief.alpha + call * seen.good, beta: belief.beta + call * seen.bad, ..belief }
}

fn matching(basis: &Basis, sharpness: f64, beliefs: &[Belief], observed: &[Observed], most_doublings: f64) -> Vec<f64> {
    let before: Vec<f64> = basis.best(sharpness).iter().map(|best| best.max(LEAST)).collect();
    let contenders = &basis.contenders;
    let largest_of_none =
        contenders.iter().zip(&before).filter(|(one, _)| one.weight <= 0.0).map(|(_, best)| *best).fold(0.0, f64::max);
    let part_of_none = NEGLIGIBLE / largest_of_none.max(NEGLIGIBLE);
    let sum = |of: fn(&Observed) -> f64| observed.iter().map(of).sum::<f64>();
    let (good, bad) = (sum(|seen| seen.good), sum(|seen| seen.bad));
    let after = probability_best(beliefs, sharpness);
    let raw: Vec<f64> = (0..contenders.len())
        .map(|place| {
            let (seen, before) = (observed[place], before[place]);
            let start = if contenders[place].weight > 0.0 { contenders[place].weight } else { part_of_none * before };
            // What speaks for it is its own good and the others' bad calls; only that can raise it, and the reverse.
            let speaks_for = (seen.good + bad - seen.bad).max(0.0);
            let speaks_against = (seen.bad + good - seen.good).max(0.0);
            let most = libm::exp2(most_doublings * speaks_for);
            let least = libm::exp2(-most_doublings * speaks_against);
            start * (after[place].max(LEAST) / before).clamp(least, most)
        })
        .collect();
    let total: f64 = raw.iter().sum();
    let kept: Vec<f64> = raw
        .iter()
        .zip(contenders)
        .map(|(raw, contender)| if contender.weight > 0.0 || raw / total > NEGLIGIBLE { *raw } else { 0.0 })
        .collect();
    let total: f64 = kept.iter().sum();
    kept.into_iter().map(|raw| raw / total).collect()
}

fn leader(contenders: &[Contender], beliefs: &[Belief]) -> Vec<f64> {
    let first = |values: &dyn Fn(usize) -> f64| {
        (1..contenders.len()).fold(0, |best, place| if values(place) > values(best) { place } else { best })
    };
    let old = first(&|place| contenders[place].weight);
    let in_the_table = |place: usize| contenders[place].belief.mean();
    let behind = in_the_table(first(&in_the_table)) - in_the_table(old);
    let head_start = |place: usize| if place == old { behind } else { 0.0 };
    let ahead = first(&|place| beliefs[place].mean() + head_start(place));
    let utility = |place: usize| beliefs[place].mean() + head_start(place);
    let new = if utility(ahead) > utility(old) { ahead } else { old };
    let weight = |place: usize| {
        if new == old { contenders[place].weight } else { f64::from(u8::from(place == new)) }
    };
    (0..contenders.len()).map(weight).collect()
}

//! How much the days of an arm vary though nothing changes.

use super::series::{Day, Series};
use crate::history::History;

/// What the days' figures vary by, besides the level.
pub(super) struct Noise {
    /// Mean success of all calls.
    pub(super) success: f64,
    /// How many times more the days' success rates vary than coin tosses do, at least 1.
    pub(super) success_dispersion: f64,
    /// Mean quality of all scored successes.
    pub(super) quality: f64,
    /// Per series: variance of one score about the arm's level, φ·m̄(1−m̄).
    pub(super) score_variances: Vec<f64>,
    /// Strength of the prior on an arm's success, in calls divided by their dispersion.
    pub(super) success_prior: f64,
    /// Strength of the prior on an arm's mean score, in scores.
    pub(super) score_prior: f64,
}

/// The prior counts as at least this many calls, as it does in the policy …
const LEAST_PRIOR: f64 = 2.0;
/// … and at most this many, as where all arms are alike.
const LARGEST_PRIOR: f64 = 500.0;

/// Variance within one call over variance between arms: the strength with which an arm's mean is drawn towards the mean
/// of all (method of moments, weights n; DerSimonian & Laird, *Controlled Clinical Trials* 7, 1986, 177-188).
///
/// Not a weak constant: arms mostly are more alike than κ = 2 says, and then a short half-life would win on any world,
/// since it forgets an arm's own noise and falls back on the mean of all.
fn prior_strength(arms: impl Iterator<Item = (f64, f64)>, mean: f64, variance: f64) -> f64 {
    let (mut count, mut squares, mut total, mut total_squares) = (0.0, 0.0, 0.0, 0.0);
    for (calls, level) in arms.filter(|arm| arm.0 > 0.0) {
        count += 1.0;
        squares += calls * (level - mean) * (level - mean);
        total += calls;
        total_squares += calls * calls;
    }
    if count < 2.0 {
        return LEAST_PRIOR;
    }
    let between = (squares - (count - 1.0) * variance) / (total - total_squares / total);
    if between > 0.0 { (variance / between).clamp(LEAST_PRIOR, LARGEST_PRIOR) } else { LARGEST_PRIOR }
}

/// Below this a variance of scores is rounding, not knowledge.
const LEAST_VARIANCE: f64 = 1e-6;

/// From differences of neighbouring days (von Neumann, Kent, Bellinson & Hart, *Ann. Math. Statist.* 12, 1941, 153-162):
/// E (x̄ₜ − x̄ₜ₋₁)² = σ²(1/nₜ + 1/nₜ₋₁) but for one day's drift, so a level that wanders for months adds next to nothing,
/// while day effects, which forgetting faster cannot predict either, count as the noise they are. It also needs no two
/// scores on any day.
pub(super) fn noise(history: &History, all: &[Series]) -> Noise {
    let ratio = |sum: f64, count: f64, otherwise: f64| if count > 0.0 { sum / count } else { otherwise };
    let total = |of: fn(&Day) -> f64| all.iter().flat_map(|arm| &arm.days).map(of).sum::<f64>();
    let calls = total(|day| day.calls);
    let scored = total(|day| day.scored);
    let success = ratio(total(|day| day.successes), calls, 0.5);
    let quality = ratio(total(|day| day.quality), scored, 0.5);

    let mut success_pair = Differences::default();
    let mut of_model: std::collections::BTreeMap<&str, Differences> = std::collections::BTreeMap::new();
    let mut everywhere = Differences::default();
    let mut bernoulli = Vec::with_capacity(all.len());
    for arm in all {
        let sum = |of: fn(&Day) -> f64| arm.days.iter().map(of).sum::<f64>();
        let rate = ratio(sum(|day| day.successes), sum(|day| day.calls), success);
        success_pair.add(arm.days.iter().map(|day| (day.calls, day.successes)), rate * (1.0 - rate));
        let level = ratio(sum(|day| day.quality), sum(|day| day.scored), quality).clamp(0.0, 1.0);
        let spread = level * (1.0 - level);
        bernoulli.push(spread);
        let days = || arm.days.iter().map(|day| (day.scored, day.quality));
        everywhere.add(days(), spread);
        of_model.entry(&history.arms[arm.arm as usize].model).or_default().add(days(), spread);
    }
    let pooled = everywhere.dispersion(0.0, 1.0);
    // The prior's weight is that of some days of one arm: enough to steady a model with a handful of scores.
    let dispersions: Vec<f64> = all
        .iter()
        .map(|arm| of_model[history.arms[arm.arm as usize].model.as_str()].dispersion(10.0, pooled))
        .collect();
    let variances: Vec<f64> =
        dispersions.iter().zip(&bernoulli).map(|(phi, spread)| (phi * spread).max(LEAST_VARIANCE)).collect();
    let success_dispersion = success_pair.dispersion(0.0, 1.0).max(1.0);
    let level = |arm: &Series, count: fn(&Day) -> f64, sum: fn(&Day) -> f64| {
        let calls: f64 = arm.days.iter().map(count).sum();
        (calls, arm.days.iter().map(sum).sum::<f64>() / calls)
    };
    let successes = all.iter().map(|arm| level(arm, |day| day.calls, |day| day.successes));
    let scores = all.iter().map(|arm| level(arm, |day| day.scored, |day| day.quality));
    let per_score = ratio(
        all.iter().zip(&variances).map(|(arm, variance)| variance * level(arm, |day| day.scored, |_| 0.0).0).sum(),
        scored,
        1.0,
    );
    Noise {
        // The days' calls are divided by their dispersion, and so is the prior.
        success_prior: prior_strength(successes, success, success_dispersion * success * (1.0 - success))
            / success_dispersion,
        score_prior: prior_strength(scores, quality, per_score),
        success,
        success_dispersion,
        quality,
        score_variances: variances,
    }
}

/// Squared differences of neighbouring days against what coin tosses of the same mean would give.
#[derive(Clone, Copy, Debug, Default)]
struct Differences {
    squares: f64,
    bernoulli: f64,
    pairs: f64,
}

impl Differences {
    fn add(&mut self, days: impl Iterator<Item = (f64, f64)>, spread: f64) {
        let mut before: Option<(f64, f64)> = None;
        for (count, sum) in days.filter(|day| day.0 > 0.0) {
            if let Some((last_count, last_sum)) = before {
                let difference = sum / count - last_sum / last_count;
                self.squares += difference * difference / (1.0 / count + 1.0 / last_count);
                self.bernoulli += spread;
                self.pairs += 1.0;
            }
            before = Some((count, sum));
        }
    }

    /// φ, drawn towards `prior` with the weight of `prior_pairs` pairs; `prior` where nothing is known.
    fn dispersion(&self, prior_pairs: f64, prior: f64) -> f64 {
        if self.bernoulli <= 1e-12 {
            return prior;
        }
        let added = prior_pairs * self.bernoulli / self.pairs;
        (self.squares + added * prior) / (self.bernoulli + added)
    }
}

//! From a prior and decayed sums to a posterior: how much either still says of today.

use crate::stats::{Beta, effective_size};

/// Neither success nor failure is ever believed impossible: each has at least the half call of Jeffreys' prior
/// (Jeffreys, *Proc. R. Soc. A* 186, 1946), so that a hundred successes of a hundred keep an honest interval.
const MINIMUM_PSEUDO_COUNT: f64 = 0.5;
/// A cell's decayed sums of one figure.
#[derive(Clone, Copy)]
pub(super) struct Sums {
    /// Σ w·x.
    pub(super) sum: f64,
    /// Σ w.
    pub(super) strength: f64,
    /// Σ w².
    pub(super) strength_squared: f64,
    /// φ.
    pub(super) dispersion: f64,
}

impl Sums {
    /// N, the calls whose noise the decayed mean has: n_eff, but what is old says less than its noise. In the steady
    /// state of exponential decay n_eff is (1 + 2^(−1/h))·W, so twice W is the most that is believed.
    pub(super) fn calls(self) -> f64 {
        effective_size::kish(self.strength, self.strength_squared).min(2.0 * self.strength) / self.dispersion
    }
}

/// The posterior of an arm's present level: Beta(κ′μ + Σ w·x, κ′(1 − μ) + Σ w·(1 − x)), κ′ being the prior's strength
/// less what drift has made of it.
///
/// Prior (κ calls) and sums (N calls) both speak of the level as it was on average over the memory; from there to today
/// it has drifted, by a variance that makes the sums alone worth W calls: 1/W − 1/N. Together they are worth S =
/// 1/(1/(κ + N) + 1/W − 1/N) calls, and the prior adds κ′ = S − W of them: κ where nothing is decayed (N = W), about
/// κ/4 in the steady state. A level that drifts would also have drifted apart from the others': no more drift is
/// allowed for than the spread that the prior knows, 1/κ, so that an arm that falls idle widens towards a strength of
/// κ/2. One that never ran has the prior.
pub(super) fn posterior(prior: Beta, cells: impl Iterator<Item = Sums>) -> Beta {
    let (mut strength, mut calls, mut sum) = (0.0, 0.0, 0.0);
    for cell in cells.filter(|cell| cell.strength > 0.0) {
        strength += cell.strength / cell.dispersion;
        calls += cell.calls();
        sum += cell.sum / cell.dispersion;
    }
    if strength <= 0.0 {
        return Beta::new(prior.alpha.max(MINIMUM_PSEUDO_COUNT), prior.beta.max(MINIMUM_PSEUDO_COUNT));
    }
    let before = prior.alpha + prior.beta;
    let drift = (1.0 / strength - 1.0 / calls).max(0.0);
    // Smoothly, so that every idle night widens: D·κ ≪ 1 leaves D, D·κ ≫ 1 gives 1/κ.
    let allowed = drift / libm::sqrt(1.0 + before * before * drift * drift);
    let together = 1.0 / (1.0 / (before + calls) + allowed);
    let left = (together - strength).max(0.0) / before;
    let part = |shape: f64| (left * shape).max(MINIMUM_PSEUDO_COUNT);
    Beta::new(part(prior.alpha), part(prior.beta)).updated(sum, strength - sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(strength: f64, strength_squared: f64) -> Sums {
        Sums { sum: 0.9 * strength, strength, strength_squared, dispersion: 1.0 }
    }

    #[test]
    fn undecayed_sums_add_to_the_whole_prior() {
        let found = posterior(Beta::new(20.0, 5.0), [sums(100.0, 100.0)].into_iter());
        assert!((found.alpha - 110.0).abs() < 1e-9 && (found.beta - 15.0).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn drift_leaves_a_quarter_of_a_weak_prior_and_a_strong_one_cannot_outlive_it() {
        // W = 100 of n_eff = 200, the steady state: κ′ = 1/(1/(κ + 200) + 1/200) − 100.
        let strength = |kappa: f64| {
            let found = posterior(Beta::new(0.8 * kappa, 0.2 * kappa), [sums(100.0, 50.0)].into_iter());
            found.alpha + found.beta
        };
        assert!((strength(8.0) - 102.0).abs() < 0.6, "κ/4, the lesser shape at least ½: {}", strength(8.0));
        let allowed = 0.005 / libm::sqrt(1.25);
        assert!((strength(100.0) - 1.0 / (1.0 / 300.0 + allowed)).abs() < 1e-9, "{}", strength(100.0));
    }

    #[test]
    fn an_idle_arm_widens_every_night_towards_its_prior() {
        let prior = Beta::new(40.0, 10.0);
        let mut last = f64::INFINITY;
        for night in 0..200 {
            let fade = libm::exp2(-f64::from(night) / 14.0);
            let found = posterior(prior, [sums(100.0 * fade, 50.0 * fade * fade)].into_iter());
            let strength = found.alpha + found.beta;
            assert!(strength < last && strength > 25.0, "night {night}: {strength}");
            last = strength;
        }
        assert!(last < 25.1, "half the prior's 50: {last}");
        assert_eq!(posterior(prior, std::iter::empty()), prior, "one that never ran has the prior");
    }
}

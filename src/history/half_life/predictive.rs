//! How likely each day was, judged from the days before it, under every half-life of the grid.

use super::choice::GRID;
use super::noise::Noise;
use super::series::{Day, Series};
use crate::stats::decay;

/// Decayed sums over the days gone by, under one half-life.
#[derive(Clone, Copy, Debug, Default)]
struct Past {
    successes: f64,
    failures: f64,
    scored: f64,
    quality: f64,
}

/// The log-likelihood of each of an arm's days, given its earlier days, with the day's place in the ascending `calendar`.
pub(super) fn log_likelihoods(
    arm: &Series,
    index: usize,
    noise: &Noise,
    calendar: &[i32],
) -> Vec<(usize, [f64; GRID.len()])> {
    let mut by_day = Vec::with_capacity(arm.days.len());
    let mut past = [Past::default(); GRID.len()];
    let next_day = GRID.map(|half_life| decay::weight(1.0, half_life));
    let mut last: Option<i32> = None;
    for day in &arm.days {
        if let Some(last) = last {
            let gap = day.day - last;
            for (place, past) in past.iter_mut().enumerate() {
                let weight = if gap == 1 { next_day[place] } else { decay::weight(f64::from(gap), GRID[place]) };
                past.successes *= weight;
                past.failures *= weight;
                past.scored *= weight;
                past.quality *= weight;
            }
            let place = calendar.binary_search(&day.day).expect("the calendar holds every arm's days");
            let likelihood =
                |past: &Past| success_log_likelihood(day, past, noise) + score_log_likelihood(day, past, noise, index);
            by_day.push((place, past.each_ref().map(likelihood)));
        }
        for past in &mut past {
            past.successes += day.successes / noise.success_dispersion;
            past.failures += (day.calls - day.successes) / noise.success_dispersion;
            past.scored += day.scored;
            past.quality += day.quality;
        }
        last = Some(day.day);
    }
    by_day
}

/// ln of the beta-binomial probability of the day's successes, but for the binomial coefficient, which no half-life
/// changes.
///
/// Days that vary more than coin tosses count as so many fewer calls (quasi-likelihood; Wedderburn, *Biometrika* 61,
/// 1974). Otherwise a short half-life would win by its wide predictions alone.
fn success_log_likelihood(day: &Day, past: &Past, noise: &Noise) -> f64 {
    let mean = noise.success.clamp(1e-3, 1.0 - 1e-3);
    let alpha = noise.success_prior * mean + past.successes;
    let beta = noise.success_prior * (1.0 - mean) + past.failures;
    let successes = day.successes / noise.success_dispersion;
    let failures = (day.calls - day.successes) / noise.success_dispersion;
    ln_rising(alpha, successes) + ln_rising(beta, failures) - ln_rising(alpha + beta, successes + failures)
}

/// ln Γ(a + n) − ln Γ(a); for few whole n a product, which is cheaper.
fn ln_rising(a: f64, n: f64) -> f64 {
    if n == 0.0 {
        return 0.0;
    }
    if n <= 8.0 && n == libm::floor(n) {
        return libm::log((0..n as u32).fold(1.0, |product, step| product * (a + f64::from(step))));
    }
    libm::lgamma(a + n) - libm::lgamma(a)
}

/// ln of the normal density of the day's mean score: mean m from the past and the prior, variance σ²(1/S + 1/n).
///
/// S is the decayed strength of the past and of the prior. σ² = φ·m̄(1−m̄) is the arm's, the same under every
/// half-life: with the predicted mean in it, a half-life could win by its variances rather than by its predictions.
fn score_log_likelihood(day: &Day, past: &Past, noise: &Noise, index: usize) -> f64 {
    if day.scored == 0.0 {
        return 0.0;
    }
    let strength = noise.score_prior + past.scored;
    let mean = (noise.score_prior * noise.quality + past.quality) / strength;
    let variance = noise.score_variances[index] * (1.0 / strength + 1.0 / day.scored);
    let error = day.quality / day.scored - mean;
    -0.5 * (libm::log(2.0 * std::f64::consts::PI * variance) + error * error / variance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_is_the_gamma_function() {
        for a in [0.02, 1.0, 7.5, 4e5] {
            for n in [1.0, 2.0, 8.0] {
                let exact = libm::lgamma(a + n) - libm::lgamma(a);
                assert!((ln_rising(a, n) - exact).abs() < 1e-8 * (1.0 + exact.abs()), "{a} {n}");
            }
        }
    }

    #[test]
    fn the_beta_binomial_is_a_distribution() {
        let noise = Noise {
            success: 0.7,
            success_dispersion: 1.0,
            quality: 0.5,
            score_variances: vec![],
            success_prior: 2.0,
            score_prior: 2.0,
        };
        let past = Past { successes: 3.3, failures: 1.2, ..Past::default() };
        let ln_choose = |n: f64, k: f64| libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0);
        let total: f64 = (0..=12)
            .map(|k| {
                let day = Day { calls: 12.0, successes: f64::from(k), ..Day::default() };
                libm::exp(ln_choose(12.0, f64::from(k)) + success_log_likelihood(&day, &past, &noise))
            })
            .sum();
        assert!((total - 1.0).abs() < 1e-9, "{total}");
    }
}

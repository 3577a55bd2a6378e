//! What tokens cost, and how many prompt tokens were cached.

use super::Price;
use super::draws::Draws;

/// The mean of [`cached_share`]: ∫₀¹ u^1.5 du.
pub(super) const MEAN_CACHED_SHARE: f64 = 0.4;

/// The cached share of one prompt: u^1.5, u uniform.
///
/// Mooncake's conversation trace (12,031 requests; the leading blocks already seen) has a mean share of .41 and
/// quartiles .07, .36, .71; u^1.5 has .40 and .13, .35, .65.
pub(super) fn cached_share(draws: &mut Draws) -> f64 {
    let u = draws.uniform();
    u * libm::sqrt(u)
}

impl Price {
    /// US dollars for these tokens (`input` includes `cached`), rounded to a billionth.
    pub fn cost_usd(&self, input: i64, cached: i64, output: i64) -> f64 {
        let dollars = self.expected_usd((input - cached) as f64, cached as f64, output as f64);
        (dollars * 1e9).round() / 1e9
    }

    /// US dollars for mean token counts, uncached and cached prompt tokens apart.
    pub(super) fn expected_usd(&self, uncached: f64, cached: f64, output: f64) -> f64 {
        let cached_price = self.cached_input.unwrap_or(self.input);
        (uncached * self.input + cached * cached_price + output * self.output) / 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::super::draws::Purpose;
    use super::*;

    #[test]
    fn cached_tokens_have_their_own_price() {
        let price = Price { input: 2.0, cached_input: Some(0.5), output: 10.0 };
        assert_eq!(price.cost_usd(1_000, 400, 100), 0.0024);
        let plain = Price { cached_input: None, ..price };
        assert_eq!(plain.cost_usd(1_000, 400, 100), 0.003);
        assert_eq!(price.cost_usd(0, 0, 0), 0.0);
    }

    #[test]
    fn the_mean_cached_share_is_as_named() {
        let mut draws = Draws::new(3, Purpose::Day, 0);
        let count = 100_000;
        let mean = (0..count).map(|_| cached_share(&mut draws)).sum::<f64>() / f64::from(count);
        let standard_error = (1.0_f64 / 4.0 - 0.16).sqrt() / f64::from(count).sqrt();
        assert!((mean - MEAN_CACHED_SHARE).abs() < 4.0 * standard_error);
    }
}

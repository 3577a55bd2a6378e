//! What tokens cost, as the caller knows it.

use merit_backends::Usage;
use serde::{Deserialize, Serialize};

/// US dollars per million tokens.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Price {
    /// Prompt tokens that were not cached.
    pub input: f64,
    /// Prompt tokens read from the provider's cache; None: the same as `input`.
    pub cached_input: Option<f64>,
    /// Tokens of the answer, reasoning included.
    pub output: f64,
}

/// Tells the price of a model at a provider; None where it is not known.
pub type Prices<'a> = dyn Fn(&str, &str) -> Option<Price> + Sync + 'a;

impl Price {
    /// ((input − cached) · price_input + cached · price_cached + output · price_output) / 10⁶, in US dollars.
    ///
    /// ```
    /// let price = merit_bench::Price { input: 2.0, cached_input: Some(0.5), output: 8.0 };
    /// assert_eq!(price.cost_usd(1_000_000, 800_000, 100_000), 0.4 + 0.4 + 0.8);
    /// ```
    pub fn cost_usd(&self, input_tokens: u64, cached_input_tokens: u64, output_tokens: u64) -> f64 {
        let cached = cached_input_tokens.min(input_tokens);
        let fresh = (input_tokens - cached) as f64 * self.input;
        (fresh + cached as f64 * self.cached_input.unwrap_or(self.input) + output_tokens as f64 * self.output) / 1e6
    }
}

/// What an attempt cost: what the provider reports, else what its tokens cost; None where neither is known.
pub(crate) fn cost_of(usage: &Usage, price: Option<Price>) -> Option<f64> {
    let sound = |cost: &f64| cost.is_finite() && *cost >= 0.0;
    let by_tokens = || {
        let (input, output) = (usage.input_tokens?, usage.output_tokens?);
        Some(price?.cost_usd(input, usage.cached_input_tokens.unwrap_or(0), output))
    };
    usage.cost_usd.filter(sound).or_else(by_tokens).filter(sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reported_counts_before_what_is_computed() {
        let price = Some(Price { input: 1.0, cached_input: None, output: 10.0 });
        let tokens = Usage { input_tokens: Some(1_000), output_tokens: Some(100), ..Usage::default() };
        assert_eq!(cost_of(&tokens, price), Some(0.002));
        assert_eq!(cost_of(&Usage { cost_usd: Some(0.5), ..tokens }, price), Some(0.5));
        assert_eq!(cost_of(&Usage { cost_usd: Some(0.0), ..tokens }, price), Some(0.0));
        assert_eq!(cost_of(&tokens, None), None);
        assert_eq!(cost_of(&Usage { output_tokens: None, ..tokens }, price), None);
    }
}

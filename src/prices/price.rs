//! One list price and what a call costs at it.

use jiff::civil::Date;
use serde::{Serialize, Serializer};

/// What a provider asks for a model from a day on, in US dollars per million tokens.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Price {
    /// Who serves the model.
    pub provider: String,
    /// The canonical model.
    pub model: String,
    /// The first day (UTC) on which the price is in force; it is until the next row's day.
    #[serde(serialize_with = "iso_day")]
    pub effective_from: Date,
    /// Per million prompt tokens that were not cached.
    #[serde(rename = "input_usd_per_mtok")]
    pub input: f64,
    /// Per million prompt tokens read from the provider's cache; `None`: the same as `input`.
    #[serde(rename = "cached_input_usd_per_mtok")]
    pub cached_input: Option<f64>,
    /// Per million tokens of the answer, reasoning included.
    #[serde(rename = "output_usd_per_mtok")]
    pub output: f64,
    /// Who states the price.
    pub source: String,
    /// The day on which the source was read.
    #[serde(serialize_with = "iso_day")]
    pub retrieved: Date,
}

/// Writes a day as YYYY-MM-DD.
pub(super) fn iso_day<S: Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(day)
}

impl Price {
    /// Per million cached prompt tokens: the stated price, else that of any other prompt token.
    pub fn cached(&self) -> f64 {
        self.cached_input.unwrap_or(self.input)
    }

    /// What a call costs, in dollars:
    /// ((input − cached) · price_input + cached · price_cached + output · price_output) / 10⁶.
    ///
    /// `input_tokens` includes the cached ones, as in the call record; cached tokens above
    /// `input_tokens` are a logging error and are not charged.
    ///
    /// ```
    /// # use merit::prices::PriceList;
    /// # let text = "provider,model,effective_from,input_usd_per_mtok,cached_input_usd_per_mtok,output_usd_per_mtok,\
    /// #             source,retrieved\nopenai,gpt-4.1,2025-04-14,2,0.5,8,list,2026-11-23\n";
    /// # let list = PriceList::parse(text, "prices.csv")?;
    /// let price = list.in_force("openai", "gpt-4.1", jiff::civil::date(2025, 5, 1)).expect("listed since April");
    /// assert_eq!(price.cost_usd(1_000_000, 0, 0), 2.0);
    /// assert_eq!(price.cost_usd(1_000_000, 800_000, 100_000), 0.4 + 0.4 + 0.8);
    /// # Ok::<(), merit::prices::PriceError>(())
    /// ```
    pub fn cost_usd(&self, input_tokens: u64, cached_input_tokens: u64, output_tokens: u64) -> f64 {
        let cached = cached_input_tokens.min(input_tokens);
        let fresh = (input_tokens - cached) as f64 * self.input;
        (fresh + cached as f64 * self.cached() + output_tokens as f64 * self.output) / 1e6
    }

    /// Whether both ask the same for every token.
    pub(super) fn asks_the_same(&self, other: &Price) -> bool {
        self.input == other.input && self.cached() == other.cached() && self.output == other.output
    }
}

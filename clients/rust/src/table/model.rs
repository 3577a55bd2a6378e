//! A model as an orchestrator calls it, and what its tokens cost.

use serde::{Deserialize, Serialize};

use super::number::{OptionalRounded, Rounded};

/// One model at one provider. The same model at two providers has two prices and two latencies, so
/// it is two entries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Model {
    /// The name to call at the provider.
    pub model: String,
    /// The provider.
    pub provider: String,
    /// The price in force at the table's as-of date; null where none is known.
    #[serde(default)]
    pub price: Option<Price>,
    /// The price tier, such as `premium`; null where none was declared.
    #[serde(default)]
    pub tier: Option<String>,
}

/// USD per million tokens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Price {
    /// Input tokens that were not cached.
    #[serde(with = "Rounded")]
    pub input: f64,
    /// Input tokens read from the provider's cache; null where the provider has no such price.
    #[serde(with = "OptionalRounded", default)]
    pub cached_input: Option<f64>,
    /// Output tokens.
    #[serde(with = "Rounded")]
    pub output: f64,
    /// The first day of this price, `YYYY-MM-DD`.
    pub effective_from: String,
}

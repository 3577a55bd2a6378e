//! What a published file says, in one form.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::Serialize;

use super::{genai, litellm};
use crate::prices::error::PriceError;

/// Whose price file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// LiteLLM's `model_prices_and_context_window.json`: prices per token, no dates.
    Litellm,
    /// genai-prices' `data.json`: prices per million tokens, some with the day they start.
    GenaiPrices,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Litellm => "litellm",
            Format::GenaiPrices => "genai-prices",
        })
    }
}

/// A price as published, in dollars per million tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quote {
    /// Per million prompt tokens.
    pub input: f64,
    /// Per million cached prompt tokens, where the file states it.
    pub cached_input: Option<f64>,
    /// Per million tokens of the answer.
    pub output: f64,
}

/// Why an entry of a published file was not taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// The file's own explanation of its fields.
    Sample,
    /// Another kind of model than one that answers in text.
    Mode(String),
    /// The entry does not have the fields of the format; what the reader said.
    Unreadable(String),
    /// Input or output has no price (as for embeddings, images and unknown prices).
    NoPrice,
    /// Input or output costs nothing, or less: free of charge and unknown look the same.
    ZeroPrice,
    /// The price changes with the hour of the day.
    TimeOfDay,
    /// The same model stands twice with two prices; the one under the shorter name was taken.
    Clash,
    /// No date in the file, and none given.
    Undated,
    /// Undated, and a dated price of the same file was in force already.
    Superseded,
    /// The list has a later price of the model; prices of the past are changed by hand only.
    Behind,
    /// The list has another price from the same day; it stands.
    Conflict,
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Skip::Sample => f.write_str("explains the format, not a model"),
            Skip::Mode(mode) => write!(f, "mode {mode}, does not answer in text"),
            Skip::Unreadable(reason) => write!(f, "not an entry of this format: {reason}"),
            Skip::NoPrice => f.write_str("no price for input or output"),
            Skip::ZeroPrice => f.write_str("input or output at 0: free or unknown"),
            Skip::TimeOfDay => f.write_str("price changes with the hour"),
            Skip::Clash => f.write_str("same model twice with two prices"),
            Skip::Undated => f.write_str("no date: give --from"),
            Skip::Superseded => f.write_str("undated, and a dated price of the file is in force"),
            Skip::Behind => f.write_str("the list has a later price"),
            Skip::Conflict => f.write_str("the list has another price from the same day"),
        }
    }
}

/// An entry that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Skipped {
    /// Why.
    pub reason: Skip,
    /// The provider, empty where the entry has none.
    pub provider: String,
    /// The model, as the file names it.
    pub model: String,
}

/// The key of a quote: provider, model and the day it starts, where the file says one.
pub(crate) type QuoteKey = (String, String, Option<Date>);

/// A published price file, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// Whose it is.
    pub format: Format,
    /// The prices by (provider, model, start); undated ones sort first.
    pub quotes: BTreeMap<QuoteKey, Quote>,
    /// What was left out, and why.
    pub skipped: Vec<Skipped>,
}

impl Published {
    /// Reads a published file; its format is told by its shape. `place` names the file in messages.
    ///
    /// Taken is the base tier of every entry that answers in text and has a price above zero for
    /// input and output. A cached price of zero counts as not stated: charging nothing for it
    /// would understate the cost.
    ///
    /// # Errors
    /// The file is not JSON, or neither of the two formats. A single odd entry is skipped, not an error.
    pub fn parse(text: &str, place: &str) -> Result<Self, PriceError> {
        let mut published = match text.trim_start_matches('\u{feff}').trim_start().as_bytes().first() {
            Some(b'[') => genai::parse(text, place),
            _ => litellm::parse(text, place),
        }?;
        published.skipped.sort();
        Ok(published)
    }

    pub(super) fn empty(format: Format) -> Self {
        Self { format, quotes: BTreeMap::new(), skipped: Vec::new() }
    }

    /// Takes a quote; a second one under the same key must say the same.
    pub(super) fn take(&mut self, key: QuoteKey, quote: Quote) {
        let (provider, model, _) = &key;
        if self.quotes.get(&key).is_some_and(|standing| *standing != quote) {
            self.skip(Skip::Clash, provider, model);
        } else {
            self.quotes.insert(key, quote);
        }
    }

    pub(super) fn skip(&mut self, reason: Skip, provider: &str, model: &str) {
        self.skipped.push(Skipped { reason, provider: provider.into(), model: model.into() });
    }
}

/// The quote of three prices per million tokens as the file has them.
pub(super) fn quote(input: Option<f64>, cached_input: Option<f64>, output: Option<f64>) -> Result<Quote, Skip> {
    let (Some(input), Some(output)) = (input, output) else { return Err(Skip::NoPrice) };
    if input <= 0.0 || output <= 0.0 {
        return Err(Skip::ZeroPrice);
    }
    Ok(Quote { input, cached_input: cached_input.filter(|price| *price > 0.0), output })
}

/// The error for text that is no JSON of the wanted shape.
pub(super) fn not_json(place: &str, error: &serde_json::Error) -> PriceError {
    if error.is_data() {
        return PriceError::Shape { place: place.into() };
    }
    let (line, column) = (error.line(), error.column());
    PriceError::Json { place: place.into(), line, column, reason: without_position(error) }
}

/// What the JSON reader said, without the line and column it appends.
pub(super) fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

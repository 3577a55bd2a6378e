//! LiteLLM's `model_prices_and_context_window.json`: one object, a model a key, prices per token.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::provider::canonical;
use super::quote::{Format, Published, Skip, not_json, quote, without_position};
use crate::prices::decimal::per_million;
use crate::prices::error::PriceError;

/// The entry that explains the format.
const SAMPLE: &str = "sample_spec";

/// The modes that answer in text: by the chat, the completions and the responses interface.
const TEXT_MODES: [&str; 3] = ["chat", "completion", "responses"];

#[derive(Deserialize)]
struct Entry {
    litellm_provider: Option<String>,
    mode: Option<String>,
    #[serde(flatten)]
    prices: Prices,
    tiered_pricing: Option<Vec<Prices>>,
}

#[derive(Deserialize)]
struct Prices {
    input_cost_per_token: Option<f64>,
    cache_read_input_token_cost: Option<f64>,
    output_cost_per_token: Option<f64>,
    /// Of a tier: the prompt lengths it is for.
    range: Option<(f64, f64)>,
}

pub(super) fn parse(text: &str, place: &str) -> Result<Published, PriceError> {
    let entries: BTreeMap<String, &RawValue> = serde_json::from_str(text).map_err(|error| not_json(place, &error))?;
    let mut published = Published::empty(Format::Litellm);
    let mut recognised = false;
    // The shorter name first: of `gpt-x` and `openai/gpt-x` the former is the canonical one.
    let mut names = entries.iter().collect::<Vec<_>>();
    names.sort_by_key(|(name, _)| (name.len(), *name));
    for (name, raw) in names {
        match serde_json::from_str::<Entry>(raw.get()) {
            Ok(_) if name == SAMPLE => published.skip(Skip::Sample, "", name),
            Ok(entry) => {
                recognised |= entry.litellm_provider.is_some();
                take(&mut published, name, entry);
            }
            Err(error) => published.skip(Skip::Unreadable(without_position(&error)), "", name),
        }
    }
    if recognised { Ok(published) } else { Err(PriceError::Shape { place: place.into() }) }
}

fn take(published: &mut Published, name: &str, entry: Entry) {
    let Some(provider) = entry.litellm_provider else {
        return published.skip(Skip::Unreadable("no litellm_provider".into()), "", name);
    };
    let canonical = canonical(&provider);
    let model = without_prefix(name, &provider).or_else(|| without_prefix(name, canonical)).unwrap_or(name);
    let mode = entry.mode.unwrap_or_else(|| "none".into());
    if !TEXT_MODES.contains(&mode.as_str()) {
        return published.skip(Skip::Mode(mode), canonical, model);
    }
    let prices = base_tier(entry.prices, entry.tiered_pricing.unwrap_or_default());
    let amount = |per_token: Option<f64>| per_token.and_then(per_million);
    let cached = amount(prices.cache_read_input_token_cost);
    match quote(amount(prices.input_cost_per_token), cached, amount(prices.output_cost_per_token)) {
        Ok(quote) => published.take((canonical.into(), model.into(), None), quote),
        Err(reason) => published.skip(reason, canonical, model),
    }
}

/// The name after `provider/`; what follows may have slashes of its own.
fn without_prefix<'a>(name: &'a str, provider: &str) -> Option<&'a str> {
    name.strip_prefix(provider)?.strip_prefix('/')
}

/// The plain prices, or where there are none those for the shortest prompts.
fn base_tier(plain: Prices, tiers: Vec<Prices>) -> Prices {
    if plain.input_cost_per_token.is_some() {
        return plain;
    }
    let start = |tier: &Prices| tier.range.map_or(0.0, |(start, _)| start);
    tiers.into_iter().min_by(|one, other| start(one).total_cmp(&start(other))).unwrap_or(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Published {
        Published::parse(text, "prices.json").expect("a file of this format")
    }

    fn input(published: &Published, provider: &str, model: &str) -> Option<f64> {
        published.quotes.get(&(provider.into(), model.into(), None)).map(|quote| quote.input)
    }

    #[test]
    fn names_lose_the_provider_and_prices_become_dollars_per_million() {
        let published = read(
            r#"{"gemini/gemini-2.5-pro": {"litellm_provider": "gemini", "mode": "chat", "input_cost_per_token": 1.25e-06,
                "cache_read_input_token_cost": 1.25e-07, "output_cost_per_token": 1e-05}}"#,
        );
        let quote = published.quotes[&("google".into(), "gemini-2.5-pro".into(), None)];
        assert_eq!((quote.input, quote.cached_input, quote.output), (1.25, Some(0.125), 10.0));
    }

    #[test]
    fn a_name_loses_one_prefix_only() {
        let entry = |provider| {
            format!(
                r#"{{"litellm_provider": "{provider}", "mode": "chat", "input_cost_per_token": 1e-6, "output_cost_per_token": 1e-6}}"#
            )
        };
        let names = [("perplexity/perplexity/sonar", "perplexity"), ("vertex_ai/gemini", "vertex_ai-language-models")];
        let entries = names.map(|(name, provider)| format!("\"{name}\": {}", entry(provider)));
        let published = read(&format!("{{{}}}", entries.join(",")));
        assert_eq!(input(&published, "perplexity", "perplexity/sonar"), Some(1.0));
        assert_eq!(input(&published, "vertex_ai", "gemini"), Some(1.0));
    }

    #[test]
    fn what_is_no_price_of_a_text_model_is_skipped_with_its_reason() {
        let published = read(
            r#"{"sample_spec": {"litellm_provider": "one of", "mode": "chat", "input_cost_per_token": 0.0},
                "dall-e": {"litellm_provider": "openai", "mode": "image_generation", "input_cost_per_token": 1e-6},
                "free": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 0, "output_cost_per_token": 0},
                "half": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-6},
                "odd": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": "cheap"}}"#,
        );
        assert!(published.quotes.is_empty());
        let reasons = published.skipped.iter().map(|skipped| (skipped.model.as_str(), skipped.reason.to_string()));
        let reasons = reasons.collect::<BTreeMap<_, _>>();
        assert_eq!(reasons["sample_spec"], "explains the format, not a model");
        assert_eq!(reasons["dall-e"], "mode image_generation, does not answer in text");
        assert_eq!(reasons["free"], "input or output at 0: free or unknown");
        assert_eq!(reasons["half"], "no price for input or output");
        assert!(reasons["odd"].contains("cheap"), "{}", reasons["odd"]);
    }

    #[test]
    fn tiers_give_the_price_of_the_shortest_prompts() {
        let published = read(
            r#"{"dashscope/qwen": {"litellm_provider": "dashscope", "mode": "chat", "tiered_pricing": [
                {"input_cost_per_token": 9e-7, "output_cost_per_token": 9e-6, "range": [1000.0, 2000.0]},
                {"input_cost_per_token": 2e-7, "output_cost_per_token": 4e-7, "range": [0, 1000.0]}]}}"#,
        );
        assert_eq!(input(&published, "dashscope", "qwen"), Some(0.2));
    }

    #[test]
    fn of_two_prices_for_one_model_the_shorter_name_wins() {
        let entry = |price| {
            format!(
                r#"{{"litellm_provider": "xai", "mode": "chat", "input_cost_per_token": {price}, "output_cost_per_token": 1e-6}}"#
            )
        };
        let published = read(&format!(r#"{{"xai/grok": {}, "grok": {}}}"#, entry("5e-6"), entry("3e-6")));
        assert_eq!(input(&published, "xai", "grok"), Some(3.0));
        assert_eq!(published.skipped[0].reason, Skip::Clash);
    }

    #[test]
    fn a_file_of_another_shape_is_refused() {
        for text in [r#"{"a": {"b": 1}}"#, "{}", "3"] {
            let error = Published::parse(text, "x.json").expect_err("no price file").to_string();
            assert!(error.starts_with("x.json: neither LiteLLM's"), "{error}");
        }
        let error = Published::parse("{\n\"a\": }", "x.json").expect_err("no JSON").to_string();
        assert_eq!(error, "x.json:2:6: not JSON: expected value; download the file again");
    }
}

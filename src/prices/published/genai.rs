//! genai-prices' `data.json`: a list of providers, each with models, prices per million tokens.

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::provider::canonical;
use super::quote::{Format, Published, Quote, Skip, not_json, quote, without_position};
use crate::prices::decimal::rounded;
use crate::prices::error::PriceError;

#[derive(Deserialize)]
struct Provider<'a> {
    id: String,
    #[serde(borrow)]
    models: Vec<&'a RawValue>,
}

/// Only the name, so that an entry whose prices cannot be read can still be named.
#[derive(Deserialize)]
struct Name {
    id: String,
}

#[derive(Deserialize)]
struct Model {
    prices: OneOrMore,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    More(Vec<Conditional>),
    One(Prices),
}

#[derive(Deserialize)]
struct Conditional {
    constraint: Option<Constraint>,
    prices: Prices,
}

/// When a price holds: from a day on, or between two times of every day.
#[derive(Deserialize)]
struct Constraint {
    start_date: Option<String>,
    start_time: Option<String>,
    end_time: Option<String>,
}

#[derive(Deserialize)]
struct Prices {
    input_mtok: Option<Amount>,
    cache_read_mtok: Option<Amount>,
    output_mtok: Option<Amount>,
}

/// A price, or one that rises with the prompt's length.
#[derive(Clone, Copy, Deserialize)]
#[serde(untagged)]
enum Amount {
    Flat(f64),
    Tiered { base: f64 },
}

impl Prices {
    fn quote(&self) -> Result<Quote, Skip> {
        let amount = |amount: Option<Amount>| match amount? {
            Amount::Flat(price) | Amount::Tiered { base: price } => rounded(price),
        };
        quote(amount(self.input_mtok), amount(self.cache_read_mtok), amount(self.output_mtok))
    }
}

pub(super) fn parse(text: &str, place: &str) -> Result<Published, PriceError> {
    let providers: Vec<Provider<'_>> = serde_json::from_str(text).map_err(|error| not_json(place, &error))?;
    let mut published = Published::empty(Format::GenaiPrices);
    for provider in providers {
        let name = canonical(&provider.id);
        for raw in provider.models {
            let model = serde_json::from_str::<Name>(raw.get()).map_or_else(|_| String::new(), |name| name.id);
            match serde_json::from_str::<Model>(raw.get()) {
                Ok(entry) => take(&mut published, name, &model, entry.prices),
                Err(error) => published.skip(Skip::Unreadable(without_position(&error)), name, &model),
            }
        }
    }
    Ok(published)
}

fn take(published: &mut Published, provider: &str, model: &str, prices: OneOrMore) {
    let prices = match prices {
        OneOrMore::One(prices) => vec![Conditional { constraint: None, prices }],
        OneOrMore::More(prices) => prices,
    };
    let hourly =
        |one: &Conditional| one.constraint.as_ref().is_some_and(|c| c.start_time.is_some() || c.end_time.is_some());
    if prices.iter().any(hourly) {
        return published.skip(Skip::TimeOfDay, provider, model);
    }
    for one in prices {
        let start = one.constraint.and_then(|constraint| constraint.start_date);
        match (start.map(|day| day.parse::<Date>()).transpose(), one.prices.quote()) {
            (Ok(start), Ok(quote)) => published.take((provider.into(), model.into(), start), quote),
            (Err(error), _) => published.skip(Skip::Unreadable(error.to_string()), provider, model),
            (_, Err(reason)) => published.skip(reason, provider, model),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn read(models: &str) -> Published {
        let text = format!(r#"[{{"id": "x-ai", "models": [{models}]}}]"#);
        Published::parse(&text, "data.json").expect("a file of this format")
    }

    #[test]
    fn flat_tiered_and_dated_prices_are_taken() {
        let published = read(
            r#"{"id": "flat", "prices": {"input_mtok": 3, "cache_read_mtok": 0.75, "output_mtok": 15}},
               {"id": "tiered", "prices": {"input_mtok": {"base": 5, "tiers": [{"start": 200000, "price": 10}]}, "output_mtok": 25}},
               {"id": "dated", "prices": [{"prices": {"input_mtok": 10, "output_mtok": 40}},
                 {"constraint": {"start_date": "2025-06-10"}, "prices": {"input_mtok": 2, "output_mtok": 8}}]}"#,
        );
        assert_eq!(published.skipped, []);
        let quotes = published.quotes.iter().map(|((_, model, start), quote)| (model.as_str(), *start, quote.input));
        let cut = Some(date(2025, 6, 10));
        let expected = [("dated", None, 10.0), ("dated", cut, 2.0), ("flat", None, 3.0), ("tiered", None, 5.0)];
        assert_eq!(quotes.collect::<Vec<_>>(), expected);
        assert!(published.quotes.keys().all(|(provider, ..)| provider == "xai"));
    }

    #[test]
    fn hours_embeddings_and_odd_entries_are_skipped() {
        let published = read(
            r#"{"id": "hourly", "prices": [{"prices": {"input_mtok": 1, "output_mtok": 2}},
                 {"constraint": {"start_time": "00:30:00Z", "end_time": "16:30:00Z"}, "prices": {"input_mtok": 2, "output_mtok": 4}}]},
               {"id": "embedding", "prices": {"input_mtok": 0.1}},
               {"id": "odd", "prices": "cheap"}"#,
        );
        assert!(published.quotes.is_empty());
        let reason = |model: &str| &published.skipped.iter().find(|one| one.model == model).expect("skipped").reason;
        assert_eq!(*reason("hourly"), Skip::TimeOfDay);
        assert_eq!(*reason("embedding"), Skip::NoPrice);
        assert!(matches!(reason("odd"), Skip::Unreadable(_)));
    }
}

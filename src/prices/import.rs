//! Merging a published price file into the list: new and changed prices become rows, history stays.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::error::PriceError;
use super::list::PriceList;
use super::price::Price;
use super::published::{Published, Skip, Skipped};

/// What the caller says about a published file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// From when prices hold that the file does not date.
    pub from: Option<Date>,
    /// What the new rows' `source` says.
    pub source: String,
    /// The day on which the file was fetched.
    pub retrieved: Date,
}

/// A row that an import added.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Added {
    /// The row.
    pub price: Price,
    /// The price it ends, if the model had one.
    pub before: Option<Price>,
}

/// What an import came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Import {
    /// The list with the new rows; every old row is in it, unchanged.
    #[serde(skip)]
    pub list: PriceList,
    /// The new rows.
    pub added: Vec<Added>,
    /// How many prices were in force already.
    pub unchanged: usize,
    /// What was not taken, and why.
    pub skipped: Vec<Skipped>,
}

/// Merges a published file into a list.
///
/// A price is added from its own day, or from `terms.from` where the file has none, unless it is
/// in force there already. No row is ever changed or put before a later one of its model, so the
/// cost of past calls stays what it was; importing the same file twice adds nothing the second
/// time. Where the file states no cached price and the input price stays, the cached price stays too.
///
/// # Errors
/// [`PriceError::Undated`] where the file dates nothing and `terms.from` is missing; `place` names the file.
pub fn import(list: &PriceList, published: Published, terms: &Terms, place: &str) -> Result<Import, PriceError> {
    if terms.from.is_none() && published.quotes.keys().all(|(_, _, start)| start.is_none()) {
        return Err(PriceError::Undated { place: place.into() });
    }
    let first_days = first_days(&published);
    let mut import = Import { list: list.clone(), added: Vec::new(), unchanged: 0, skipped: published.skipped };
    for ((provider, model, start), quote) in published.quotes {
        let first_day = first_days.get(&(provider.clone(), model.clone()));
        let day = match (start, terms.from) {
            (Some(start), _) => Ok(start),
            (None, None) => Err(Skip::Undated),
            (None, Some(from)) if first_day.is_some_and(|first| *first <= from) => Err(Skip::Superseded),
            (None, Some(from)) => Ok(from),
        };
        match day {
            Ok(effective_from) => import.offer(Price {
                provider,
                model,
                effective_from,
                input: quote.input,
                cached_input: quote.cached_input,
                output: quote.output,
                source: terms.source.clone(),
                retrieved: terms.retrieved,
            }),
            Err(reason) => import.skipped.push(Skipped { reason, provider, model }),
        }
    }
    import.skipped.sort();
    Ok(import)
}

/// The first dated price of each (provider, model).
fn first_days(published: &Published) -> BTreeMap<(String, String), Date> {
    let mut days = BTreeMap::new();
    for (provider, model, start) in published.quotes.keys() {
        if let Some(start) = start {
            days.entry((provider.clone(), model.clone())).or_insert(*start);
        }
    }
    days
}

impl Import {
    fn offer(&mut self, mut price: Price) {
        let (provider, model, day) = (&price.provider, &price.model, price.effective_from);
        let before = self.list.in_force(provider, model, day).cloned();
        if let Some(before) = before.as_ref().filter(|before| before.input == price.input) {
            price.cached_input = price.cached_input.or(before.cached_input);
        }
        if before.as_ref().is_some_and(|before| before.asks_the_same(&price)) {
            self.unchanged += 1;
        } else if before.as_ref().is_some_and(|before| before.effective_from == day) {
            self.skip(Skip::Conflict, price);
        } else if self.list.next_after(provider, model, day).is_some() {
            self.skip(Skip::Behind, price);
        } else {
            self.list.add(price.clone());
            self.added.push(Added { price, before });
        }
    }

    fn skip(&mut self, reason: Skip, price: Price) {
        self.skipped.push(Skipped { reason, provider: price.provider, model: price.model });
    }

    /// How many entries were skipped for each reason.
    pub fn skipped_by_reason(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for skipped in &self.skipped {
            *counts.entry(skipped.reason.to_string()).or_insert(0) += 1;
        }
        counts
    }

    /// The outcome for a terminal: counts, changed prices, and reasons for what was skipped.
    pub fn render(&self) -> String {
        let changed = self.added.iter().filter_map(|added| Some((&added.price, added.before.as_ref()?)));
        let changed = changed.collect::<Vec<_>>();
        let mut lines = vec![format!(
            "added {} ({} new, {} changed), unchanged {}, skipped {}",
            self.added.len(),
            self.added.len() - changed.len(),
            changed.len(),
            self.unchanged,
            self.skipped.len()
        )];
        lines.extend(changed.iter().map(|(price, before)| {
            let Price { provider, model, effective_from, .. } = price;
            format!("changed: {model} at {provider} from {effective_from}: {} → {}", amounts(before), amounts(price))
        }));
        lines.extend(self.skipped_by_reason().iter().map(|(reason, count)| format!("skipped {count}: {reason}")));
        lines.join("\n") + "\n"
    }
}

/// Input, cached input and output in one word.
fn amounts(price: &Price) -> String {
    format!("{}/{}/{}", price.input, price.cached(), price.output)
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;

//! `merit prices list`: the prices of a model, or of all, on a day or over time.

use jiff::civil::Date;
use serde::Serialize;

use super::alias::Aliases;
use super::list::PriceList;
use super::price::Price;
use super::text::table;

/// The rows that were asked for, by provider, model and day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Listing {
    /// The rows.
    pub prices: Vec<Price>,
}

/// Picks prices: of `model` (a canonical name or an alias) at every provider, or of all models; those in force
/// on the day `at`, or all that ever were.
pub fn listing(list: &PriceList, aliases: &Aliases, model: Option<&str>, at: Option<Date>) -> Listing {
    let canonical = model.map(|model| aliases.resolve(model, None).model);
    let wanted = |price: &&Price| match (model, &canonical) {
        (Some(model), Some(canonical)) => price.model == model || price.model == *canonical,
        _ => true,
    };
    let in_force = |price: &&Price| {
        at.is_none_or(|day| list.in_force(&price.provider, &price.model, day).is_some_and(|one| one == *price))
    };
    Listing { prices: list.iter().filter(wanted).filter(in_force).cloned().collect() }
}

impl Listing {
    /// The rows for a terminal, dollars per million tokens.
    pub fn render(&self) -> String {
        if self.prices.is_empty() {
            return "no such price; `merit prices list` shows all\n".into();
        }
        let rows = self.prices.iter().map(|price| {
            vec![
                price.provider.clone(),
                price.model.clone(),
                price.effective_from.to_string(),
                price.source.clone(),
                price.input.to_string(),
                price.cached().to_string(),
                price.output.to_string(),
            ]
        });
        table(&["provider", "model", "from", "source", "input", "cached", "output"], 4, rows)
    }
}

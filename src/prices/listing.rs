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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::prices::file::{read_aliases, read_prices};

    fn shown(model: Option<&str>, at: Option<Date>) -> Listing {
        let list = read_prices(None).expect("the embedded prices");
        listing(&list, &read_aliases(None).expect("the embedded aliases"), model, at)
    }

    #[test]
    fn a_model_shows_its_whole_history_under_any_of_its_names() {
        assert_eq!(
            shown(Some("o3-2025-04-16"), None).render(),
            "\
provider  model  from        source                 input  cached  output
openai    o3     2025-04-16  genai-prices 47df840a     10     2.5      40
openai    o3     2025-06-10  genai-prices 47df840a      2     0.5       8
"
        );
        assert_eq!(shown(Some("o3"), None), shown(Some("o3-2025-04-16"), None));
        assert!(shown(Some("no such model"), None).render().starts_with("no such price"));
    }

    #[test]
    fn a_day_shows_one_price_per_model_and_provider() {
        let inputs =
            |model, at| shown(Some(model), Some(at)).prices.iter().map(|price| price.input).collect::<Vec<_>>();
        assert!(inputs("o3", date(2025, 4, 15)).is_empty());
        assert_eq!(inputs("o3", date(2025, 6, 9)), [10.0]);
        assert_eq!(inputs("o3", date(2025, 6, 10)), [2.0]);
        let all = shown(None, Some(date(2026, 11, 23)));
        let mut keys = all.prices.iter().map(|price| (&price.provider, &price.model)).collect::<Vec<_>>();
        let rows = keys.len();
        keys.dedup();
        assert_eq!((rows, shown(None, None).prices.len() > rows), (keys.len(), true));
    }
}

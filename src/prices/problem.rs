//! What looks wrong in the two files although it can be read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::alias::Aliases;
use super::list::PriceList;
use super::price::Price;

/// A doubtful row.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Problem {
    /// Input or output costs nothing.
    ZeroPrice {
        /// The row.
        price: Price,
    },
    /// Cached tokens cost more than others.
    CachedDearer {
        /// The row.
        price: Price,
    },
    /// A row asks the same as the one before it.
    Repeated {
        /// The later row.
        price: Price,
    },
    /// Two providers' or models' names differ only in upper and lower case: their prices overlap.
    Overlap {
        /// One name, (provider, model).
        one: (String, String),
        /// The other.
        other: (String, String),
    },
    /// An alias stands for a name that is itself an alias of another model.
    Chain {
        /// The alias.
        alias: String,
        /// What it stands for.
        model: String,
        /// What that stands for.
        end: String,
    },
    /// An alias with a tier stands for a model without any price at its home provider.
    Unpriced {
        /// The alias.
        alias: String,
        /// The model.
        model: String,
        /// Its home provider.
        provider: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = |price: &Price| format!("{} at {} from {}", price.model, price.provider, price.effective_from);
        match self {
            Problem::ZeroPrice { price } => write!(f, "{}: input or output at 0; fill in the price", row(price)),
            Problem::CachedDearer { price } => {
                let (cached, input) = (price.cached(), price.input);
                write!(f, "{}: cached input at {cached} is dearer than input at {input}; check both", row(price))
            }
            Problem::Repeated { price } => write!(f, "{}: repeats the price before it; remove the row", row(price)),
            Problem::Overlap { one, other } => {
                write!(f, "{} at {} and {} at {} differ in case only; keep one", one.1, one.0, other.1, other.0)
            }
            Problem::Chain { alias, model, end } => {
                write!(f, "alias {alias} stands for {model}, which stands for {end}; name {end} directly")
            }
            Problem::Unpriced { alias, model, provider } => {
                write!(
                    f,
                    "alias {alias} stands for {model} at {provider}, which has no price; add one or clear its tier"
                )
            }
        }
    }
}

/// Everything doubtful in the two files, in file order: prices, then aliases.
pub fn problems(list: &PriceList, aliases: &Aliases) -> Vec<Problem> {
    let mut found = price_problems(list);
    found.extend(overlaps(list));
    let priced = list.iter().map(|price| (&price.provider, &price.model)).collect::<BTreeSet<_>>();
    for row in aliases.iter() {
        let end = aliases.resolve(&row.model, Some(&row.provider)).model;
        if end != row.model {
            found.push(Problem::Chain { alias: row.alias.clone(), model: row.model.clone(), end });
        }
        if row.tier.is_some() && !priced.contains(&(&row.provider, &row.model)) {
            let (alias, model, provider) = (row.alias.clone(), row.model.clone(), row.provider.clone());
            found.push(Problem::Unpriced { alias, model, provider });
        }
    }
    found
}

fn price_problems(list: &PriceList) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut last: Option<&Price> = None;
    for price in list.iter() {
        if price.input == 0.0 || price.output == 0.0 {
            found.push(Problem::ZeroPrice { price: price.clone() });
        }
        if price.cached() > price.input {
            found.push(Problem::CachedDearer { price: price.clone() });
        }
        let same_model = |last: &Price| last.provider == price.provider && last.model == price.model;
        if last.is_some_and(|last| same_model(last) && last.asks_the_same(price)) {
            found.push(Problem::Repeated { price: price.clone() });
        }
        last = Some(price);
    }
    found
}

fn overlaps(list: &PriceList) -> Vec<Problem> {
    let mut seen = BTreeMap::new();
    let mut found = Vec::new();
    for price in list.iter() {
        let name = (price.provider.clone(), price.model.clone());
        let folded = (name.0.to_lowercase(), name.1.to_lowercase());
        let one = seen.entry(folded).or_insert_with(|| name.clone());
        if *one != name {
            found.push(Problem::Overlap { one: one.clone(), other: name });
        }
    }
    found.dedup();
    found
}

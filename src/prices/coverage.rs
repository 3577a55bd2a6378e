//! Which logged models find a price.

use jiff::civil::Date;
use serde::Serialize;

use super::alias::{Aliases, Resolved};
use super::list::PriceList;
use super::price::Price;

/// A (model, provider) as logged and how often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// The model as logged.
    pub model: String,
    /// The provider as logged, if it was.
    pub provider: Option<String>,
    /// How many calls.
    pub calls: u64,
}

/// What became of a logged (model, provider).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Covered {
    /// As logged.
    pub usage: Usage,
    /// What it resolves to.
    pub resolved: Resolved,
    /// Whether an alias changed the name or the provider.
    pub aliased: bool,
    /// The price in force, if there is one.
    pub price: Option<Price>,
    /// Its part of all calls, 0 to 1.
    pub share: f64,
}

/// Every logged (model, provider), most calls first.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Coverage {
    /// One row per logged pair; ties by name.
    pub rows: Vec<Covered>,
    /// The part of all calls that finds a price, 0 to 1; `None` without calls.
    pub priced_share: Option<f64>,
}

impl Coverage {
    /// The rows that find no price, most calls first.
    pub fn unpriced(&self) -> impl Iterator<Item = &Covered> {
        self.rows.iter().filter(|row| row.price.is_none())
    }
}

/// Looks up the price in force on `day` for every logged pair.
pub fn coverage(usages: &[Usage], list: &PriceList, aliases: &Aliases, day: Date) -> Coverage {
    let total = usages.iter().map(|usage| usage.calls).sum::<u64>();
    let share = |calls: u64| if total == 0 { 0.0 } else { calls as f64 / total as f64 };
    let cover = |usage: &Usage| {
        let resolved = aliases.resolve(&usage.model, usage.provider.as_deref());
        let renamed = resolved.model != usage.model || resolved.provider != usage.provider;
        let price = resolved.provider.as_deref().and_then(|provider| list.in_force(provider, &resolved.model, day));
        let (price, share) = (price.cloned(), share(usage.calls));
        Covered { usage: usage.clone(), aliased: resolved.known && renamed, resolved, price, share }
    };
    let mut rows = usages.iter().map(cover).collect::<Vec<_>>();
    rows.sort_by(|one, other| {
        let name = |row: &Covered| (row.usage.model.clone(), row.usage.provider.clone());
        other.usage.calls.cmp(&one.usage.calls).then_with(|| name(one).cmp(&name(other)))
    });
    let priced = rows.iter().filter(|row| row.price.is_some()).map(|row| row.usage.calls).sum::<u64>();
    Coverage { rows, priced_share: (total > 0).then(|| share(priced)) }
}

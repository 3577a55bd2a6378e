//! The two files that travel with the program.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;

use super::file::{read_aliases, read_prices};
use super::problem::problems;
use super::{Aliases, PriceList};

const PRICES: &str = include_str!("../../data/prices.csv");
const MODELS: &str = include_str!("../../data/models.csv");

fn files() -> (PriceList, Aliases) {
    (read_prices(None).expect("the embedded prices"), read_aliases(None).expect("the embedded aliases"))
}

#[test]
fn the_price_file_is_in_canonical_form() {
    assert_eq!(files().0.to_csv(), PRICES);
}

#[test]
fn the_alias_file_is_sorted() {
    let rows = MODELS.lines().skip(1).map(|line| line.split(',').take(2).collect::<Vec<_>>()).collect::<Vec<_>>();
    assert!(rows.is_sorted(), "{:?}", rows.windows(2).find(|pair| pair[0] > pair[1]));
    assert_eq!(rows.len(), files().1.len());
}

#[test]
fn nothing_in_the_files_is_doubtful() {
    let (list, aliases) = files();
    assert_eq!(problems(&list, &aliases).iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn every_price_is_of_a_believable_size_and_known_when_it_was_retrieved() {
    for price in files().0.iter() {
        let row = format!("{} at {}", price.model, price.provider);
        assert!((0.01..=200.0).contains(&price.input) && (0.01..=200.0).contains(&price.output), "{row}");
        assert!(price.output >= price.input && price.output <= price.input * 10.0, "{row}");
        assert!(price.effective_from >= date(2023, 1, 1) && price.effective_from <= price.retrieved, "{row}");
    }
}

#[test]
fn every_priced_model_has_a_tier_under_its_own_name() {
    let (list, aliases) = files();
    for price in list.iter() {
        let resolved = aliases.resolve(&price.model, Some(&price.provider));
        assert_eq!((&resolved.model, resolved.provider.as_ref()), (&price.model, Some(&price.provider)));
        assert!(resolved.tier.is_some(), "{} has no tier", price.model);
    }
}

/// A tier is the blended price of 3 input tokens to 1 output token: from $8 per million premium, below $1 economy.
#[test]
fn tiers_follow_the_blended_price() {
    let (list, aliases) = files();
    for row in aliases.iter() {
        let price = list.in_force(&row.provider, &row.model, date(2026, 11, 23)).expect("a tier comes with a price");
        let tier = match (3.0 * price.input + price.output) / 4.0 {
            blended if blended >= 8.0 => "premium",
            blended if blended >= 1.0 => "standard",
            _ => "economy",
        };
        assert_eq!(row.tier.as_deref(), Some(tier), "{}", row.alias);
    }
}

/// The reference tiers of the sample world, in dollars per thousand tokens, at 3 input tokens to 1 output token.
#[test]
fn the_sample_world_has_its_reference_prices() {
    let (list, aliases) = files();
    let expected = [("claude-opus", 0.015), ("claude-sonnet", 0.003), ("gemini-pro", 0.00125), ("groq-llama", 0.0001)];
    for (model, per_thousand) in expected {
        let home = aliases.resolve(model, None).provider.expect("a home provider");
        let price = list.in_force(&home, model, date(2024, 1, 1)).expect("listed");
        assert_eq!(price.source, "merit sample world");
        let cost = price.cost_usd(750, 0, 250);
        assert!((cost - per_thousand).abs() < 1e-15, "{model}: {cost}");
    }
}

#[test]
fn several_models_have_changed_their_price() {
    let (list, _) = files();
    let mut rows = BTreeMap::new();
    for price in list.iter() {
        rows.entry((&price.provider, &price.model)).or_insert_with(BTreeSet::new).insert(price.effective_from);
    }
    let changed = rows.values().filter(|days| days.len() > 1).count();
    assert!(changed >= 3 && rows.len() >= 60, "{changed} of {} models changed", rows.len());
}

//! What a call costs: dated list prices, the names models are logged under, and their upkeep.
//!
//! Two files hold the facts. `prices.csv` has one row per provider, model and day from which a
//! price is in force; a changed price is a new row, so yesterday's calls keep yesterday's price.
//! The day is the one the price came into force; where only the model's release is known, that
//! day (no earlier call can exist); where neither is known, the day it was retrieved.
//! `models.csv` maps a name as logged to the canonical model, its home provider and its tier.
//!
//! Prices are US dollars per million tokens, the first tier where a provider has several.
//! Resolving a logged (model, provider), in SQL as in [`Aliases::resolve`]:
//!
//! 1. the alias row that names the logged provider: model and provider of that row;
//! 2. else the alias row for any provider: its model, and the provider as logged, else its home provider;
//! 3. else both as logged.
//!
//! Everything here is pure but [`file`](mod@file), which reads and writes.

mod alias;
mod check;
mod coverage;
mod decimal;
mod error;
pub mod file;
mod import;
mod list;
mod listing;
mod price;
mod problem;
pub mod published;
mod rows;
mod text;

#[cfg(test)]
mod data_tests;
#[cfg(test)]
mod log_tests;

pub use alias::{Alias, Aliases, Resolved};
pub use check::{Check, check};
pub use coverage::{Coverage, Covered, Usage, coverage};
pub use error::PriceError;
pub use import::{Added, Import, Terms, import};
pub use list::PriceList;
pub use listing::{Listing, listing};
pub use price::Price;
pub use problem::{Problem, problems};

//! The edge: the only file of prices that reads and writes.

use std::fs;
use std::path::Path;

use super::alias::Aliases;
use super::error::PriceError;
use super::import::{Import, Terms, import};
use super::list::PriceList;
use super::published::Published;
use crate::store::durable;

/// The price list that travels inside the program.
const EMBEDDED_PRICES: &str = include_str!("../../data/prices.csv");

/// The aliases that travel inside the program.
const EMBEDDED_MODELS: &str = include_str!("../../data/models.csv");

/// Reads a `prices.csv`, or without a path the embedded one.
///
/// # Errors
/// The file cannot be read, or is not a price list.
pub fn read_prices(path: Option<&Path>) -> Result<PriceList, PriceError> {
    match path {
        Some(path) => PriceList::parse(&read(path)?, &path.display().to_string()),
        None => PriceList::parse(EMBEDDED_PRICES, "the embedded data/prices.csv"),
    }
}

/// Reads a `models.csv`, or without a path the embedded one.
///
/// # Errors
/// The file cannot be read, or is not a list of aliases.
pub fn read_aliases(path: Option<&Path>) -> Result<Aliases, PriceError> {
    match path {
        Some(path) => Aliases::parse(&read(path)?, &path.display().to_string()),
        None => Aliases::parse(EMBEDDED_MODELS, "the embedded data/models.csv"),
    }
}

/// Imports a published price file into the `prices.csv` at `prices`, in one step; nothing new leaves the file untouched.
///
/// # Errors
/// Either file cannot be read or understood, or the list cannot be written; the old list stands then.
pub fn import_file(published: &Path, prices: &Path, terms: &Terms) -> Result<Import, PriceError> {
    let list = read_prices(Some(prices))?;
    let place = published.display().to_string();
    let import = import(&list, Published::parse(&read(published)?, &place)?, terms, &place)?;
    if !import.added.is_empty() {
        durable::replace(prices, import.list.to_csv().as_bytes())
            .map_err(|source| PriceError::Write { path: prices.into(), source })?;
    }
    Ok(import)
}

fn read(path: &Path) -> Result<String, PriceError> {
    fs::read_to_string(path).map_err(|source| PriceError::Read { path: path.into(), source })
}

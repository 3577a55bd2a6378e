//! The dated list of prices: parsing, look-up by day, and its two other forms, CSV and Arrow.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray};
use jiff::civil::{Date, date};

use super::error::PriceError;
use super::price::Price;
use super::rows::{self, Row};

const COLUMNS: &[&str] = &[
    "provider",
    "model",
    "effective_from",
    "input_usd_per_mtok",
    "cached_input_usd_per_mtok",
    "output_usd_per_mtok",
    "source",
    "retrieved",
];

type Key = (String, String, Date);

/// Every price ever listed, sorted by provider, model and day; a (provider, model, day) stands once.
///
/// ```
/// use jiff::civil::date;
/// use merit::prices::PriceList;
///
/// let list = PriceList::parse(
///     "provider,model,effective_from,input_usd_per_mtok,cached_input_usd_per_mtok,output_usd_per_mtok,source,retrieved\n\
///      openai,gpt-4o,2024-05-13,5,,15,price page,2026-11-23\n\
///      openai,gpt-4o,2024-10-02,2.5,1.25,10,price page,2026-11-23\n",
///     "prices.csv",
/// )?;
/// let input = |day| list.in_force("openai", "gpt-4o", day).map(|price| price.input);
/// assert_eq!(input(date(2024, 5, 12)), None);
/// assert_eq!(input(date(2024, 10, 1)), Some(5.0));
/// assert_eq!(input(date(2024, 10, 2)), Some(2.5));
/// # Ok::<(), merit::prices::PriceError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PriceList {
    prices: BTreeMap<Key, Price>,
}

impl PriceList {
    /// Reads `prices.csv`: columns provider, model, effective_from, input_usd_per_mtok,
    /// cached_input_usd_per_mtok (empty: the same as input), output_usd_per_mtok, source, retrieved.
    /// `place` names the file in messages.
    ///
    /// # Errors
    /// An unknown or missing column, an empty name, an amount that is negative or no number, a day
    /// not written YYYY-MM-DD, or a (provider, model, effective_from) that stands twice.
    pub fn parse(text: &str, place: &str) -> Result<Self, PriceError> {
        let name = |(provider, model, day): &Key| format!("the price of {model} at {provider} from {day}");
        Ok(Self { prices: rows::read(text, place, COLUMNS, parse_row, name)? })
    }

    /// The price of a model at a provider on a day: the latest one that had come into force by then.
    pub fn in_force(&self, provider: &str, model: &str, day: Date) -> Option<&Price> {
        let key = |day| (provider.to_owned(), model.to_owned(), day);
        self.prices.range(key(Date::MIN)..=key(day)).next_back().map(|(_, price)| price)
    }

    /// The price that comes into force next after a day, if one is listed.
    pub fn next_after(&self, provider: &str, model: &str, day: Date) -> Option<&Price> {
        let key = |day| (provider.to_owned(), model.to_owned(), day);
        let later = day.tomorrow().ok()?;
        self.prices.range(key(later)..=key(Date::MAX)).next().map(|(_, price)| price)
    }

    /// Every row, by provider, model and day.
    pub fn iter(&self) -> impl Iterator<Item = &Price> {
        self.prices.values()
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.prices.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.prices.is_empty()
    }

    /// Adds a row whose key must be free.
    pub(super) fn add(&mut self, price: Price) {
        let key = (price.provider.clone(), price.model.clone(), price.effective_from);
        let standing = self.prices.insert(key, price);
        debug_assert!(standing.is_none(), "a price that stands is never rewritten");
    }

    /// The list as `prices.csv`, sorted; what [`PriceList::parse`] reads back unchanged.
    pub fn to_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let mut write = |fields: &[String]| writer.write_record(fields).expect("a write into memory cannot fail");
        write(&COLUMNS.iter().map(ToString::to_string).collect::<Vec<_>>());
        for price in self.iter() {
            write(&[
                price.provider.clone(),
                price.model.clone(),
                price.effective_from.to_string(),
                price.input.to_string(),
                price.cached_input.map_or_else(String::new, |amount| amount.to_string()),
                price.output.to_string(),
                price.source.clone(),
                price.retrieved.to_string(),
            ]);
        }
        let bytes = writer.into_inner().expect("a flush into memory cannot fail");
        String::from_utf8(bytes).expect("every field is UTF-8")
    }

    /// The rows as the SQL table `price_list`: Utf8, Date32 and Float64 columns named as in the file.
    pub fn batch(&self) -> RecordBatch {
        let texts = |field: fn(&Price) -> &str| -> ArrayRef {
            Arc::new(self.iter().map(|price| Some(field(price))).collect::<StringArray>())
        };
        let days = |field: fn(&Price) -> Date| -> ArrayRef {
            Arc::new(self.iter().map(|price| Some(days_since_epoch(field(price)))).collect::<Date32Array>())
        };
        let amounts = |field: fn(&Price) -> Option<f64>| -> ArrayRef {
            Arc::new(self.iter().map(field).collect::<Float64Array>())
        };
        let columns = [
            texts(|price| &price.provider),
            texts(|price| &price.model),
            days(|price| price.effective_from),
            amounts(|price| Some(price.input)),
            amounts(|price| price.cached_input),
            amounts(|price| Some(price.output)),
            texts(|price| &price.source),
            days(|price| price.retrieved),
        ];
        let named = COLUMNS.iter().copied().zip(columns).map(|(name, column)| (name, column, true));
        RecordBatch::try_from_iter_with_nullable(named).expect("columns are collected from the same rows")
    }
}

fn parse_row(row: &Row<'_>) -> Result<(Key, Price), PriceError> {
    let price = Price {
        provider: row.required(0)?.into(),
        model: row.required(1)?.into(),
        effective_from: row.date(2)?,
        input: row.required_amount(3)?,
        cached_input: row.amount(4)?,
        output: row.required_amount(5)?,
        source: row.required(6)?.into(),
        retrieved: row.date(7)?,
    };
    Ok(((price.provider.clone(), price.model.clone(), price.effective_from), price))
}

/// Days from 1970-01-01, as Arrow's Date32 counts them.
fn days_since_epoch(day: Date) -> i32 {
    day.since(date(1970, 1, 1)).map_or(0, |span| span.get_days())
}

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

#[cfg(test)]
mod tests {
    use arrow::array::{Array, AsArray};
    use arrow::datatypes::{Date32Type, Float64Type};

    use super::*;

    const HEADER: &str = "provider,model,effective_from,input_usd_per_mtok,cached_input_usd_per_mtok,\
                          output_usd_per_mtok,source,retrieved\n";

    fn parse(rows: &str) -> Result<PriceList, PriceError> {
        PriceList::parse(&format!("{HEADER}{rows}"), "prices.csv")
    }

    fn message(text: &str) -> String {
        PriceList::parse(text, "prices.csv").expect_err("a bad list").to_string()
    }

    #[test]
    fn every_complaint_names_file_line_and_remedy() {
        let amount = "it must be dollars per million tokens, a number of at least 0";
        let cases = [
            ("p,m,2025-01-01,-1,,2,s,2025-01-01\n", format!("input_usd_per_mtok is \"-1\"; {amount}")),
            ("p,m,2025-01-01,NaN,,2,s,2025-01-01\n", format!("input_usd_per_mtok is \"NaN\"; {amount}")),
            ("p,m,2025-01-01,1,inf,2,s,2025-01-01\n", format!("cached_input_usd_per_mtok is \"inf\"; {amount}")),
            ("p,m,2025-01-01,1,,,s,2025-01-01\n", format!("output_usd_per_mtok is \"\"; {amount}")),
            (
                "p,m,2025-02-30,1,,2,s,2025-01-01\n",
                "effective_from is \"2025-02-30\"; it must be a day, YYYY-MM-DD".into(),
            ),
            ("p,m,20250201,1,,2,s,2025-01-01\n", "effective_from is \"20250201\"; it must be a day, YYYY-MM-DD".into()),
            ("p,m,2025-01-01,1,,2,s,\n", "retrieved is \"\"; it must be a day, YYYY-MM-DD".into()),
            (",m,2025-01-01,1,,2,s,2025-01-01\n", "provider is \"\"; it must be filled in".into()),
            (
                "p,m,2025-01-01\n",
                "not a row of this file: it has 3 fields, not 8; quote fields that hold a comma".into(),
            ),
        ];
        for (row, expected) in cases {
            let text = format!("{HEADER}p,first,2025-01-01,1,,2,s,2025-01-01\n{row}");
            assert_eq!(message(&text), format!("prices.csv:3: {expected}"));
        }
    }

    #[test]
    fn a_key_stands_once_and_lines_count_as_an_editor_counts() {
        let row = "p,m,2025-01-01,1,,2,s,2025-01-01\n";
        let text = format!("{HEADER}{row}\n\n{row}");
        let expected =
            "prices.csv:5: the price of m at p from 2025-01-01 stands already in line 2; remove one of the two";
        assert_eq!(message(&text), expected);
        assert_eq!(message(&text.replace('\n', "\r\n")), expected);
    }

    #[test]
    fn the_header_is_all_and_only_the_columns() {
        let columns = HEADER.trim_end();
        let cases = [
            (HEADER.replace("source", "src"), "column \"src\" is unknown"),
            (HEADER.replace(",source", ""), "column \"source\" is missing"),
            (HEADER.replace("source", "model"), "column \"model\" is there twice"),
            (String::new(), "column \"provider\" is missing"),
        ];
        for (header, problem) in cases {
            assert_eq!(message(&header), format!("prices.csv:1: {problem}; the columns are {columns}"));
        }
    }

    #[test]
    fn a_price_is_in_force_from_its_day_until_the_next() {
        let rows =
            "p,m,2025-06-01,2,,2,s,2025-01-01\np,m,2025-01-01,1,,1,s,2025-01-01\np,n,2025-03-01,9,,9,s,2025-01-01\n";
        let list = parse(rows).expect("a list in any order");
        let input = |model, day| list.in_force("p", model, day).map(|price| price.input);
        assert_eq!(input("m", date(2024, 12, 31)), None);
        assert_eq!(input("m", date(2025, 1, 1)), Some(1.0));
        assert_eq!(input("m", date(2025, 5, 31)), Some(1.0));
        assert_eq!(input("m", date(2025, 6, 1)), Some(2.0));
        assert_eq!(input("m", Date::MAX), Some(2.0));
        assert_eq!(input("n", date(2025, 2, 1)), None);
        assert_eq!(list.in_force("q", "m", date(2025, 6, 1)), None);
        let next = |day| list.next_after("p", "m", day).map(|price| price.effective_from);
        assert_eq!(next(date(2025, 1, 1)), Some(date(2025, 6, 1)));
        assert_eq!(next(date(2025, 6, 1)), None);
        assert_eq!(next(Date::MAX), None);
    }

    #[test]
    fn cached_tokens_are_charged_at_their_own_price_and_never_twice() {
        let list = parse("p,m,2025-01-01,2,0.5,8,s,2025-01-01\np,n,2025-01-01,2,,8,s,2025-01-01\n").expect("a list");
        let cost = |model, input, cached| {
            list.in_force("p", model, date(2025, 1, 1)).map(|price| price.cost_usd(input, cached, 1_000_000))
        };
        assert_eq!(cost("m", 1_000_000, 400_000), Some(1.2 + 0.2 + 8.0));
        assert_eq!(cost("m", 1_000_000, 2_000_000), Some(0.5 + 8.0), "more cached than there were");
        assert_eq!(cost("n", 1_000_000, 400_000), Some(10.0), "no cached price: the same as input");
    }

    #[test]
    fn the_batch_holds_the_rows_as_sql_sees_them() {
        let list = parse("p,n,2025-01-01,2,0.5,8,s,1969-12-31\np,m,1970-01-02,3,,8,s,2025-01-01\n").expect("a list");
        let batch = list.batch();
        assert_eq!(batch.schema().fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>(), COLUMNS);
        assert_eq!(batch.column(1).as_string::<i32>().iter().flatten().collect::<Vec<_>>(), ["m", "n"]);
        assert_eq!(batch.column(2).as_primitive::<Date32Type>().values(), &[1, 20_089]);
        assert_eq!(batch.column(7).as_primitive::<Date32Type>().values(), &[20_089, -1]);
        let cached = batch.column(4).as_primitive::<Float64Type>();
        assert!(cached.is_null(0));
        assert_eq!(cached.value(1), 0.5);
        assert_eq!(PriceList::default().batch().num_rows(), 0);
    }
}

//! Reading a CSV file with a fixed set of columns, every complaint with its line.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use csv::{ReaderBuilder, StringRecord, Trim};
use jiff::civil::Date;

use super::error::PriceError;

/// One row: fields by the number of their column in the file's definition.
pub(super) struct Row<'a> {
    place: &'a str,
    line: u64,
    columns: &'static [&'static str],
    fields: Vec<&'a str>,
}

impl<'a> Row<'a> {
    /// The text of a field, `None` where it is empty.
    pub(super) fn text(&self, column: usize) -> Option<&'a str> {
        Some(self.fields[column]).filter(|text| !text.is_empty())
    }

    /// The text of a field that must not be empty.
    pub(super) fn required(&self, column: usize) -> Result<&'a str, PriceError> {
        self.text(column).ok_or_else(|| self.wrong(column, "filled in"))
    }

    /// A day, written YYYY-MM-DD and in no other way.
    pub(super) fn date(&self, column: usize) -> Result<Date, PriceError> {
        let text = self.fields[column];
        let date = text.parse::<Date>().ok().filter(|date| date.to_string() == text);
        date.ok_or_else(|| self.wrong(column, "a day, YYYY-MM-DD"))
    }

    /// A finite amount of at least 0, `None` where the field is empty.
    pub(super) fn amount(&self, column: usize) -> Result<Option<f64>, PriceError> {
        let Some(text) = self.text(column) else { return Ok(None) };
        let amount = text.parse::<f64>().ok().filter(|amount| amount.is_finite() && *amount >= 0.0);
        amount.map(Some).ok_or_else(|| self.wrong(column, "dollars per million tokens, a number of at least 0"))
    }

    /// A finite amount of at least 0 that must be there.
    pub(super) fn required_amount(&self, column: usize) -> Result<f64, PriceError> {
        self.amount(column)?.ok_or_else(|| self.wrong(column, "dollars per million tokens, a number of at least 0"))
    }

    fn wrong(&self, column: usize, wanted: &'static str) -> PriceError {
        PriceError::Value {
            place: self.place.into(),
            line: self.line,
            column: self.columns[column],
            value: self.fields[column].into(),
            wanted,
        }
    }
}

/// Reads every row of `text` into a map; the columns may come in any order, but all and only these.
///
/// # Errors
/// The first thing that is wrong: a column, a row, a field, or a key that stands twice.
pub(super) fn read<K: Ord, T>(
    text: &str,
    place: &str,
    columns: &'static [&'static str],
    parse: impl Fn(&Row<'_>) -> Result<(K, T), PriceError>,
    name: impl Fn(&K) -> String,
) -> Result<BTreeMap<K, T>, PriceError> {
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| unreadable(text, place, &error))?;
    let order = column_order(header, place, columns)?;
    let mut rows = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(text, place, &error))?;
        let line = record.position().map_or(1, |position| line_of(text, position));
        let fields = order.iter().map(|at| &record[*at]).collect();
        let (key, value) = parse(&Row { place, line, columns, fields })?;
        match rows.entry(key) {
            Entry::Vacant(entry) => entry.insert((line, value)),
            Entry::Occupied(entry) => {
                let (place, first, key) = (place.into(), entry.get().0, name(entry.key()));
                return Err(PriceError::Duplicate { place, line, first, key });
            }
        };
    }
    Ok(rows.into_iter().map(|(key, (_, value))| (key, value)).collect())
}

/// Where each wanted column stands in the file.
fn column_order(
    header: &StringRecord,
    place: &str,
    columns: &'static [&'static str],
) -> Result<Vec<usize>, PriceError> {
    let wrong = |column: &str, problem| PriceError::Column {
        place: place.into(),
        column: column.into(),
        problem,
        expected: columns.join(","),
    };
    for (at, column) in header.iter().enumerate() {
        if !columns.contains(&column) {
            return Err(wrong(column, "unknown"));
        }
        if header.iter().take(at).any(|earlier| earlier == column) {
            return Err(wrong(column, "there twice"));
        }
    }
    let find = |column: &&str| header.iter().position(|name| name == *column).ok_or_else(|| wrong(column, "missing"));
    columns.iter().map(find).collect()
}

/// The line a record starts in: the reader's position is still before blank lines and the `\n` of a `\r\n`.
fn line_of(text: &str, position: &csv::Position) -> u64 {
    let start = usize::try_from(position.byte()).unwrap_or(text.len()).min(text.len());
    let breaks = text.as_bytes()[start..].iter().take_while(|byte| byte.is_ascii_whitespace());
    position.line() + breaks.filter(|byte| **byte == b'\n').count() as u64
}

fn unreadable(text: &str, place: &str, error: &csv::Error) -> PriceError {
    let line = error.position().map_or(1, |position| line_of(text, position));
    let reason = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => format!("it has {len} fields, not {expected_len}"),
        csv::ErrorKind::Utf8 { .. } => "it is not UTF-8".into(),
        _ => error.to_string(),
    };
    PriceError::Row { place: place.into(), line, reason }
}

//! The cells of a batch, as text or in binary.

use std::io::Write as _;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{
    DataType, Date32Type, Float32Type, Float64Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::{Kind, numeric};
use crate::day::Day;

/// Days and microseconds from 1970 to 2000, whence PostgreSQL counts.
const DAYS_TO_2000: i32 = 10_957;
const MICROSECONDS_TO_2000: i64 = DAYS_TO_2000 as i64 * 86_400_000_000;

/// The cells of a batch.
#[derive(Clone, Debug)]
pub(in crate::serve) struct Cells {
    columns: Vec<(Kind, ArrayRef)>,
    rows: usize,
}

impl Cells {
    /// The cells of a batch whose columns have these kinds.
    ///
    /// # Errors
    /// [`ArrowError`] where a column does not fit its kind.
    pub(in crate::serve) fn new(batch: &RecordBatch, kinds: &[Kind]) -> Result<Self, ArrowError> {
        let columns = batch.columns().iter().zip(kinds).map(|(array, kind)| Ok((*kind, column(array, *kind)?)));
        Ok(Self { columns: columns.collect::<Result<_, ArrowError>>()?, rows: batch.num_rows() })
    }

    /// How many rows there are.
    pub(in crate::serve) fn rows(&self) -> usize {
        self.rows
    }

    /// Puts a cell, in binary where `format` is 1; false for null.
    pub(in crate::serve) fn put(&self, row: usize, column: usize, format: i16, bytes: &mut Vec<u8>) -> bool {
        let (kind, array) = &self.columns[column];
        if array.is_null(row) {
            return false;
        }
        if format == 1 { binary(*kind, array, row, bytes) } else { text(*kind, array, row, bytes) }
    }
}

/// The array as its kind is read from.
fn column(array: &ArrayRef, kind: Kind) -> Result<ArrayRef, ArrowError> {
    if let Some(wanted) = kind.data_type() {
        return cast_with_options(array, &wanted, &CastOptions { safe: true, ..CastOptions::default() });
    }
    match (kind, array.data_type()) {
        (_, DataType::Utf8) => Ok(array.clone()),
        (Kind::Json, _) => json(array),
        // A column of nothing but null has no validity that could be asked.
        (_, DataType::Null) => Ok(arrow::array::new_null_array(&DataType::Utf8, array.len())),
        (_, DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..)) => {
            cast_with_options(array, &DataType::Utf8, &CastOptions::default())
        }
        _ => {
            let formatter = ArrayFormatter::try_new(array.as_ref(), &FormatOptions::default())?;
            let texts = (0..array.len()).map(|row| array.is_valid(row).then(|| formatter.value(row).to_string()));
            Ok(std::sync::Arc::new(texts.collect::<arrow::array::StringArray>()))
        }
    }
}

/// What has parts, a JSON text each.
fn json(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let batch = RecordBatch::try_from_iter_with_nullable([("v", array.clone(), true)])?;
    let mut lines = Vec::new();
    let mut writer = arrow::json::LineDelimitedWriter::new(&mut lines);
    writer.write(&batch)?;
    writer.finish()?;
    let lines = String::from_utf8_lossy(&lines);
    // A null leaves its line without the member.
    let values = lines.lines().map(|line| Some(line.strip_prefix("{\"v\":")?.strip_suffix('}')?.to_string()));
    Ok(std::sync::Arc::new(values.collect::<arrow::array::StringArray>()))
}

fn text(kind: Kind, array: &ArrayRef, row: usize, bytes: &mut Vec<u8>) -> bool {
    let _infallible = match kind {
        Kind::Bool => write!(bytes, "{}", if array.as_boolean().value(row) { 't' } else { 'f' }),
        Kind::Int2 => write!(bytes, "{}", array.as_primitive::<Int16Type>().value(row)),
        Kind::Int4 => write!(bytes, "{}", array.as_primitive::<Int32Type>().value(row)),
        Kind::Int8 => write!(bytes, "{}", array.as_primitive::<Int64Type>().value(row)),
        Kind::Float4 => float(&array.as_primitive::<Float32Type>().value(row), bytes),
        Kind::Float8 => float(&array.as_primitive::<Float64Type>().value(row), bytes),
        Kind::Date => write!(bytes, "{}", Day(array.as_primitive::<Date32Type>().value(row))),
        Kind::Timestamp => instant(array.as_primitive::<TimestampMicrosecondType>().value(row), "", bytes),
        Kind::Timestamptz => instant(array.as_primitive::<TimestampMicrosecondType>().value(row), "+00", bytes),
        Kind::Bytea => {
            bytes.extend(b"\\x");
            array.as_binary::<i32>().value(row).iter().try_for_each(|byte| write!(bytes, "{byte:02x}"))
        }
        Kind::Text | Kind::Json | Kind::Numeric => bytes.write_all(array.as_string::<i32>().value(row).as_bytes()),
    };
    true
}

/// As short as comes back the same; very large and very small ones with an exponent.
fn float<F: std::fmt::Display + std::fmt::LowerExp + Into<f64> + Copy>(
    number: &F,
    bytes: &mut Vec<u8>,
) -> std::io::Result<()> {
    let wide: f64 = (*number).into();
    match wide.abs() {
        _ if wide.is_nan() => write!(bytes, "NaN"),
        f64::INFINITY => write!(bytes, "{}Infinity", if wide < 0.0 { "-" } else { "" }),
        size if size != 0.0 && !(1e-5..1e15).contains(&size) => write!(bytes, "{number:e}"),
        _ => write!(bytes, "{number}"),
    }
}

fn instant(microseconds: i64, zone: &str, bytes: &mut Vec<u8>) -> std::io::Result<()> {
    let day = Day::of_timestamp(microseconds);
    let Ok(instant) = jiff::Timestamp::from_microsecond(microseconds) else {
        return write!(bytes, "{}infinity", if microseconds < 0 { "-" } else { "" });
    };
    let of_day = instant.as_microsecond() - day.start();
    let (seconds, fraction) = (of_day / 1_000_000, of_day % 1_000_000);
    write!(bytes, "{day} {:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)?;
    if fraction != 0 {
        write!(bytes, ".{}", format!("{fraction:06}").trim_end_matches('0'))?;
    }
    write!(bytes, "{zone}")
}

fn binary(kind: Kind, array: &ArrayRef, row: usize, bytes: &mut Vec<u8>) -> bool {
    match kind {
        Kind::Bool => bytes.push(u8::from(array.as_boolean().value(row))),
        Kind::Int2 => bytes.extend(array.as_primitive::<Int16Type>().value(row).to_be_bytes()),
        Kind::Int4 => bytes.extend(array.as_primitive::<Int32Type>().value(row).to_be_bytes()),
        Kind::Int8 => bytes.extend(array.as_primitive::<Int64Type>().value(row).to_be_bytes()),
        Kind::Float4 => bytes.extend(array.as_primitive::<Float32Type>().value(row).to_be_bytes()),
        Kind::Float8 => bytes.extend(array.as_primitive::<Float64Type>().value(row).to_be_bytes()),
        Kind::Date => {
            let days = array.as_primitive::<Date32Type>().value(row).saturating_sub(DAYS_TO_2000);
            bytes.extend(days.to_be_bytes());
        }
        Kind::Timestamp | Kind::Timestamptz => {
            let instant = array.as_primitive::<TimestampMicrosecondType>().value(row);
            bytes.extend(instant.saturating_sub(MICROSECONDS_TO_2000).to_be_bytes());
        }
        Kind::Bytea => bytes.extend(array.as_binary::<i32>().value(row)),
        Kind::Text | Kind::Json => bytes.extend(array.as_string::<i32>().value(row).as_bytes()),
        Kind::Numeric => return numeric::put(array.as_string::<i32>().value(row), bytes),
    }
    true
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, ListArray, StringArray,
        TimestampMicrosecondArray, UInt64Array,
    };

    use super::*;

    fn cells(array: ArrayRef) -> (Kind, Cells) {
        let kind = Kind::of(array.data_type());
        let batch = RecordBatch::try_from_iter_with_nullable([("c", array, true)]).expect("one column");
        (kind, Cells::new(&batch, &[kind]).expect("it fits"))
    }

    fn texts(array: ArrayRef) -> Vec<Option<String>> {
        let (_, cells) = cells(array);
        let cell = |row| {
            let mut bytes = Vec::new();
            cells.put(row, 0, 0, &mut bytes).then(|| String::from_utf8(bytes).expect("UTF-8"))
        };
        (0..cells.rows()).map(cell).collect()
    }

    fn some(texts: &[&str]) -> Vec<Option<String>> {
        texts.iter().map(|text| Some(text.to_string())).collect()
    }

    #[test]
    fn texts_are_as_postgresql_writes_them() {
        let floats = vec![0.1, 1e20, -3.0, f64::NAN, f64::NEG_INFINITY, 1.5e-7];
        assert_eq!(
            texts(Arc::new(Float64Array::from(floats))),
            some(&["0.1", "1e20", "-3", "NaN", "-Infinity", "1.5e-7"])
        );
        assert_eq!(texts(Arc::new(BooleanArray::from(vec![Some(true), None]))), [Some("t".into()), None]);
        assert_eq!(texts(Arc::new(Date32Array::from(vec![20_606]))), some(&["2026-06-02"]));
        let instants = TimestampMicrosecondArray::from(vec![1_500_000, -1]).with_timezone("UTC");
        assert_eq!(texts(Arc::new(instants)), some(&["1970-01-01 00:00:01.5+00", "1969-12-31 23:59:59.999999+00"]));
        let decimals = Decimal128Array::from(vec![12_345, -1]).with_precision_and_scale(10, 2).expect("a decimal");
        assert_eq!(texts(Arc::new(decimals)), some(&["123.45", "-0.01"]));
        assert_eq!(texts(Arc::new(UInt64Array::from(vec![u64::MAX]))), some(&["18446744073709551615"]));
        let lists = ListArray::from_iter_primitive::<Int64Type, _, _>(vec![Some(vec![Some(1), None]), None]);
        assert_eq!(texts(Arc::new(lists)), [Some("[1,null]".into()), None]);
        assert_eq!(texts(Arc::new(arrow::array::NullArray::new(1))), [None]);
        assert_eq!(texts(Arc::new(StringArray::from(vec!["a\"b\n"]))), some(&["a\"b\n"]));
    }

    #[test]
    fn binary_counts_from_2000() {
        let of = |array: ArrayRef| {
            let mut bytes = Vec::new();
            assert!(cells(array).1.put(0, 0, 1, &mut bytes));
            bytes
        };
        assert_eq!(of(Arc::new(Date32Array::from(vec![DAYS_TO_2000 + 1]))), [0, 0, 0, 1]);
        let instant = TimestampMicrosecondArray::from(vec![MICROSECONDS_TO_2000 - 1]);
        assert_eq!(of(Arc::new(instant)), [255; 8]);
        assert_eq!(of(Arc::new(Int64Array::from(vec![258]))), [0, 0, 0, 0, 0, 0, 1, 2]);
        assert_eq!(of(Arc::new(Float64Array::from(vec![1.0]))), [0x3f, 0xf0, 0, 0, 0, 0, 0, 0]);
    }
}

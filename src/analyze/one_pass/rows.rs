//! A rollup's rows, column by column, in the schema that its SQL has.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, SchemaRef};

use super::Stop;
use super::words::{Word, Words};

/// The largest number of 38 digits.
pub(super) const LARGEST_DECIMAL: i128 = 10i128.pow(38) - 1;

/// Columns in the order of a schema.
pub(super) struct Rows<'a> {
    schema: &'a SchemaRef,
    count: usize,
    columns: Vec<ArrayRef>,
}

impl<'a> Rows<'a> {
    /// `count` rows without columns yet.
    pub(super) fn new(schema: &'a SchemaRef, count: usize) -> Self {
        Self { schema, count, columns: Vec::with_capacity(schema.fields().len()) }
    }

    /// The next column, which must be of the type that the SQL gives it.
    fn push(&mut self, column: ArrayRef) -> Result<(), Stop> {
        let field = self.schema.fields().get(self.columns.len()).ok_or(Stop::Declined)?;
        if field.data_type() != column.data_type() {
            return Err(Stop::Declined);
        }
        self.columns.push(column);
        Ok(())
    }

    /// The day of all rows.
    pub(super) fn day(&mut self, day: i32) -> Result<(), Stop> {
        self.push(Arc::new(Date32Array::from_value(day, self.count)))
    }

    /// Words of keys.
    pub(super) fn words(&mut self, words: &Words, numbers: impl Iterator<Item = Word>) -> Result<(), Stop> {
        self.text(numbers.map(|number| words.word(number)))
    }

    /// Text.
    pub(super) fn text<'t>(&mut self, values: impl Iterator<Item = &'t str>) -> Result<(), Stop> {
        self.push(Arc::new(StringArray::from_iter_values(values)))
    }

    /// Whole numbers.
    pub(super) fn whole(&mut self, values: impl Iterator<Item = i64>) -> Result<(), Stop> {
        self.push(Arc::new(Int64Array::from_iter_values(values)))
    }

    /// Sums of squares, 38 digits.
    pub(super) fn squares(&mut self, values: impl Iterator<Item = i128>) -> Result<(), Stop> {
        let values = Decimal128Array::from_iter_values(values);
        self.push(Arc::new(values.with_data_type(DataType::Decimal128(38, 0))))
    }

    /// The rows, which have every column of the schema.
    pub(super) fn finish(self) -> Result<RecordBatch, Stop> {
        if self.columns.len() != self.schema.fields().len() {
            return Err(Stop::Declined);
        }
        Ok(RecordBatch::try_new(Arc::clone(self.schema), self.columns)?)
    }
}

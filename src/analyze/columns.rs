//! The columns of a mart as vectors; an overriding query that lacks one is told so.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};

use super::AnalyzeError;

/// A mart by name.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    /// Its name, for the messages.
    pub mart: &'static str,
    /// Its rows.
    pub batch: &'a RecordBatch,
}

impl Columns<'_> {
    fn column(&self, name: &'static str, kind: &DataType) -> Result<ArrayRef, AnalyzeError> {
        let wrong = |problem: String| AnalyzeError::Mart { mart: self.mart, problem };
        let column = self.batch.column_by_name(name).ok_or_else(|| wrong(format!("has no column \"{name}\"")))?;
        arrow::compute::cast(column, kind)
            .map_err(|error| wrong(format!("has a column \"{name}\" that does not fit: {error}")))
    }

    /// A column of text.
    ///
    /// # Errors
    /// [`AnalyzeError::Mart`] where it is missing or has another type; so for all of them.
    pub fn text(&self, name: &'static str) -> Result<Vec<Option<String>>, AnalyzeError> {
        let column = self.column(name, &DataType::Utf8)?;
        Ok(column.as_string::<i32>().iter().map(|text| text.map(str::to_string)).collect())
    }

    /// A column of text as it is, where a null and the empty word are one.
    ///
    /// # Errors
    /// As [`Columns::text`].
    pub fn words(&self, name: &'static str) -> Result<StringArray, AnalyzeError> {
        let words = self.column(name, &DataType::Utf8)?.as_string::<i32>().clone();
        if words.null_count() == 0 {
            return Ok(words);
        }
        Ok(StringArray::from_iter_values(words.iter().map(Option::unwrap_or_default)))
    }

    /// A column of numbers.
    ///
    /// # Errors
    /// As [`Columns::text`].
    pub fn number(&self, name: &'static str) -> Result<Vec<Option<f64>>, AnalyzeError> {
        let column = self.column(name, &DataType::Float64)?;
        let numbers = column.as_primitive::<Float64Type>();
        Ok((0..numbers.len()).map(|row| numbers.is_valid(row).then(|| numbers.value(row))).collect())
    }

    /// A column of whole numbers.
    ///
    /// # Errors
    /// As [`Columns::text`].
    pub fn whole(&self, name: &'static str) -> Result<Vec<Option<i64>>, AnalyzeError> {
        let column = self.column(name, &DataType::Int64)?;
        Ok(column.as_primitive::<Int64Type>().iter().collect())
    }

    /// A column of days, since 1970.
    ///
    /// # Errors
    /// As [`Columns::text`].
    pub fn day(&self, name: &'static str) -> Result<Vec<Option<i32>>, AnalyzeError> {
        let column = self.column(name, &DataType::Date32)?;
        Ok(column.as_primitive::<Date32Type>().iter().collect())
    }
}

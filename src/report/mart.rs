//! Columns of the marts by name. A mart may come from a query that somebody overrides, so a column that is not there
//! leaves its cells empty and is named in the report.

use std::collections::BTreeSet;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Float64Type};

use crate::analyze::mart::Marts;
use crate::day::Day;

/// Reads columns and remembers what it did not find.
pub(super) struct MartReader<'a> {
    marts: &'a Marts,
    gaps: BTreeSet<String>,
}

impl<'a> MartReader<'a> {
    /// A reader of these marts.
    pub(super) fn new(marts: &'a Marts) -> Self {
        Self { marts, gaps: BTreeSet::new() }
    }

    /// A sentence for each mart or column that was asked for and is not there.
    pub(super) fn gaps(self) -> BTreeSet<String> {
        self.gaps
    }

    /// Numbers of any type; not finite counts as not there.
    pub(super) fn numbers(&mut self, mart: &str, column: &str) -> Vec<Option<f64>> {
        self.column(mart, column, &DataType::Float64, |array| {
            array.as_primitive::<Float64Type>().iter().map(|value| value.filter(|value| value.is_finite())).collect()
        })
    }

    /// Texts.
    pub(super) fn texts(&mut self, mart: &str, column: &str) -> Vec<Option<String>> {
        self.column(mart, column, &DataType::Utf8, |array| {
            array.as_string::<i32>().iter().map(|text| text.map(str::to_string)).collect()
        })
    }

    /// Days.
    pub(super) fn days(&mut self, mart: &str, column: &str) -> Vec<Option<Day>> {
        self.column(mart, column, &DataType::Date32, |array| {
            array.as_primitive::<Date32Type>().iter().map(|day| day.map(Day)).collect()
        })
    }

    /// Truth values.
    pub(super) fn truths(&mut self, mart: &str, column: &str) -> Vec<Option<bool>> {
        self.column(mart, column, &DataType::Boolean, |array| array.as_boolean().iter().collect())
    }

    fn column<T: Clone>(
        &mut self,
        mart: &str,
        column: &str,
        wanted: &DataType,
        values: impl Fn(&ArrayRef) -> Vec<Option<T>>,
    ) -> Vec<Option<T>> {
        let Some(batch) = self.marts.get(mart) else {
            self.gaps.insert(format!("there is no mart {mart}; run merit jobs list and restore its query"));
            return Vec::new();
        };
        match found(batch, column, wanted) {
            Ok(array) => values(&array),
            Err(problem) => {
                self.gaps.insert(format!("the mart {mart} {problem}; compare your override with the embedded query"));
                vec![None; batch.num_rows()]
            }
        }
    }
}

fn found(batch: &RecordBatch, column: &str, wanted: &DataType) -> Result<ArrayRef, String> {
    let array = batch.column_by_name(column).ok_or_else(|| format!("has no column {column}"))?;
    cast(array, wanted).map_err(|_| format!("has a column {column} of type {}", array.data_type()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Float64Array, Int64Array, StringViewArray};

    use super::*;

    #[test]
    fn columns_of_any_type_are_read_and_gaps_are_named() {
        let columns: [(&str, ArrayRef); 3] = [
            ("n", Arc::new(Int64Array::from(vec![Some(3), None]))),
            ("share", Arc::new(Float64Array::from(vec![f64::NAN, 0.5]))),
            ("arm", Arc::new(StringViewArray::from(vec!["a", "b"]))),
        ];
        let marts =
            Marts::from([("costs".into(), RecordBatch::try_from_iter(columns).expect("columns of one length"))]);
        let mut reader = MartReader::new(&marts);
        assert_eq!(reader.numbers("costs", "n"), [Some(3.0), None]);
        assert_eq!(reader.numbers("costs", "share"), [None, Some(0.5)]);
        assert_eq!(reader.texts("costs", "arm"), [Some("a".into()), Some("b".into())]);
        assert_eq!(reader.numbers("costs", "spend"), [None, None]);
        assert!(reader.truths("models", "known").is_empty());
        let gaps: Vec<String> = reader.gaps().into_iter().collect();
        assert!(gaps[0].starts_with("the mart costs has no column spend; "), "{gaps:?}");
        assert!(gaps[1].starts_with("there is no mart models; "), "{gaps:?}");
    }
}

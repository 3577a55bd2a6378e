//! What `decay` and `decayed_avg` are called with: an instant, a half-life, and as-of or the store's own.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Float64Type, TimeUnit, TimestampMicrosecondType};
use datafusion::error::{DataFusionError, Result};

use super::decay_weight;
use crate::day::MICROSECONDS;

/// Instants in UTC; a date is its midnight.
pub(super) fn instant() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("+00:00".into()))
}

/// The types that `given` are cast to, where `before` numbers come before the instant; `usage` is told otherwise.
pub(super) fn coerced(given: &[DataType], before: usize, usage: &str) -> Result<Vec<DataType>> {
    let wrong = |problem: &str| DataFusionError::Plan(format!("{usage}: {problem}"));
    let count = given.len().checked_sub(before).filter(|count| (2..=3).contains(count));
    let count = count.ok_or_else(|| wrong(&format!("{} arguments do not fit", given.len())))?;
    let is_instant = |kind: &DataType| {
        matches!(kind, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) | DataType::Null)
            || matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
    };
    let is_number = |kind: &DataType| kind.is_numeric() || *kind == DataType::Null;
    if !given[..before].iter().all(is_number) || !is_number(&given[before + 1]) {
        return Err(wrong("the value and the half-life in days are numbers"));
    }
    if !is_instant(&given[before]) || !given[before + 2..].iter().all(is_instant) {
        return Err(wrong("ts and as_of are dates or timestamps"));
    }
    let mut kinds = vec![DataType::Float64; before];
    kinds.extend([instant(), DataType::Float64]);
    kinds.extend((count == 3).then(instant));
    Ok(kinds)
}

/// The weight of each row: `arguments` are instants, half-lives and perhaps as-of.
pub(super) fn weights(arguments: &[ArrayRef], as_of: Option<i32>, usage: &str) -> Result<Vec<Option<f64>>> {
    let instants = arguments[0].as_primitive::<TimestampMicrosecondType>();
    let half_lives = arguments[1].as_primitive::<Float64Type>();
    let day = |microseconds: i64| microseconds.div_euclid(MICROSECONDS);
    let given = arguments.get(2).map(|array| array.as_primitive::<TimestampMicrosecondType>());
    if given.is_none() && as_of.is_none() {
        let message = format!("{usage}: the store has no calls and so no as-of; give it as the last argument");
        return Err(DataFusionError::Plan(message));
    }
    let weight = |row: usize| {
        let as_of = match given {
            Some(given) => given.is_valid(row).then(|| day(given.value(row)))?,
            None => i64::from(as_of?),
        };
        let instant = instants.is_valid(row).then(|| instants.value(row))?;
        let half_life = half_lives.is_valid(row).then(|| half_lives.value(row))?;
        Some(decay_weight::weight(day(instant), as_of, half_life))
    };
    Ok((0..instants.len()).map(weight).collect())
}

//! `decay_weight(day, as_of, half_life_days)`: what an observation of `day` counts at `as_of`.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array};
use arrow::datatypes::{DataType, Date32Type, Float64Type};
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

/// 2^(−age/half-life), the age in whole days; a day at or after as-of counts 0, as it is not known yet:
/// `decay_weight(DATE '2026-01-01', DATE '2026-01-15', 14.0)` is 0.5.
pub(super) fn decay_weight() -> ScalarUDF {
    let arguments = vec![DataType::Date32, DataType::Date32, DataType::Float64];
    create_udf("decay_weight", arguments, DataType::Float64, Volatility::Immutable, Arc::new(evaluate))
}

fn evaluate(arguments: &[ColumnarValue]) -> Result<ColumnarValue> {
    let arrays = ColumnarValue::values_to_arrays(arguments)?;
    let (days, as_of) = (arrays[0].as_primitive::<Date32Type>(), arrays[1].as_primitive::<Date32Type>());
    let half_lives = arrays[2].as_primitive::<Float64Type>();
    let rows = days.iter().zip(as_of).zip(half_lives);
    let weight = |((day, as_of), half_life): ((Option<i32>, Option<i32>), Option<f64>)| {
        let age = as_of? - day?;
        Some(if age > 0 { crate::stats::decay::weight(f64::from(age), half_life?) } else { 0.0 })
    };
    let weights: Float64Array = rows.map(weight).collect();
    Ok(ColumnarValue::Array(Arc::new(weights) as ArrayRef))
}

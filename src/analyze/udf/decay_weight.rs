//! `decay_weight(day, as_of, half_life_days)`: what an observation of `day` counts at `as_of`.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array};
use arrow::datatypes::{DataType, Date32Type, Float64Type};
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

use super::reference::Reference;

pub(super) const REFERENCE: Reference = Reference {
    name: "decay_weight",
    signature: "decay_weight(day, as_of, half_life_days)",
    meaning: "2^(-age/half-life), the age in whole days; 0 for a day at or after as-of, which is not known yet. What the \
              marts count with; decay does the same for instants and knows an as-of.",
    example: "SELECT decay_weight(DATE '2026-01-01', DATE '2026-01-15', 14.0)",
    answer: "0.5",
};

/// 2^(−age/half-life), the age in whole days; a day at or after as-of counts 0, as it is not known yet.
pub(super) fn decay_weight() -> ScalarUDF {
    let arguments = vec![DataType::Date32, DataType::Date32, DataType::Float64];
    create_udf(REFERENCE.name, arguments, DataType::Float64, Volatility::Immutable, Arc::new(evaluate))
}

fn evaluate(arguments: &[ColumnarValue]) -> Result<ColumnarValue> {
    let arrays = ColumnarValue::values_to_arrays(arguments)?;
    let (days, as_of) = (arrays[0].as_primitive::<Date32Type>(), arrays[1].as_primitive::<Date32Type>());
    let half_lives = arrays[2].as_primitive::<Float64Type>();
    let rows = days.iter().zip(as_of).zip(half_lives);
    let weight = |((day, as_of), half_life): ((Option<i32>, Option<i32>), Option<f64>)| {
        Some(weight(i64::from(day?), i64::from(as_of?), half_life?))
    };
    let weights: Float64Array = rows.map(weight).collect();
    Ok(ColumnarValue::Array(Arc::new(weights) as ArrayRef))
}

/// What an observation of a day counts at as-of, both in days since 1970.
pub(super) fn weight(day: i64, as_of: i64, half_life_days: f64) -> f64 {
    let age = as_of.saturating_sub(day);
    if age > 0 { crate::stats::decay::weight(age as f64, half_life_days) } else { 0.0 }
}

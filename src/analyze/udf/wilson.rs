//! `wilson_low(successes, trials)` and `wilson_high(successes, trials)`: the 90 % Wilson interval of a share.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

use crate::stats::wilson;

/// The lower end; 0 where there was no trial.
pub(super) fn wilson_low() -> ScalarUDF {
    udf("wilson_low", |successes, trials| wilson::interval(successes, trials, LEVEL).0)
}

/// The upper end; 1 where there was no trial.
pub(super) fn wilson_high() -> ScalarUDF {
    udf("wilson_high", |successes, trials| wilson::interval(successes, trials, LEVEL).1)
}

const LEVEL: f64 = 0.90;

fn udf(name: &str, end: fn(f64, f64) -> f64) -> ScalarUDF {
    let evaluate = move |arguments: &[ColumnarValue]| -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let (successes, trials) = (arrays[0].as_primitive::<Float64Type>(), arrays[1].as_primitive::<Float64Type>());
        let ends: Float64Array = successes.iter().zip(trials).map(|(k, n)| Some(end(k?, n?))).collect();
        Ok(ColumnarValue::Array(Arc::new(ends) as ArrayRef))
    };
    let arguments = vec![DataType::Float64, DataType::Float64];
    create_udf(name, arguments, DataType::Float64, Volatility::Immutable, Arc::new(evaluate))
}

//! `latency_of_bucket(bucket)`: the middle of a latency bucket, in milliseconds.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

/// The middle of a bucket of `latency_daily`, in milliseconds; null stays null.
pub(super) fn latency_of_bucket() -> ScalarUDF {
    let arguments = vec![DataType::Int64];
    create_udf("latency_of_bucket", arguments, DataType::Float64, Volatility::Immutable, Arc::new(evaluate))
}

fn evaluate(arguments: &[ColumnarValue]) -> Result<ColumnarValue> {
    let arrays = ColumnarValue::values_to_arrays(arguments)?;
    let buckets = arrays[0].as_primitive::<Int64Type>();
    let middles: Float64Array =
        buckets.iter().map(|bucket| bucket.map(crate::stats::latency_histogram::middle_ms)).collect();
    Ok(ColumnarValue::Array(Arc::new(middles) as ArrayRef))
}

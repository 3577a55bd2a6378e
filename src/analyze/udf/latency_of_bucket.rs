//! `latency_of_bucket(bucket)` and `bucket_of_latency(ms)`: the histogram of `latency_daily` and back.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

use super::reference::Reference;
use crate::stats::latency_histogram;

pub(super) const REFERENCE: Reference = Reference {
    name: "latency_of_bucket",
    signature: "latency_of_bucket(bucket)",
    meaning: "The middle of a bucket of latency_daily, in milliseconds.",
    example: "SELECT latency_of_bucket(bucket_of_latency(8000.0))",
    answer: "8038.4",
};

pub(super) const INVERSE: Reference = Reference {
    name: "bucket_of_latency",
    signature: "bucket_of_latency(ms)",
    meaning: "The bucket of latency_daily that counts a latency in milliseconds.",
    example: "SELECT bucket_of_latency(8000.0)",
    answer: "718",
};

/// The middle of a bucket of `latency_daily`, in milliseconds; null stays null.
pub(super) fn latency_of_bucket() -> ScalarUDF {
    let evaluate = |arguments: &[ColumnarValue]| -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let buckets = arrays[0].as_primitive::<Int64Type>();
        let middles: Float64Array = buckets.iter().map(|bucket| bucket.map(latency_histogram::middle_ms)).collect();
        Ok(ColumnarValue::Array(Arc::new(middles) as ArrayRef))
    };
    let arguments = vec![DataType::Int64];
    create_udf(REFERENCE.name, arguments, DataType::Float64, Volatility::Immutable, Arc::new(evaluate))
}

/// The bucket that the rollup counts a latency in; null stays null, what is no number has none.
pub(super) fn bucket_of_latency() -> ScalarUDF {
    let evaluate = |arguments: &[ColumnarValue]| -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let latencies = arrays[0].as_primitive::<Float64Type>();
        let bucket = |ms: f64| (!ms.is_nan()).then(|| latency_histogram::bucket((ms * 10.0).floor() as i64));
        let buckets: Int64Array = latencies.iter().map(|latency| latency.and_then(bucket)).collect();
        Ok(ColumnarValue::Array(Arc::new(buckets) as ArrayRef))
    };
    let arguments = vec![DataType::Float64];
    create_udf(INVERSE.name, arguments, DataType::Int64, Volatility::Immutable, Arc::new(evaluate))
}

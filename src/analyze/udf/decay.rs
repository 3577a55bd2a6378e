//! `decay(ts, half_life [, as_of])` and `as_of()`: what an observation still counts, and when "now" is.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array};
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility, create_udf,
};

use super::decay_arguments::{coerced, weights};
use super::reference::Reference;

pub(super) const REFERENCE: Reference = Reference {
    name: "decay",
    signature: "decay(ts, half_life [, as_of])",
    meaning: "2^(-age/half-life) of a date or timestamp, half-life and age in whole UTC days; 0 at or after as-of, which \
              is not known yet. Without as_of it is as_of().",
    example: "SELECT decay(TIMESTAMP '2026-08-16T09:30:00Z', 14, DATE '2026-08-30')",
    answer: "0.5",
};

pub(super) const AS_OF: Reference = Reference {
    name: "as_of",
    signature: "as_of()",
    meaning: "The day that decays count back from: as-of of the last run, whose marts these are; before the first run the \
              day after the newest call. No clock is read.",
    example: "SELECT decay(as_of() - INTERVAL '14 days', 14)",
    answer: "0.5",
};

/// The weight of a row at as-of; the days since 1970 of `as_of` where the call gives none.
pub(super) fn decay(as_of: Option<i32>) -> ScalarUDF {
    ScalarUDF::from(Decay { signature: Signature::user_defined(Volatility::Immutable), as_of })
}

/// The as-of day itself; null in an empty store.
pub(super) fn as_of(as_of: Option<i32>) -> ScalarUDF {
    let evaluate = move |_: &[ColumnarValue]| Ok(ColumnarValue::Scalar(ScalarValue::Date32(as_of)));
    create_udf(AS_OF.name, vec![], DataType::Date32, Volatility::Immutable, Arc::new(evaluate))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Decay {
    signature: Signature,
    as_of: Option<i32>,
}

impl ScalarUDFImpl for Decay {
    fn name(&self) -> &str {
        REFERENCE.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        coerced(given, 0, REFERENCE.signature)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let weights: Float64Array = weights(&arrays, self.as_of, REFERENCE.signature)?.into_iter().collect();
        Ok(ColumnarValue::Array(Arc::new(weights) as ArrayRef))
    }
}

#[cfg(test)]
mod tests {
    use crate::analyze::udf::probe::{failure, number};

    #[tokio::test]
    async fn ages_are_whole_utc_days_and_the_future_counts_nothing() {
        for (ts, weight) in [
            ("DATE '2026-08-29'", 0.5),
            ("TIMESTAMP '2026-08-29T23:59:59Z'", 0.5),
            ("TIMESTAMP '2026-08-30T01:00:00+02:00'", 0.5),
            ("'2026-08-28'", 0.25),
            ("DATE '2026-08-30'", 0.0),
            ("DATE '2026-09-30'", 0.0),
        ] {
            let question = format!("SELECT decay({ts}, 1, DATE '2026-08-30')");
            assert_eq!(number(&question).await, Some(weight), "{question}");
        }
        assert_eq!(number("SELECT decay(DATE '2026-08-29', 1)").await, Some(0.5), "the probe's as-of is 2026-08-30");
    }

    #[tokio::test]
    async fn nulls_stay_null_and_wrong_calls_are_told_how() {
        assert_eq!(number("SELECT decay(NULL, 14)").await, None);
        assert_eq!(number("SELECT decay(DATE '2026-01-01', NULL)").await, None);
        for wrong in ["decay(1, 14)", "decay(DATE '2026-01-01')", "decay(DATE '2026-01-01', 'x', 7)"] {
            let error = failure(&format!("SELECT {wrong}")).await;
            assert!(error.contains("decay(ts, half_life [, as_of])"), "{wrong}: {error}");
        }
    }
}

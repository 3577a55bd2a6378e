//! `decayed_avg(value, ts, half_life [, as_of])`: a mean in which the old counts less.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility};

use super::decay_arguments::{coerced, weights};
use super::reference::Reference;

pub(super) const REFERENCE: Reference = Reference {
    name: "decayed_avg",
    signature: "decayed_avg(value, ts, half_life [, as_of])",
    meaning: "Aggregate: mean of value, each weighted by decay(ts, half_life, as_of); rows without a value do not count, \
              and without any weight it is null.",
    example: "SELECT ROUND(decayed_avg(score, day, 1, DATE '2026-08-30'), 6) FROM (VALUES (9.0, DATE '2026-08-29'), (6.0, \
              DATE '2026-08-28')) AS t(score, day)",
    answer: "8.0",
};

/// The aggregate; `as_of` in days since 1970 where the call gives none.
pub(super) fn decayed_avg(as_of: Option<i32>) -> AggregateUDF {
    AggregateUDF::from(DecayedAverage { signature: Signature::user_defined(Volatility::Immutable), as_of })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct DecayedAverage {
    signature: Signature,
    as_of: Option<i32>,
}

impl AggregateUDFImpl for DecayedAverage {
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
        coerced(given, 1, REFERENCE.signature)
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Sums { as_of: self.as_of, values: 0.0, weights: 0.0 }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let field = |part: &str| Arc::new(Field::new(format!("{}[{part}]", args.name), DataType::Float64, true));
        Ok(vec![field("values"), field("weights")])
    }
}

#[derive(Debug)]
struct Sums {
    as_of: Option<i32>,
    values: f64,
    weights: f64,
}

impl Accumulator for Sums {
    fn update_batch(&mut self, arguments: &[ArrayRef]) -> Result<()> {
        let values = arguments[0].as_primitive::<Float64Type>();
        let weights = weights(&arguments[1..], self.as_of, REFERENCE.signature)?;
        for (value, weight) in values.iter().zip(weights) {
            if let (Some(value), Some(weight)) = (value, weight) {
                self.values += weight * value;
                self.weights += weight;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64((self.weights > 0.0).then(|| self.values / self.weights)))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Float64(Some(self.values)), ScalarValue::Float64(Some(self.weights))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let (values, weights) = (states[0].as_primitive::<Float64Type>(), states[1].as_primitive::<Float64Type>());
        for row in (0..values.len()).filter(|row| values.is_valid(*row)) {
            self.values += values.value(row);
            self.weights += weights.value(row);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::analyze::udf::probe::number;

    #[tokio::test]
    async fn it_is_the_weighted_mean_spelled_out() {
        let rows = "(VALUES (9.0, DATE '2026-08-29'), (NULL, DATE '2026-08-28'), (2.0, DATE '2026-08-01'), \
                    (5.0, DATE '2026-08-30')) AS t(v, day)";
        let short = number(&format!("SELECT decayed_avg(v, day, 7) FROM {rows}")).await.expect("a number");
        let long = format!("SELECT SUM(v * decay(day, 7)) / SUM(decay(day, 7)) FROM {rows} WHERE v IS NOT NULL");
        assert!((short - number(&long).await.expect("a number")).abs() < 1e-12);
    }

    #[tokio::test]
    async fn nothing_known_is_null() {
        for rows in ["(VALUES (1.0, DATE '2026-09-01'))", "(VALUES (NULL, DATE '2026-08-01'))"] {
            assert_eq!(number(&format!("SELECT decayed_avg(v, d, 7) FROM {rows} AS t(v, d)")).await, None, "{rows}");
        }
    }

    #[tokio::test]
    async fn partitions_merge_to_the_whole() {
        // Over 10,000 rows in groups: partial and final aggregation.
        let question = "SELECT MAX(ABS(short - long)) FROM (SELECT n % 7 AS g, decayed_avg(n, day, 30) AS short, \
                        SUM(n * decay(day, 30)) / SUM(decay(day, 30)) AS long FROM (SELECT value AS n, \
                        CAST(CAST(20694 - value % 90 AS INTEGER) AS DATE) AS day FROM \
                        generate_series(1, 10000)) GROUP BY n % 7)";
        assert!(number(question).await.expect("a number") < 1e-8);
    }
}

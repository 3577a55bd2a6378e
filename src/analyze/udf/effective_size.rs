//! `n_eff(weight)`: Kish's effective sample size.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::{Accumulator, AggregateUDF, Volatility, create_udaf};

use super::reference::Reference;
use crate::stats::effective_size::kish;

pub(super) const REFERENCE: Reference = Reference {
    name: "n_eff",
    signature: "n_eff(weight)",
    meaning: "Aggregate: Kish's effective sample size, (sum of weights)² / sum of squared weights: how many equally \
              weighted calls tell as much. 0 without weight.",
    example: "SELECT n_eff(w) FROM (VALUES (1.0), (0.5)) AS t(w)",
    answer: "1.8",
};

pub(super) fn n_eff() -> AggregateUDF {
    create_udaf(
        REFERENCE.name,
        vec![DataType::Float64],
        Arc::new(DataType::Float64),
        Volatility::Immutable,
        Arc::new(|_| Ok(Box::<Sums>::default())),
        Arc::new(vec![DataType::Float64, DataType::Float64]),
    )
}

#[derive(Debug, Default)]
struct Sums {
    weights: f64,
    squares: f64,
}

impl Accumulator for Sums {
    fn update_batch(&mut self, arguments: &[ArrayRef]) -> Result<()> {
        for weight in arguments[0].as_primitive::<Float64Type>().iter().flatten() {
            self.weights += weight;
            self.squares += weight * weight;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(Some(kish(self.weights, self.squares))))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Float64(Some(self.weights)), ScalarValue::Float64(Some(self.squares))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let (weights, squares) = (states[0].as_primitive::<Float64Type>(), states[1].as_primitive::<Float64Type>());
        for row in (0..weights.len()).filter(|row| weights.is_valid(*row)) {
            self.weights += weights.value(row);
            self.squares += squares.value(row);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::analyze::udf::probe::number;

    #[tokio::test]
    async fn equal_weights_count_their_number_and_nothing_counts_nothing() {
        assert_eq!(number("SELECT n_eff(0.3) FROM generate_series(1, 10000)").await.map(f64::round), Some(10_000.0));
        assert_eq!(number("SELECT n_eff(w) FROM (VALUES (1.0)) AS t(w) WHERE w > 5").await, Some(0.0));
        assert_eq!(number("SELECT n_eff(w) FROM (VALUES (1.0), (NULL), (1.0)) AS t(w)").await, Some(2.0));
    }
}

//! `latency_quantile(bucket, n, p)`: a quantile over histograms that add up.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, Float64Type, Int64Type};
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{Accumulator, AggregateUDF, Volatility, create_udaf};

use super::reference::Reference;
use crate::stats::latency_histogram::middle_ms;

pub(super) const REFERENCE: Reference = Reference {
    name: "latency_quantile",
    signature: "latency_quantile(bucket, n, p)",
    meaning: "Aggregate over rows of latency_daily: the latency in milliseconds that a share p of the calls stayed \
              within, to 0.8 %. n may be weighted, as in n * decay(day, 14); null without calls.",
    example: "SELECT latency_quantile(bucket, n, 0.95) FROM (VALUES (bucket_of_latency(100.0), 94), \
              (bucket_of_latency(900.0), 6)) AS t(bucket, n)",
    answer: "902.4",
};

pub(super) fn latency_quantile() -> AggregateUDF {
    let list = |kind: DataType| DataType::List(Arc::new(Field::new_list_field(kind, true)));
    create_udaf(
        REFERENCE.name,
        vec![DataType::Int64, DataType::Float64, DataType::Float64],
        Arc::new(DataType::Float64),
        Volatility::Immutable,
        Arc::new(|_| Ok(Box::<Histogram>::default())),
        Arc::new(vec![list(DataType::Int64), list(DataType::Float64), DataType::Float64]),
    )
}

#[derive(Debug, Default)]
struct Histogram {
    counts: BTreeMap<i64, f64>,
    p: Option<f64>,
}

impl Histogram {
    fn ask(&mut self, p: f64) -> Result<()> {
        let other = self.p.is_some_and(|other| other != p);
        if other || !(0.0..=1.0).contains(&p) {
            let message = format!("{}: p is one number within [0, 1], as 0.95", REFERENCE.signature);
            return Err(DataFusionError::Execution(message));
        }
        self.p = Some(p);
        Ok(())
    }

    fn add(&mut self, bucket: i64, count: f64) {
        if count > 0.0 {
            *self.counts.entry(bucket).or_default() += count;
        }
    }
}

impl Accumulator for Histogram {
    fn update_batch(&mut self, arguments: &[ArrayRef]) -> Result<()> {
        let (buckets, counts) = (arguments[0].as_primitive::<Int64Type>(), arguments[1].as_primitive::<Float64Type>());
        let quantiles = arguments[2].as_primitive::<Float64Type>();
        for row in 0..buckets.len() {
            if quantiles.is_valid(row) {
                self.ask(quantiles.value(row))?;
            }
            if buckets.is_valid(row) && counts.is_valid(row) {
                self.add(buckets.value(row), counts.value(row));
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let total: f64 = self.counts.values().sum();
        let mut up_to = 0.0;
        let mut found = self.counts.iter().find_map(|(bucket, count)| {
            up_to += count;
            (up_to >= self.p? * total).then_some(*bucket)
        });
        // Rounding may leave the last sum a hair below the total.
        if self.p.is_some() && found.is_none() {
            found = self.counts.keys().next_back().copied();
        }
        Ok(ScalarValue::Float64(found.map(middle_ms)))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.counts.len() * size_of::<(i64, f64)>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let buckets: Vec<ScalarValue> = self.counts.keys().map(|bucket| ScalarValue::Int64(Some(*bucket))).collect();
        let counts: Vec<ScalarValue> = self.counts.values().map(|count| ScalarValue::Float64(Some(*count))).collect();
        Ok(vec![
            ScalarValue::List(ScalarValue::new_list_nullable(&buckets, &DataType::Int64)),
            ScalarValue::List(ScalarValue::new_list_nullable(&counts, &DataType::Float64)),
            ScalarValue::Float64(self.p),
        ])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let (buckets, counts) = (states[0].as_list::<i32>(), states[1].as_list::<i32>());
        let quantiles = states[2].as_primitive::<Float64Type>();
        for row in 0..buckets.len() {
            if quantiles.is_valid(row) {
                self.ask(quantiles.value(row))?;
            }
            if buckets.is_valid(row) && counts.is_valid(row) {
                let (buckets, counts) = (buckets.value(row), counts.value(row));
                let pairs = buckets
                    .as_primitive::<Int64Type>()
                    .values()
                    .iter()
                    .zip(counts.as_primitive::<Float64Type>().values());
                pairs.for_each(|(bucket, count)| self.add(*bucket, *count));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::analyze::udf::probe::{failure, number};

    #[tokio::test]
    async fn it_is_the_quantile_of_the_calls_themselves() {
        for p in [0.01_f64, 0.5, 0.95, 0.99, 1.0] {
            let question = format!(
                "SELECT latency_quantile(b, n, {p}) FROM (SELECT bucket_of_latency(CAST(value AS DOUBLE)) AS b, COUNT(*) \
                 AS n FROM generate_series(1, 10000) GROUP BY b)"
            );
            let (found, exact) = (number(&question).await.expect("a number"), (10_000.0 * p).ceil());
            assert!((found / exact - 1.0).abs() < 0.01, "{p}: {found} for {exact}");
        }
    }

    #[tokio::test]
    async fn no_call_has_no_quantile_and_a_wrong_p_is_told() {
        assert_eq!(number("SELECT latency_quantile(b, n, 0.5) FROM (VALUES (10, 0)) AS t(b, n)").await, None);
        let error = failure("SELECT latency_quantile(b, n, 95) FROM (VALUES (10, 1)) AS t(b, n)").await;
        assert!(error.contains("as 0.95"), "{error}");
    }
}

//! The mart `evidence` as what the policy takes: one [`ArmEvidence`] a row, the traffic, and the models.

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use merit_router::table::{Model, Price};

use super::NightError;
use crate::policy::{ArmEvidence, CostSource, Latency, SegmentTraffic};
use crate::segment::Segment;

/// What a table is built from.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// One an arm.
    pub arms: Vec<ArmEvidence>,
    /// The shares of the segments; they sum to 1.
    pub traffic: Vec<SegmentTraffic>,
    /// By arm id.
    pub models: BTreeMap<String, Model>,
}

/// Reads the rows of the mart `evidence`.
///
/// # Errors
/// [`NightError::Mart`] where a column is missing or has another type: an overriding query is at fault.
pub fn read(batch: &RecordBatch) -> Result<Evidence, NightError> {
    let columns = Columns(batch);
    let text = |name| columns.text(name);
    let number = |name| columns.number(name);
    let (roles, categories, difficulties) = (text("role")?, text("task_category")?, text("task_difficulty")?);
    let (ids, names, providers, tiers) = (text("arm")?, text("model")?, text("provider")?, text("tier")?);
    let (calls, scored_calls) = (columns.whole("n")?, columns.whole("n_scored")?);
    let (strength, strength_squared) = (number("strength")?, number("strength_squared")?);
    let (successes, scored) = (number("success_strength")?, number("scored_strength")?);
    let (quality, quality_square) = (number("quality_sum")?, number("quality_square_sum")?);
    let (cost, cost_source) = (number("cost_usd")?, text("cost_source")?);
    let (input, output) = (number("input_tokens")?, number("output_tokens")?);
    let (p50, p95, p99) = (number("p50_ms")?, number("p95_ms")?, number("p99_ms")?);
    let (first, last, share) = (text("first_day")?, text("last_day")?, number("traffic_share")?);
    let (price_in, price_cached) = (number("input_usd_per_mtok")?, number("cached_input_usd_per_mtok")?);
    let (price_out, price_from) = (number("output_usd_per_mtok")?, text("price_effective_from")?);

    let mut evidence = Evidence { arms: Vec::new(), traffic: Vec::new(), models: BTreeMap::new() };
    for row in 0..batch.num_rows() {
        let word = |column: &Vec<Option<String>>| column[row].clone().unwrap_or_default();
        let sum = |column: &Vec<Option<f64>>| column[row].unwrap_or_default();
        let segment = Segment::new(&word(&roles), &word(&categories), &word(&difficulties));
        if evidence.traffic.last().is_none_or(|last| last.segment != segment) {
            evidence.traffic.push(SegmentTraffic { segment: segment.clone(), share: sum(&share) });
        }
        let price = price_in[row].zip(price_out[row]).map(|(input, output)| Price {
            input,
            output,
            cached_input: price_cached[row],
            effective_from: word(&price_from),
        });
        let model = Model { model: word(&names), provider: word(&providers), price, tier: tiers[row].clone() };
        evidence.models.entry(word(&ids)).or_insert(model);
        evidence.arms.push(ArmEvidence {
            segment,
            model: word(&ids),
            provider: word(&providers),
            calls: calls[row].unwrap_or_default().max(0) as u64,
            strength: sum(&strength),
            strength_squared: sum(&strength_squared),
            success_strength: sum(&successes),
            scored_strength: sum(&scored),
            quality_sum: sum(&quality),
            quality_square_sum: sum(&quality_square),
            scored_calls: scored_calls[row].unwrap_or_default().max(0) as u64,
            cost_usd: cost[row],
            cost_source: match word(&cost_source).as_str() {
                "price" => CostSource::Price,
                "logged" => CostSource::Logged,
                _ => CostSource::Unknown,
            },
            input_tokens: input[row],
            output_tokens: output[row],
            latency: Latency { p50: p50[row], p95: p95[row], p99: p99[row] },
            first_day: word(&first),
            last_day: word(&last),
            flags: Vec::new(),
        });
    }
    share_out(&mut evidence.traffic);
    Ok(evidence)
}

/// Where no traffic has any weight left, every segment has the same share: a table still has rows.
fn share_out(traffic: &mut [SegmentTraffic]) {
    let total: f64 = traffic.iter().map(|segment| segment.share).sum();
    let count = traffic.len() as f64;
    for segment in traffic {
        segment.share = if total > 0.0 { segment.share / total } else { 1.0 / count };
    }
}

struct Columns<'a>(&'a RecordBatch);

impl Columns<'_> {
    fn column(&self, name: &'static str, kind: &DataType) -> Result<ArrayRef, NightError> {
        let wrong = |problem: String| NightError::Mart { mart: "evidence", problem };
        let column = self.0.column_by_name(name).ok_or_else(|| wrong(format!("has no column \"{name}\"")))?;
        arrow::compute::cast(column, kind)
            .map_err(|error| wrong(format!("has a column \"{name}\" that does not fit: {error}")))
    }

    fn text(&self, name: &'static str) -> Result<Vec<Option<String>>, NightError> {
        let column = self.column(name, &DataType::Utf8)?;
        Ok(column.as_string::<i32>().iter().map(|text| text.map(str::to_string)).collect())
    }

    fn number(&self, name: &'static str) -> Result<Vec<Option<f64>>, NightError> {
        let column = self.column(name, &DataType::Float64)?;
        let numbers = column.as_primitive::<Float64Type>();
        Ok((0..numbers.len()).map(|row| numbers.is_valid(row).then(|| numbers.value(row))).collect())
    }

    fn whole(&self, name: &'static str) -> Result<Vec<Option<i64>>, NightError> {
        let column = self.column(name, &DataType::Int64)?;
        Ok(column.as_primitive::<Int64Type>().iter().collect())
    }
}

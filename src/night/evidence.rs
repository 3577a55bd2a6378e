//! The mart `evidence` as what the policy takes: an [`ArmEvidence`] from the rows of each arm, the traffic, and the
//! models.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use merit_router::table::{HalfLife, Model, Price};

use super::NightError;
use crate::analyze::columns::Columns;
use crate::policy::{ArmEvidence, Cell, CostSource, Latency, LaterAttempts, SegmentTraffic};
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
    /// How fast the evidence of each source fades.
    pub half_lives: BTreeMap<String, HalfLife>,
}

/// The flag of rows whose judge changed its level.
const JUDGE_CHANGED: &str = "judge_changed";

/// Reads the rows of the mart `evidence`.
///
/// # Errors
/// [`NightError::Analyze`] where a column is missing or has another type: an overriding query is at fault.
pub fn read(batch: &RecordBatch) -> Result<Evidence, NightError> {
    let columns = Columns { mart: "evidence", batch };
    let text = |name| columns.text(name);
    let number = |name| columns.number(name);
    let (roles, categories, difficulties) = (text("role")?, text("task_category")?, text("task_difficulty")?);
    let (ids, names, providers, tiers) = (text("arm")?, text("model")?, text("provider")?, text("tier")?);
    let (calls, scored_calls) = (columns.whole("n")?, columns.whole("n_scored")?);
    let (strength, strength_squared) = (number("strength")?, number("strength_squared")?);
    let (successes, scored) = (number("success_strength")?, number("scored_strength")?);
    let (sources, judges) = (text("source")?, text("judge")?);
    let scored_squared = number("scored_strength_squared")?;
    let (later, later_successes) = (number("later_strength")?, number("later_success_strength")?);
    let (changed, judge_changed) = (text("changed_since")?, text("judge_changed_since")?);
    let (half_life, half_life_origin) = (number("half_life_days")?, text("half_life_origin")?);
    let half_life_gain = number("half_life_gain")?;
    let (quality, quality_square) = (number("quality_sum")?, number("quality_square_sum")?);
    let (cost, cost_source) = (number("cost_usd")?, text("cost_source")?);
    let (input, output) = (number("input_tokens")?, number("output_tokens")?);
    let (p50, p95, p99) = (number("p50_ms")?, number("p95_ms")?, number("p99_ms")?);
    let (first, last, share) = (text("first_day")?, text("last_day")?, number("traffic_share")?);
    let (price_in, price_cached) = (number("input_usd_per_mtok")?, number("cached_input_usd_per_mtok")?);
    let (price_out, price_from) = (number("output_usd_per_mtok")?, text("price_effective_from")?);

    let mut evidence =
        Evidence { arms: Vec::new(), traffic: Vec::new(), models: BTreeMap::new(), half_lives: BTreeMap::new() };
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
        let announced = calls[row].unwrap_or_default() == 0 && word(&sources).is_empty();
        if !announced {
            evidence.half_lives.entry(word(&sources)).or_insert_with(|| HalfLife {
                days: half_life[row].filter(|days| days.is_finite()),
                origin: word(&half_life_origin),
                gain: half_life_gain[row],
            });
        }
        let cell = Cell {
            source: word(&sources),
            judge: word(&judges),
            calls: calls[row].unwrap_or_default().max(0) as u64,
            strength: sum(&strength),
            strength_squared: sum(&strength_squared),
            success_strength: sum(&successes),
            scored_calls: scored_calls[row].unwrap_or_default().max(0) as u64,
            scored_strength: sum(&scored),
            scored_strength_squared: sum(&scored_squared),
            quality_sum: sum(&quality),
            quality_square_sum: sum(&quality_square),
        };
        let known = evidence.arms.last().is_some_and(|arm| arm.segment == segment && arm.model == word(&ids));
        if !known {
            evidence.arms.push(ArmEvidence {
                segment,
                model: word(&ids),
                provider: word(&providers),
                cells: Vec::new(),
                later: LaterAttempts { strength: sum(&later), success_strength: sum(&later_successes) },
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
                changed_since: changed[row].clone(),
                flags: Vec::new(),
            });
        }
        if let Some(arm) = evidence.arms.last_mut() {
            if !announced {
                arm.cells.push(cell);
            }
            // Days as text sort as days do.
            arm.first_day = arm.first_day.clone().min(word(&first));
            arm.last_day = arm.last_day.clone().max(word(&last));
            if judge_changed[row].is_some() && !arm.flags.iter().any(|flag| flag == JUDGE_CHANGED) {
                arm.flags.push(JUDGE_CHANGED.into());
            }
        }
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

//! The embedded prices against the costs that real logs state.

use std::collections::BTreeMap;
use std::fs::File;

use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimestampMicrosecondType};
use jiff::Timestamp;
use jiff::civil::Date;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::file::{read_aliases, read_prices};
use super::{Usage, coverage};
use crate::shared_data;

/// One logged call: model, day, tokens and cost.
struct Logged {
    model: String,
    day: Date,
    input: u64,
    output: u64,
    cost_usd: Option<f64>,
}

/// The calls of a log that have both token counts.
fn calls(relative: &str) -> Option<Vec<Logged>> {
    let file = File::open(shared_data::path(relative)?).expect("readable");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|builder| builder.build()).expect("Parquet");
    let mut calls = Vec::new();
    for batch in reader {
        let batch = batch.expect("a batch");
        let column = |name: &str, kind: &DataType| {
            cast(batch.column_by_name(name).expect("a column of the log"), kind).expect("castable")
        };
        let model = column("model", &DataType::Utf8);
        let at = column("timestamp", &DataType::Timestamp(arrow::datatypes::TimeUnit::Microsecond, None));
        let input = column("prompt_tokens", &DataType::Int64);
        let output = column("completion_tokens", &DataType::Int64);
        let cost = column("cost_usd", &DataType::Float64);
        for row in (0..batch.num_rows()).filter(|row| input.is_valid(*row) && output.is_valid(*row)) {
            let tokens =
                |column: &dyn Array| u64::try_from(column.as_primitive::<Int64Type>().value(row)).expect("a count");
            let micros = at.as_primitive::<TimestampMicrosecondType>().value(row);
            let day = Timestamp::from_microsecond(micros).expect("a time").to_zoned(jiff::tz::TimeZone::UTC).date();
            calls.push(Logged {
                model: model.as_string::<i32>().value(row).into(),
                day,
                input: tokens(&input),
                output: tokens(&output),
                cost_usd: cost.is_valid(row).then(|| cost.as_primitive::<Float64Type>().value(row)),
            });
        }
    }
    Some(calls)
}

/// The cost of a call without and with all its prompt tokens cached, at the price of its day.
fn bounds(calls: &[Logged]) -> Vec<(&Logged, Option<(f64, f64)>)> {
    let (list, aliases) = (read_prices(None).expect("prices"), read_aliases(None).expect("aliases"));
    let price = |call: &Logged| {
        let resolved = aliases.resolve(&call.model, None);
        list.in_force(resolved.provider.as_deref()?, &resolved.model, call.day).cloned()
    };
    let bounds = |call: &Logged| {
        let price = price(call)?;
        Some((price.cost_usd(call.input, call.input, call.output), price.cost_usd(call.input, 0, call.output)))
    };
    calls.iter().map(|call| (call, bounds(call))).collect()
}

/// The leaderboard's authors computed their costs from tokens and list prices without caching: ours must agree.
#[test]
fn the_costs_of_the_function_calling_leaderboard_come_out_again() {
    let Some(calls) = calls("bfcl/outcomes.parquet") else { return };
    let mut compared = 0;
    for (call, bounds) in bounds(&calls) {
        let Some(logged) = call.cost_usd else { continue };
        let (_, cost) = bounds.unwrap_or_else(|| panic!("{} finds no price on {}", call.model, call.day));
        assert!((cost - logged).abs() <= 1e-9, "{} on {}: {cost}, logged {logged}", call.model, call.day);
        compared += 1;
    }
    assert_eq!(compared, 145_345);
}

/// Agents' calls with unknown numbers of cached tokens: the logged cost lies between all cached and none cached.
/// Azure's regional deployments ask 10 % more than its global list price.
#[test]
fn the_costs_of_the_agents_lie_between_all_cached_and_none_cached() {
    let Some(calls) = calls("tau2bench/calls.parquet") else { return };
    let (mut compared, mut regional) = (0, 0);
    for (call, bounds) in bounds(&calls) {
        let Some(logged) = call.cost_usd else { continue };
        let (least, most) = bounds.unwrap_or_else(|| panic!("{} finds no price on {}", call.model, call.day));
        let dearer = if call.model.starts_with("azure/") { 1.1 } else { 1.0 };
        let place = format!("{} on {}: {logged} outside {least}..{most}", call.model, call.day);
        assert!(logged >= least - 1e-9 && logged <= most * dearer + 1e-9, "{place}");
        regional += u32::from(logged > most + 1e-9);
        compared += 1;
    }
    assert_eq!((compared, regional), (4_876, 44));
}

#[test]
fn the_check_names_what_the_logs_have_without_a_price() {
    let (Some(bfcl), Some(agents)) = (calls("bfcl/outcomes.parquet"), calls("tau2bench/calls.parquet")) else { return };
    let (list, aliases) = (read_prices(None).expect("prices"), read_aliases(None).expect("aliases"));
    let covered = |calls: &[Logged]| {
        let mut counts = BTreeMap::new();
        for call in calls {
            *counts.entry(call.model.clone()).or_insert(0) += 1;
        }
        let usages = counts.into_iter().map(|(model, calls)| Usage { model, provider: None, calls });
        let last = calls.iter().map(|call| call.day).max().expect("calls");
        let coverage = coverage(&usages.collect::<Vec<_>>(), &list, &aliases, last);
        let unpriced = coverage.unpriced().map(|row| row.usage.model.clone()).collect::<Vec<_>>();
        (coverage.priced_share, unpriced)
    };
    assert_eq!(covered(&agents), (Some(1.0), vec![]));
    let (share, unpriced) = covered(&bfcl);
    assert_eq!(share, Some(145_345.0 / bfcl.len() as f64));
    assert!(unpriced.contains(&"firefunction-v2-FC".to_owned()), "{unpriced:?}");
}

//! The standing table's candidates as rows, so that SQL can join them with what was logged.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use merit_router::Table;
use merit_router::table::{Candidate, Row};

/// One row a candidate: where it stands, its weights, and what is known of it.
pub(super) fn candidates(table: &Table) -> RecordBatch {
    let pairs: Vec<(&Row, &Candidate)> =
        table.segments.iter().flat_map(|row| row.candidates.iter().map(move |candidate| (row, candidate))).collect();
    let texts = |text: fn(&(&Row, &Candidate)) -> String| -> ArrayRef {
        Arc::new(pairs.iter().map(|pair| Some(text(pair))).collect::<StringArray>())
    };
    let numbers = |number: fn(&Candidate) -> Option<f64>| -> ArrayRef {
        Arc::new(pairs.iter().map(|(_, candidate)| number(candidate)).collect::<Float64Array>())
    };
    let flags = |flag: fn(&Candidate) -> bool| -> ArrayRef {
        Arc::new(pairs.iter().map(|(_, candidate)| Some(flag(candidate))).collect::<BooleanArray>())
    };
    let whole = |number: &dyn Fn(&Candidate) -> u64| -> ArrayRef {
        Arc::new(pairs.iter().map(|(_, candidate)| i64::try_from(number(candidate)).ok()).collect::<Int64Array>())
    };
    let version = table.table_version;
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("table_version", whole(&|_| version)),
        ("role", texts(|(row, _)| row.role.clone())),
        ("task_category", texts(|(row, _)| row.category.clone())),
        ("task_difficulty", texts(|(row, _)| row.difficulty.clone())),
        ("arm", texts(|(_, candidate)| candidate.model.clone())),
        ("weight", numbers(|candidate| Some(candidate.weight))),
        ("exploit_weight", numbers(|candidate| Some(candidate.exploit_weight))),
        ("probe_weight", numbers(|candidate| Some(candidate.probe_weight))),
        ("eligible", flags(|candidate| candidate.eligible)),
        ("reason", texts(|(_, candidate)| candidate.reason.clone())),
        ("value", numbers(|candidate| Some(candidate.value.mean))),
        ("score", numbers(|candidate| Some(candidate.score.mean))),
        ("score_low", numbers(|candidate| Some(candidate.score.low))),
        ("score_high", numbers(|candidate| Some(candidate.score.high))),
        ("success", numbers(|candidate| Some(candidate.success.mean))),
        ("cost_usd", numbers(|candidate| candidate.cost_usd.mean)),
        ("p50_ms", numbers(|candidate| candidate.latency_ms.p50)),
        ("p95_ms", numbers(|candidate| candidate.latency_ms.p95)),
        ("n", whole(&|candidate| candidate.n)),
        ("n_eff", numbers(|candidate| Some(candidate.n_eff))),
        ("p_best", numbers(|candidate| Some(candidate.p_best))),
        ("on_frontier", flags(|candidate| candidate.on_frontier)),
    ];
    RecordBatch::try_from_iter(columns).expect("columns are collected from the same rows")
}

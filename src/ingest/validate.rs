//! What a record must be before it is stored: the one place for it, whatever log it came from.
//!
//! Works column by column over a batch of nullable columns in the record's order; fills in what every stored row
//! has; rows with a fault are left out and named.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, PrimitiveArray, RecordBatch, StringArray, StringBuilder,
};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{ArrowPrimitiveType, Float64Type, Int64Type, TimestampMicrosecondType};

use super::record_kind::RecordKind;
use super::value::{shown, timestamp_text};
use crate::call::{ARMS, Field, Kind, SOURCES};

/// The longest text a field may hold, `extra` and `excluded` aside.
pub const MAX_TEXT_BYTES: usize = 4096;

/// The earliest instant a call may have: 2015-01-01, before there was anything to log. What is earlier is a wrong unit.
const EARLIEST: i64 = 1_420_070_400_000_000;

/// One day in microseconds: how far a log's clock may be ahead.
const DAY: i64 = 86_400_000_000;

/// A batch without its faulty rows, and their faults.
#[derive(Debug)]
pub(super) struct Checked {
    /// The sound rows in the stored schema.
    pub(super) batch: RecordBatch,
    /// The row in the batch given, and what is wrong with it.
    pub(super) faults: Vec<(usize, String)>,
}

/// Checks a batch of nullable columns in the record's order. `faults` says what is already known to be wrong, row by
/// row; the first fault of a row counts.
pub(super) fn check(kind: RecordKind, batch: &RecordBatch, now: i64, mut faults: Vec<Option<String>>) -> Checked {
    faults.resize(batch.num_rows(), None);
    for (name, purpose) in kind.required() {
        require(batch, name, purpose, &mut faults);
    }
    for (field, column) in kind.fields().iter().zip(batch.columns()) {
        check_field(field, column, now, &mut faults);
    }
    match kind {
        RecordKind::Call => check_cached(batch, &mut faults),
        RecordKind::Outcome => require_any(batch, &mut faults),
    }
    let sound: BooleanArray = faults.iter().map(|fault| Some(fault.is_none())).collect();
    let kept = filter_record_batch(batch, &sound).expect("the mask has one entry a row");
    let columns = kind.fields().iter().zip(kept.columns()).map(|(field, column)| fill(field, column)).collect();
    let batch = RecordBatch::try_new(kind.schema(), columns).expect("columns are cast, required and filled in");
    let faults = faults.into_iter().enumerate().filter_map(|(row, fault)| Some((row, fault?))).collect();
    Checked { batch, faults }
}

/// The rule of one field.
enum Rule {
    Between(f64, f64),
    AtLeast(i64),
    NotNegative,
    Probability,
    Words(&'static [&'static str]),
    PartOfSegment,
    Name,
    Instant,
    Free,
}

fn rule(field: &Field) -> Rule {
    match (field.name, field.kind) {
        ("score", _) => Rule::Between(0.0, 10.0),
        ("propensity", _) => Rule::Probability,
        ("attempt", _) => Rule::AtLeast(1),
        ("source", _) => Rule::Words(SOURCES),
        ("arm", _) => Rule::Words(ARMS),
        ("role" | "task_category" | "task_difficulty", _) => Rule::PartOfSegment,
        ("extra" | "excluded", _) | (_, Kind::Boolean) => Rule::Free,
        (_, Kind::Text) => Rule::Name,
        (_, Kind::Integer) => Rule::AtLeast(0),
        (_, Kind::Number) => Rule::NotNegative,
        (_, Kind::Timestamp) => Rule::Instant,
    }
}

fn check_field(field: &Field, column: &ArrayRef, now: i64, faults: &mut [Option<String>]) {
    let name = field.name;
    match rule(field) {
        Rule::Free => {}
        Rule::Between(low, high) => each::<Float64Type>(column, faults, |value| {
            (!(low..=high).contains(&value))
                .then(|| format!("{name} {value} is out of range; a number from {low} to {high} is expected"))
        }),
        Rule::NotNegative => each::<Float64Type>(column, faults, |value| {
            (!value.is_finite() || value < 0.0)
                .then(|| format!("{name} {value} is not possible; a finite number of at least 0 is expected"))
        }),
        Rule::Probability => {
            each::<Float64Type>(column, faults, |value| {
                (value.is_nan() || value <= 0.0 || value > 1.0)
                .then(|| format!("{name} {value} is no probability of a draw that happened; a number above 0 and up to 1 is expected"))
            })
        }
        Rule::AtLeast(low) => each::<Int64Type>(column, faults, |value| {
            (value < low)
                .then(|| format!("{name} {value} is not possible; a whole number of at least {low} is expected"))
        }),
        Rule::Instant => each::<TimestampMicrosecondType>(column, faults, |value| {
            if value < EARLIEST {
                Some(format!("{name} {} is before 2015; check its unit", timestamp_text(value)))
            } else if value > now.saturating_add(DAY) {
                Some(format!(
                    "{name} {} is more than a day ahead of now; check the clock that wrote it",
                    timestamp_text(value)
                ))
            } else {
                None
            }
        }),
        Rule::Words(words) => each_text(column, faults, |text| {
            (!words.contains(&text))
                .then(|| format!("{name} {} is unknown; {} is expected", shown(text), one_of(words)))
        }),
        Rule::PartOfSegment => each_text(column, faults, |text| match text {
            "*" => {
                Some(format!("{name} \"*\" stands for any in a table; name one, or leave it out where it is unknown"))
            }
            _ => too_long(name, text),
        }),
        Rule::Name => each_text(column, faults, |text| too_long(name, text)),
    }
}

fn too_long(name: &str, text: &str) -> Option<String> {
    (text.len() > MAX_TEXT_BYTES)
        .then(|| format!("{name} has {} bytes; at most {MAX_TEXT_BYTES} are expected", text.len()))
}

/// Words as a choice: `exploit, explore or probe`.
fn one_of(words: &[&str]) -> String {
    match words {
        [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

/// Looks at every value of a column whose row has no fault yet.
fn each<T: ArrowPrimitiveType>(
    column: &ArrayRef,
    faults: &mut [Option<String>],
    fault: impl Fn(T::Native) -> Option<String>,
) {
    let column: &PrimitiveArray<T> = column.as_primitive();
    for (row, slot) in faults.iter_mut().enumerate().filter(|(_, slot)| slot.is_none()) {
        if column.is_valid(row) {
            *slot = fault(column.value(row));
        }
    }
}

/// Looks at every text of a column whose row has no fault yet.
fn each_text(column: &ArrayRef, faults: &mut [Option<String>], fault: impl Fn(&str) -> Option<String>) {
    let column = column.as_string::<i32>();
    for (row, slot) in faults.iter_mut().enumerate().filter(|(_, slot)| slot.is_none()) {
        if column.is_valid(row) {
            *slot = fault(column.value(row));
        }
    }
}

fn require(batch: &RecordBatch, name: &str, purpose: &str, faults: &mut [Option<String>]) {
    let column = batch.column_by_name(name).expect("required fields are fields of the record");
    if column.null_count() == 0 {
        return;
    }
    for (row, slot) in faults.iter_mut().enumerate() {
        if slot.is_none() && column.is_null(row) {
            *slot = Some(format!("{name} is missing; {purpose}"));
        }
    }
}

/// Cached prompt tokens are a part of the prompt's.
fn check_cached(batch: &RecordBatch, faults: &mut [Option<String>]) {
    let column = |name| batch.column_by_name(name).expect("a field of the call").as_primitive::<Int64Type>();
    let (input, cached): (&Int64Array, &Int64Array) = (column("input_tokens"), column("cached_input_tokens"));
    for (row, slot) in faults.iter_mut().enumerate().filter(|(_, slot)| slot.is_none()) {
        if input.is_valid(row) && cached.is_valid(row) && cached.value(row) > input.value(row) {
            *slot = Some(format!(
                "cached_input_tokens {} is more than input_tokens {}; input_tokens counts the cached ones too",
                cached.value(row),
                input.value(row)
            ));
        }
    }
}

/// An outcome tells something.
fn require_any(batch: &RecordBatch, faults: &mut [Option<String>]) {
    let told = ["score", "success", "cost_usd"];
    let columns = told.map(|name| batch.column_by_name(name).expect("a field of the outcome"));
    for (row, slot) in faults.iter_mut().enumerate().filter(|(_, slot)| slot.is_none()) {
        if columns.iter().all(|column| column.is_null(row)) {
            *slot = Some(format!("the outcome tells nothing; {} is expected", one_of(&told)));
        }
    }
}

/// A column with the value that a stored row has where the log gave none.
fn fill(field: &Field, column: &ArrayRef) -> ArrayRef {
    if column.null_count() == 0 {
        return Arc::clone(column);
    }
    match field.name {
        "source" => fill_text(column, "production"),
        "role" | "task_category" | "task_difficulty" => fill_text(column, "unknown"),
        "attempt" => {
            let attempts = column.as_primitive::<Int64Type>();
            Arc::new(attempts.iter().map(|attempt| attempt.or(Some(1))).collect::<Int64Array>())
        }
        _ => Arc::clone(column),
    }
}

fn fill_text(column: &ArrayRef, default: &str) -> ArrayRef {
    let column: &StringArray = column.as_string();
    let mut builder =
        StringBuilder::with_capacity(column.len(), column.value_data().len() + column.null_count() * default.len());
    for text in column {
        builder.append_value(text.unwrap_or(default));
    }
    Arc::new(builder.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Call, CallColumns, Outcome, OutcomeColumns};

    const NOW: i64 = 1_709_294_400_000_000; // 2024-03-01T12:00:00Z

    fn sound() -> Call<'static> {
        Call {
            call_id: Some("a".into()),
            timestamp: Some(NOW),
            model: Some("m".into()),
            success: Some(true),
            ..Call::default()
        }
    }

    fn check_call(call: &Call<'_>) -> Checked {
        let mut columns = CallColumns::default();
        columns.push(call);
        check(RecordKind::Call, &columns.finish(), NOW, Vec::new())
    }

    fn check_outcome(outcome: &Outcome<'_>) -> Checked {
        let mut columns = OutcomeColumns::default();
        columns.push(outcome);
        check(RecordKind::Outcome, &columns.finish(), NOW, Vec::new())
    }

    #[test]
    fn what_every_stored_row_has_is_filled_in() {
        let checked = check_call(&sound());
        assert!(checked.faults.is_empty());
        let text = |name| checked.batch.column_by_name(name).expect("a field").as_string::<i32>().value(0).to_owned();
        assert_eq!(
            ["source", "role", "task_category", "task_difficulty"].map(text),
            ["production", "unknown", "unknown", "unknown"]
        );
        assert_eq!(checked.batch.column_by_name("attempt").expect("a field").as_primitive::<Int64Type>().value(0), 1);
        assert_eq!(checked.batch.schema(), Call::schema());
    }

    #[test]
    fn every_faulty_call_is_told_why() {
        let cases: &[(Call<'_>, &str)] = &[
            (Call { timestamp: None, ..sound() }, "timestamp is missing; a call says when it was made"),
            (Call { model: None, ..sound() }, "model is missing; a call names the model that served it"),
            (Call { success: None, ..sound() }, "success is missing; a call says whether a usable answer came back"),
            (Call { score: Some(10.5), ..sound() }, "score 10.5 is out of range; a number from 0 to 10 is expected"),
            (Call { score: Some(f64::NAN), ..sound() }, "score NaN is out of range; a number from 0 to 10 is expected"),
            (
                Call { latency_ms: Some(-1.0), ..sound() },
                "latency_ms -1 is not possible; a finite number of at least 0 is expected",
            ),
            (
                Call { cost_usd: Some(f64::INFINITY), ..sound() },
                "cost_usd inf is not possible; a finite number of at least 0 is expected",
            ),
            (
                Call { output_tokens: Some(-3), ..sound() },
                "output_tokens -3 is not possible; a whole number of at least 0 is expected",
            ),
            (
                Call { attempt: Some(0), ..sound() },
                "attempt 0 is not possible; a whole number of at least 1 is expected",
            ),
            (
                Call { propensity: Some(0.0), ..sound() },
                "propensity 0 is no probability of a draw that happened; a number above 0 and up to 1 is expected",
            ),
            (
                Call { source: Some("test".into()), ..sound() },
                "source \"test\" is unknown; production or benchmark is expected",
            ),
            (
                Call { arm: Some("greedy".into()), ..sound() },
                "arm \"greedy\" is unknown; exploit, explore, probe, forced or fallback is expected",
            ),
            (
                Call { input_tokens: Some(5), cached_input_tokens: Some(6), ..sound() },
                "cached_input_tokens 6 is more than input_tokens 5; input_tokens counts the cached ones too",
            ),
            (
                Call { task_category: Some("*".into()), ..sound() },
                "task_category \"*\" stands for any in a table; name one, or leave it out where it is unknown",
            ),
            (Call { tag: Some("x".repeat(4097).into()), ..sound() }, "tag has 4097 bytes; at most 4096 are expected"),
            (
                Call { timestamp: Some(EARLIEST - 1), ..sound() },
                "timestamp 2014-12-31T23:59:59.999999Z is before 2015; check its unit",
            ),
            (
                Call { timestamp: Some(NOW + DAY + 1), ..sound() },
                "timestamp 2024-03-02T12:00:00.000001Z is more than a day ahead of now; check the clock that wrote it",
            ),
        ];
        for (call, fault) in cases {
            let checked = check_call(call);
            assert_eq!(checked.batch.num_rows(), 0, "{fault}");
            assert_eq!(checked.faults, [(0, (*fault).to_owned())]);
        }
    }

    #[test]
    fn bounds_belong_to_what_is_allowed() {
        let call = Call {
            timestamp: Some(NOW + DAY),
            score: Some(10.0),
            propensity: Some(1.0),
            latency_ms: Some(0.0),
            input_tokens: Some(0),
            cached_input_tokens: Some(0),
            ..sound()
        };
        assert!(check_call(&call).faults.is_empty());
        assert!(check_call(&Call { timestamp: Some(EARLIEST), score: Some(0.0), ..sound() }).faults.is_empty());
    }

    #[test]
    fn an_outcome_names_its_call_and_tells_something() {
        let outcome =
            Outcome { call_id: Some("a".into()), observed_at: Some(NOW), score: Some(1.0), ..Outcome::default() };
        assert!(check_outcome(&outcome).faults.is_empty());
        for (outcome, fault) in [
            (Outcome { call_id: None, ..outcome.clone() }, "call_id is missing; an outcome names the call it is about"),
            (
                Outcome { observed_at: None, ..outcome.clone() },
                "observed_at is missing; an outcome says when it became known",
            ),
            (
                Outcome { score: None, ..outcome.clone() },
                "the outcome tells nothing; score, success or cost_usd is expected",
            ),
        ] {
            assert_eq!(check_outcome(&outcome).faults, [(0, fault.to_owned())]);
        }
    }

    #[test]
    fn sound_rows_stay_beside_faulty_ones() {
        let mut columns = CallColumns::default();
        for score in [Some(1.0), Some(11.0), None] {
            columns.push(&Call { score, ..sound() });
        }
        let checked = check(RecordKind::Call, &columns.finish(), NOW, vec![None, None, Some("known before".into())]);
        assert_eq!(checked.batch.num_rows(), 1);
        assert_eq!(checked.faults.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(checked.faults[1].1, "known before");
    }
}

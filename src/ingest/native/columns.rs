//! merit's own records from columns: CSV and Parquet files whose columns are named as the fields.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringArray, StringBuilder, new_null_array};
use arrow::compute::filter_record_batch;

use super::extra;
use crate::call::{CALL_FIELDS, Field, OUTCOME_FIELDS};
use crate::ingest::candidates::{Candidates, Origin};
use crate::ingest::cast::{Zoneless, cast_column};
use crate::ingest::identity::RecordHash;
use crate::ingest::privacy::{PrivateFields, entries};
use crate::ingest::record_kind::RecordKind;
use crate::ingest::table::{Table, json_objects};

/// Splits the rows of a table into calls and outcomes.
///
/// # Errors
/// A sentence where a column has a type that its field can never hold.
pub(in crate::ingest) fn split_columns(
    table: &Table,
    adapter: &str,
    private: &PrivateFields,
) -> Result<[Candidates; 2], String> {
    let columns = &table.columns;
    let mut faults = vec![None; table.len()];
    let given = |name: &str, row: usize| columns.column_by_name(name).is_some_and(|column| !is_empty(column, row));
    let outcomes: Vec<bool> =
        (0..table.len()).map(|row| given("observed_at", row) && !given("timestamp", row)).collect();
    let extra = extra_column(columns, private, &mut faults)?;
    let mut cast = |field: &Field| match (field.name, columns.column_by_name(field.name)) {
        ("extra", _) => Ok(Arc::clone(&extra)),
        (_, None) => Ok(new_null_array(&field.kind.arrow(), table.len())),
        (name, Some(column)) => cast_column(field, column, Zoneless::Refused, &mut faults)
            .map_err(|fault| format!("column {name:?} {fault}")),
    };
    let calls = CALL_FIELDS.iter().map(&mut cast).collect::<Result<Vec<_>, _>>()?;
    let told = OUTCOME_FIELDS.iter().map(&mut cast).collect::<Result<Vec<_>, _>>()?;
    let calls = part(RecordKind::Call, calls, &faults, &outcomes.iter().map(|outcome| !outcome).collect::<Vec<_>>());
    let told = part(RecordKind::Outcome, told, &faults, &outcomes);
    Ok([hashed(calls, table, adapter)?, told])
}

/// Whether a column has no value in a row: null, or empty text.
fn is_empty(column: &ArrayRef, row: usize) -> bool {
    column.is_null(row) || column.as_string_opt::<i32>().is_some_and(|texts| texts.value(row).is_empty())
}

/// The rows of one kind.
fn part(kind: RecordKind, columns: Vec<ArrayRef>, faults: &[Option<String>], chosen: &[bool]) -> Candidates {
    let batch = RecordBatch::try_new(kind.nullable_schema(), columns).expect("every column was cast to its field");
    let batch = filter_record_batch(&batch, &BooleanArray::from(chosen.to_vec())).expect("one entry a row");
    let rows: Vec<usize> = (0..chosen.len()).filter(|row| chosen[*row]).collect();
    Candidates {
        kind,
        batch,
        faults: rows.iter().map(|row| faults[*row].clone()).collect(),
        hashes: vec![None; rows.len()],
        origins: rows.into_iter().map(|row| Origin { row, index: 0 }).collect(),
    }
}

/// Hashes the raw rows of the calls without a name.
///
/// # Errors
/// As [`Table::records`].
pub(in crate::ingest) fn hashed(mut calls: Candidates, table: &Table, adapter: &str) -> Result<Candidates, String> {
    let names = calls.batch.column_by_name("call_id").expect("every record has a call_id field");
    if names.null_count() == 0 {
        return Ok(calls);
    }
    let records = table.records()?;
    let hash = |(record, origin): (usize, &Origin)| {
        names.is_null(record).then(|| RecordHash::new(adapter, records.value(origin.row).as_bytes()))
    };
    calls.hashes = calls.origins.iter().enumerate().map(hash).collect();
    Ok(calls)
}

/// The column `extra` with the columns that no field has, as JSON objects.
fn extra_column(
    columns: &RecordBatch,
    private: &PrivateFields,
    faults: &mut [Option<String>],
) -> Result<ArrayRef, String> {
    let known = |name: &str| name == "observed_at" || CALL_FIELDS.iter().any(|field| field.name == name);
    let schema = columns.schema();
    let names = schema.fields().iter().map(|field| field.name());
    let unknown: Vec<usize> = names
        .enumerate()
        .filter(|(_, name)| !known(name) && !private.is_private(name))
        .map(|(position, _)| position)
        .collect();
    let own = match columns.column_by_name("extra") {
        Some(column) => {
            let field = CALL_FIELDS.iter().find(|field| field.name == "extra").expect("a field of the call");
            Some(
                cast_column(field, column, Zoneless::Refused, faults)
                    .map_err(|fault| format!("column \"extra\" {fault}"))?,
            )
        }
        None => None,
    };
    let unknown = if unknown.is_empty() {
        None
    } else {
        Some(json_objects(&columns.project(&unknown).expect("positions come from the schema"))?)
    };
    let own = own.as_ref().map(|column| column.as_string::<i32>());
    let mut builder = StringBuilder::new();
    for (row, slot) in faults.iter_mut().enumerate() {
        match joined(private, value(own, row), value(unknown.as_ref(), row)) {
            Ok(extra) => builder.append_option(extra),
            Err(fault) => {
                slot.get_or_insert(fault);
                builder.append_null();
            }
        }
    }
    Ok(Arc::new(builder.finish()))
}

fn joined(private: &PrivateFields, own: Option<&str>, unknown: Option<&str>) -> Result<Option<String>, String> {
    if let Some(own) = own.filter(|own| !own.trim_start().starts_with('{')) {
        return Err(format!("extra {} is not a JSON object", crate::ingest::value::shown(own)));
    }
    let unknown = unknown.map(entries).transpose()?.unwrap_or_default();
    extra::join(private, own.map(str::trim), unknown)
}

fn value(column: Option<&StringArray>, row: usize) -> Option<&str> {
    column.filter(|column| column.is_valid(row)).map(|column| column.value(row))
}

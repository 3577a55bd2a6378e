//! What an adapter answers, as records.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringBuilder, TimestampMicrosecondArray, UInt64Array,
    new_null_array,
};
use arrow::compute::{cast, concat_batches, take_record_batch};
use arrow::datatypes::{DataType, Int64Type, Schema, TimestampMicrosecondType};

use super::{AdapterError, Engine};
use crate::call::Field;
use crate::ingest::candidates::{Candidates, Origin};
use crate::ingest::cast::{Zoneless, cast_column};
use crate::ingest::privacy::PrivateFields;
use crate::ingest::table::Table;

/// Runs an adapter over some rows: its records in the order of the rows they come from.
///
/// # Errors
/// Whatever is wrong with the adapter.
pub(in crate::ingest) fn candidates(
    engine: &Engine,
    table: &Table,
    private: &PrivateFields,
) -> Result<Candidates, AdapterError> {
    let kind = engine.variant.header.kind();
    let answers = engine.run(table)?;
    let file = || engine.variant.file.clone();
    let (batch, origins) = match answers.first() {
        Some(first) => {
            let all = concat_batches(&first.schema(), &answers)
                .map_err(|error| AdapterError::Sql { file: file(), message: error.to_string() })?;
            in_order(all, table).map_err(|message| AdapterError::Line { file: file(), message })?
        }
        None => (RecordBatch::new_empty(Arc::new(Schema::empty())), Vec::new()),
    };
    let mut faults = vec![None; origins.len()];
    let mut columns = Vec::with_capacity(kind.fields().len());
    for field in kind.fields() {
        let column = match batch.column_by_name(field.name) {
            None => new_null_array(&field.kind.arrow(), origins.len()),
            Some(column) => cast_column(field, column, Zoneless::Utc, &mut faults)
                .map_err(|message| AdapterError::Type { file: file(), column: field.name.to_owned(), message })?,
        };
        columns.push(completed(field, column, engine.variant.header.default_timestamp, private, &mut faults));
    }
    let batch = RecordBatch::try_new(kind.nullable_schema(), columns).expect("every column was cast to its field");
    Ok(Candidates { kind, batch, hashes: vec![None; origins.len()], origins, faults })
}

/// A column with the default instant filled in, or without private fields.
fn completed(
    field: &Field,
    column: ArrayRef,
    default_timestamp: Option<i64>,
    private: &PrivateFields,
    faults: &mut [Option<String>],
) -> ArrayRef {
    match (field.name, default_timestamp) {
        ("timestamp" | "observed_at", Some(default)) => {
            let instants = column.as_primitive::<TimestampMicrosecondType>();
            let filled = instants.iter().map(|instant| instant.or(Some(default)));
            Arc::new(filled.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
        }
        ("extra", _) => stripped(&column, private, faults),
        _ => column,
    }
}

fn stripped(column: &ArrayRef, private: &PrivateFields, faults: &mut [Option<String>]) -> ArrayRef {
    let mut builder = StringBuilder::new();
    for (text, slot) in column.as_string::<i32>().iter().zip(faults) {
        match text.map(|text| private.strip(text)).transpose() {
            Ok(extra) => builder.append_option(extra.filter(|extra| extra != "{}")),
            Err(fault) => {
                slot.get_or_insert_with(|| format!("extra {fault}"));
                builder.append_null();
            }
        }
    }
    Arc::new(builder.finish())
}

/// The records in the order of their raw rows, and where each comes from.
fn in_order(batch: RecordBatch, table: &Table) -> Result<(RecordBatch, Vec<Origin>), String> {
    let lines = batch.column_by_name("_line").expect("checked when it was planned");
    let lines = cast(lines, &DataType::Int64).map_err(|_| format!("_line has type {}", lines.data_type()))?;
    let lines: &Int64Array = lines.as_primitive::<Int64Type>();
    let rows: HashMap<i64, usize> =
        table.places.iter().enumerate().map(|(row, place)| (place.line.cast_signed(), row)).collect();
    let mut records: Vec<(usize, usize)> = Vec::with_capacity(batch.num_rows());
    for record in 0..batch.num_rows() {
        let row = lines.is_valid(record).then(|| rows.get(&lines.value(record))).flatten();
        records.push((*row.ok_or("a record has a _line that is not among its rows")?, record));
    }
    records.sort_by_key(|(row, _)| *row);
    let mut origins: Vec<Origin> = Vec::with_capacity(records.len());
    for (row, _) in &records {
        let index = origins.last().filter(|last| last.row == *row).map_or(0, |last| last.index + 1);
        origins.push(Origin { row: *row, index });
    }
    let positions: UInt64Array = records.iter().map(|(_, record)| Some(*record as u64)).collect();
    let sorted = take_record_batch(&batch, &positions).map_err(|error| error.to_string())?;
    Ok((sorted, origins))
}

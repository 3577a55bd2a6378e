//! CSV: records into columns of text.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use csv::{ByteRecord, ReaderBuilder, Terminator};

use super::native::utf8;
use super::source::{Chunk, Row};
use super::table::{Place, Table};

/// The columns that its first record names.
///
/// # Errors
/// A fragment of a sentence where the record is no header.
pub(super) fn header(raw: &[u8]) -> Result<SchemaRef, String> {
    let names = fields(raw)?;
    let mut columns: Vec<Field> = Vec::with_capacity(names.len());
    for name in names {
        let name = name.trim();
        if name.is_empty() {
            return Err(format!("column {} has no name; the first line must name all columns", columns.len() + 1));
        }
        if columns.iter().any(|column| column.name() == name) {
            return Err(format!("column {name:?} is named twice; rename one"));
        }
        columns.push(Field::new(name, DataType::Utf8, true));
    }
    Ok(Arc::new(Schema::new(columns)))
}

/// The records of a chunk as columns of text (an empty field is null), the chunk's rows they come from, and the rows
/// that do not fit the header.
pub(super) fn table(
    chunk: &Chunk,
    rows: &[(usize, Row)],
    schema: &SchemaRef,
) -> (Table, Vec<usize>, Vec<(usize, String)>) {
    let mut builders: Vec<StringBuilder> = schema.fields().iter().map(|_| StringBuilder::new()).collect();
    let (mut places, mut taken, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    for (number, row) in rows {
        let fields = match fields(chunk.raw(row)) {
            Ok(fields) if fields.len() == builders.len() => fields,
            Ok(fields) => {
                faults.push((*number, format!("{} fields, but the header names {}", fields.len(), builders.len())));
                continue;
            }
            Err(fault) => {
                faults.push((*number, fault));
                continue;
            }
        };
        for (builder, field) in builders.iter_mut().zip(fields) {
            builder.append_option((!field.is_empty()).then_some(field));
        }
        places.push(Place { line: row.line, offset: row.offset, length: (row.end - row.start) as u64 });
        taken.push(*number);
    }
    let columns = builders.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef).collect();
    let columns = RecordBatch::try_new(Arc::clone(schema), columns).expect("every record has a field a column");
    (Table::from_columns(columns, places), taken, faults)
}

/// The fields of one record.
fn fields(raw: &[u8]) -> Result<Vec<String>, String> {
    utf8(raw)?;
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .terminator(Terminator::Any(b'\n'))
        .buffer_capacity(raw.len().max(1))
        .from_reader(raw);
    let mut record = ByteRecord::new();
    let read = reader.read_byte_record(&mut record).map_err(|error| format!("not a CSV record: {error}"))?;
    if !read || !reader.is_done() && reader.read_byte_record(&mut ByteRecord::new()).unwrap_or(true) {
        return Err("not one CSV record; check its quotes".into());
    }
    let text = |field: &[u8]| utf8(field).map(str::to_owned);
    record.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_unquoted() {
        assert_eq!(fields(b"a,\"b \"\"c\"\"\nd\",,e").expect("a record"), ["a", "b \"c\"\nd", "", "e"]);
    }

    #[test]
    fn a_header_names_every_column_once() {
        assert_eq!(header(b"a, b").expect("a header").field(1).name(), "b");
        assert_eq!(header(b"a,,b").expect_err("a gap"), "column 2 has no name; the first line must name all columns");
        assert_eq!(header(b"a,a").expect_err("twice"), "column \"a\" is named twice; rename one");
        assert_eq!(header(b"a,\xff").expect_err("bytes"), "not valid UTF-8 at byte 3 of the row");
    }
}

//! Texts: JSON lines and CSV, of merit's own records or of a foreign log.

use std::io::{self, Read};

use arrow::array::StringArray;
use arrow::datatypes::{Schema, SchemaRef};
use serde::de::IgnoredAny;

use super::foreign::Columns;
use super::native::{not_json, parse_chunk, utf8};
use super::reading::Reading;
use super::source::{Chunk, Chunks, Format, Framing, Passed, Row};
use super::table::{Place, Table, no_columns};
use super::{IngestError, QuarantinedRow, csv};

type Text = Chunks<Box<dyn Read + Send>>;

/// Reads a text to its end; true where its last row was left alone because it has no newline.
///
/// # Errors
/// As [`read_file`](super::read_file).
pub(super) fn read(
    reading: &mut Reading<'_>,
    format: Format,
    input: Box<dyn Read + Send>,
    plain: bool,
    passed: &Passed,
    progress: &dyn Fn(u64),
) -> Result<bool, IngestError> {
    let settings = reading.settings;
    let framing = if format == Format::Csv { Framing::Csv } else { Framing::Lines };
    let final_newline = settings.require_final_newline && plain;
    let mut chunks = Chunks::new(input, framing, settings.max_line_bytes, settings.chunk_bytes, final_newline);
    let path = reading.path;
    let read_error = |source: io::Error| IngestError::Read { path: path.into(), offset: passed.bytes(), source };
    if format == Format::JsonLines && reading.adapter.is_native() {
        read_native(reading, &mut chunks, &read_error, &|| progress(passed.bytes()))?;
        return Ok(chunks.unterminated());
    }
    let mut columns = None;
    let mut schema = None;
    while let Some(chunk) = chunks.next_chunk().map_err(read_error)? {
        progress(passed.bytes());
        match format {
            Format::Csv => read_csv(reading, &chunk, &mut schema, &mut columns)?,
            _ => read_foreign(reading, &chunk, &mut columns)?,
        }
    }
    Ok(chunks.unterminated())
}

/// merit's own JSON lines: the next chunk is read while this one is parsed.
fn read_native(
    reading: &mut Reading<'_>,
    chunks: &mut Text,
    read_error: &dyn Fn(io::Error) -> IngestError,
    progress: &dyn Fn(),
) -> Result<(), IngestError> {
    let mut current = chunks.next_chunk().map_err(read_error)?;
    while let Some(chunk) = current {
        progress();
        let (name, private) = (reading.adapter.name(), &reading.private);
        let (next, pieces) = rayon::join(|| chunks.next_chunk(), || parse_chunk(&chunk, name, private));
        reading.report.read += (chunk.rows.len() + chunk.overlong.len()) as u64;
        let mut bad = reading.overlong(&chunk);
        let mut candidates = Vec::with_capacity(2 * pieces.len());
        for piece in pieces {
            bad.extend(piece.faults.into_iter().map(|(row, fault)| reading.bad_row(&chunk, &chunk.rows[row], fault)));
            candidates.extend([piece.calls, piece.outcomes]);
        }
        reading.take(candidates, bad, |row| located(&chunk, &chunk.rows[row]))?;
        current = next.map_err(read_error)?;
    }
    Ok(())
}

/// A foreign log in JSON lines: every row is one JSON object, and that is all the adapter is given.
fn read_foreign(reading: &mut Reading<'_>, chunk: &Chunk, columns: &mut Option<Columns>) -> Result<(), IngestError> {
    let columns = match columns {
        Some(columns) => columns,
        None => columns.insert(Columns::new(reading, &Schema::empty())?),
    };
    let mut bad = reading.overlong(chunk);
    let (mut lines, mut rows) = (Vec::new(), Vec::new());
    for row in &chunk.rows {
        match utf8(chunk.raw(row)).and_then(json_object) {
            Ok(line) => {
                lines.push(line);
                rows.push(*row);
            }
            Err(fault) => bad.push(reading.bad_row(chunk, row, fault)),
        }
    }
    let table = Table::from_records(StringArray::from(lines), no_columns(rows.len()), rows.iter().map(place).collect());
    deliver(reading, columns, &table, bad, chunk, &rows)
}

/// CSV: the first row names the columns.
fn read_csv(
    reading: &mut Reading<'_>,
    chunk: &Chunk,
    schema: &mut Option<SchemaRef>,
    columns: &mut Option<Columns>,
) -> Result<(), IngestError> {
    let mut rows: Vec<(usize, Row)> = chunk.rows.iter().copied().enumerate().collect();
    let mut bad = reading.overlong(chunk);
    let column_error = |message: String| IngestError::Columns { path: reading.path.into(), message };
    if schema.is_none() {
        let header = match (rows.first(), chunk.overlong.first()) {
            (Some((_, row)), overlong) if overlong.is_none_or(|overlong| overlong.line > row.line) => *row,
            (_, Some(_)) => return Err(column_error("the header line is too long; check its line ends".into())),
            _ => return Ok(()),
        };
        *schema = Some(csv::header(chunk.raw(&header)).map_err(column_error)?);
        rows.remove(0);
    }
    let Some(schema) = schema else { return Ok(()) };
    let columns = match columns {
        Some(columns) => columns,
        None => columns.insert(Columns::new(reading, schema)?),
    };
    let (table, taken, faults) = csv::table(chunk, &rows, schema);
    bad.extend(faults.into_iter().map(|(row, fault)| reading.bad_row(chunk, &chunk.rows[row], fault)));
    let rows: Vec<Row> = taken.into_iter().map(|row| chunk.rows[row]).collect();
    deliver(reading, columns, &table, bad, chunk, &rows)
}

/// Turns a table into records and delivers them with the rows already known to be bad.
fn deliver(
    reading: &mut Reading<'_>,
    columns: &Columns,
    table: &Table,
    bad: Vec<QuarantinedRow>,
    chunk: &Chunk,
    rows: &[Row],
) -> Result<(), IngestError> {
    reading.report.read += bad.len() as u64;
    let candidates = columns.candidates(reading, table)?;
    reading.take(candidates, bad, |row| located(chunk, &rows[row]))
}

fn place(row: &Row) -> Place {
    Place { line: row.line, offset: row.offset, length: (row.end - row.start) as u64 }
}

fn located(chunk: &Chunk, row: &Row) -> (Place, Vec<u8>) {
    (place(row), chunk.raw(row).to_vec())
}

/// A line that is one JSON object.
fn json_object(line: &str) -> Result<&str, String> {
    let read = serde_json::from_str::<IgnoredAny>(line);
    match read {
        Ok(_) if line.trim_start().starts_with('{') => Ok(line),
        Ok(_) => Err(if line.trim_start().starts_with('[') {
            "the line is a JSON list; one object a line is expected".into()
        } else {
            "the line is no JSON object".into()
        }),
        Err(error) => Err(not_json(line, &error)),
    }
}

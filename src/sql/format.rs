//! An answer as a table for people, or as csv, json, ndjson or parquet for machines.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;

use super::SqlError;

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Aligned columns.
    Table,
    /// A header line, then a line a row (RFC 4180).
    Csv,
    /// One JSON list of objects.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// A Parquet file.
    Parquet,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Parquet => "parquet",
        }
    }
}

/// The bytes of an answer.
///
/// # Errors
/// [`SqlError::Format`] where a column has no form in the format.
pub fn write(format: Format, schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Vec<u8>, SqlError> {
    let failed = |message: String| SqlError::Format { format: format.name(), message };
    let mut bytes = Vec::new();
    let written = match format {
        Format::Table => {
            let empty = [RecordBatch::new_empty(schema.clone())];
            let shown = if batches.is_empty() { &empty[..] } else { batches };
            arrow::util::pretty::pretty_format_batches(shown).map(|table| bytes = format!("{table}\n").into_bytes())
        }
        Format::Csv => csv(schema, batches, &mut bytes),
        Format::Json => json(batches, arrow::json::ArrayWriter::new(&mut bytes)),
        Format::Ndjson => json(batches, arrow::json::LineDelimitedWriter::new(&mut bytes)),
        Format::Parquet => parquet(schema, batches, &mut bytes),
    };
    written.map_err(|error| failed(error.to_string()))?;
    if format == Format::Json {
        bytes.push(b'\n');
    }
    Ok(bytes)
}

type Written = Result<(), arrow::error::ArrowError>;

fn csv(schema: &SchemaRef, batches: &[RecordBatch], bytes: &mut Vec<u8>) -> Written {
    let mut writer = arrow::csv::Writer::new(bytes);
    writer.write(&RecordBatch::new_empty(schema.clone()))?;
    batches.iter().try_for_each(|batch| writer.write(batch))
}

fn json<F: arrow::json::writer::JsonFormat>(
    batches: &[RecordBatch],
    mut writer: arrow::json::writer::Writer<&mut Vec<u8>, F>,
) -> Written {
    batches.iter().try_for_each(|batch| writer.write(batch))?;
    writer.finish()
}

fn parquet(schema: &SchemaRef, batches: &[RecordBatch], bytes: &mut Vec<u8>) -> Written {
    let mut writer = ArrowWriter::try_new(bytes, schema.clone(), None)?;
    batches.iter().try_for_each(|batch| writer.write(batch))?;
    writer.close()?;
    Ok(())
}

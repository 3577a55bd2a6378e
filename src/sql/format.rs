//! An answer as a table for people, or as csv, json, ndjson or parquet for machines.

use std::path::Path;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;

use super::{SqlError, text_table};

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
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Table, Self::Csv, Self::Json, Self::Ndjson, Self::Parquet];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Parquet => "parquet",
        }
    }

    /// The format of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// What a file's ending asks for; a table where it asks for nothing known.
    pub fn of_file(path: &Path) -> Self {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("jsonl") => Self::Ndjson,
            Some(ending) => Self::named(ending).unwrap_or(Self::Table),
            None => Self::Table,
        }
    }

    /// Whether a second answer may follow in the same file.
    pub fn is_continued(self) -> bool {
        matches!(self, Self::Table | Self::Csv | Self::Ndjson)
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
        Format::Table => text_table::aligned(schema, batches).map(|text| bytes = text.into_bytes()),
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

/// A block a row, a line a column, in place of aligned columns.
///
/// # Errors
/// As [`write()`].
pub fn blocks(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Vec<u8>, SqlError> {
    let failed = |error: arrow::error::ArrowError| SqlError::Format { format: "table", message: error.to_string() };
    text_table::blocks(schema, batches).map(String::into_bytes).map_err(failed)
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

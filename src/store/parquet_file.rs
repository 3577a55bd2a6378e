//! How facts and derived rows are written as Parquet, and read back.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use super::{StoreError, durable, failpoint};
use crate::call::SCHEMA_VERSION;

/// Rows of a row group: enough to compress well, few enough that a day's scan can run in parallel.
const ROW_GROUP_ROWS: usize = 262_144;

/// What a footer says beside the schema.
pub type Footer = Vec<(String, String)>;

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Rows as they came: any column may repeat itself, and readers skip pages.
    Fact,
    /// Sums, read whole.
    Derived,
}

fn properties(kind: Kind, schema: &Schema, footer: Footer) -> WriterProperties {
    let mut pairs = vec![KeyValue::new("merit.schema_version".to_string(), SCHEMA_VERSION.to_string())];
    pairs.extend(footer.into_iter().map(|(key, value)| KeyValue::new(key, value)));
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).expect("3 is a zstd level")))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_statistics_enabled(if kind == Kind::Fact { EnabledStatistics::Page } else { EnabledStatistics::Chunk })
        .set_created_by(format!("merit {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(Some(pairs));
    if kind == Kind::Derived {
        // Sums hardly repeat: a dictionary of them is one page more to write, unpack and read, and saves nothing.
        for field in schema.fields().iter().filter(|field| field.data_type().is_numeric()) {
            let column = ColumnPath::new(vec![field.name().clone()]);
            builder = builder.set_column_dictionary_enabled(column.clone(), false);
            if field.data_type().is_integer() {
                builder = builder.set_column_encoding(column, Encoding::DELTA_BINARY_PACKED);
            }
        }
    }
    builder.build()
}

/// A batch as the bytes of one Parquet file.
fn encode(kind: Kind, batch: &RecordBatch, footer: Footer, path: &Path) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    let refused = |source| StoreError::parquet("write", path, source);
    let properties = properties(kind, &batch.schema(), footer);
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).map_err(refused)?;
    writer.write(batch).map_err(refused)?;
    writer.close().map_err(refused)?;
    Ok(bytes)
}

/// Writes a derived file in one step, over whatever stood there.
///
/// # Errors
/// [`StoreError::Io`] and [`StoreError::Parquet`].
pub fn write_derived(path: &Path, batch: &RecordBatch, footer: Footer) -> Result<(), StoreError> {
    let bytes = encode(Kind::Derived, batch, footer, path)?;
    create_folder(path)?;
    durable::replace(path, &bytes).map_err(|source| StoreError::io("write", path, source))
}

/// Writes a fact under a name that must be free.
///
/// # Errors
/// [`StoreError::Io`] and [`StoreError::Parquet`].
pub fn write_fact(path: &Path, batch: &RecordBatch, footer: Footer) -> Result<durable::Published, StoreError> {
    let bytes = encode(Kind::Fact, batch, footer, path)?;
    create_folder(path)?;
    durable::publish_new(path, &bytes).map_err(|source| StoreError::io("write", path, source))
}

fn create_folder(path: &Path) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    if folder.is_dir() {
        return Ok(());
    }
    failpoint::hit("mkdir").map_err(|source| StoreError::io("create", folder, source))?;
    std::fs::create_dir_all(folder).map_err(|source| StoreError::io("create", folder, source))?;
    durable::sync_folder(folder).map_err(|source| StoreError::io("sync", folder, source))
}

/// Reads a file whole, or only the named columns.
///
/// # Errors
/// [`StoreError::Io`] and [`StoreError::Parquet`], with the path.
pub fn read(path: &Path, columns: Option<&[&str]>) -> Result<Vec<RecordBatch>, StoreError> {
    let damaged = |source| StoreError::parquet("read", path, source);
    let file = File::open(path).map_err(|source| StoreError::io("open", path, source))?;
    let mut builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(damaged)?;
    if let Some(columns) = columns {
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
        builder = builder.with_projection(mask);
    }
    let reader = builder.with_batch_size(16_384).build().map_err(damaged)?;
    reader.collect::<Result<Vec<_>, _>>().map_err(|source| damaged(source.into()))
}

/// The footer's pairs and the number of rows.
///
/// # Errors
/// [`StoreError::Io`] and [`StoreError::Parquet`], with the path.
pub fn footer(path: &Path) -> Result<(Footer, u64), StoreError> {
    let file = File::open(path).map_err(|source| StoreError::io("open", path, source))?;
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(file).map_err(|source| StoreError::parquet("read", path, source))?;
    let metadata = Arc::clone(builder.metadata());
    let pairs = metadata.file_metadata().key_value_metadata().cloned().unwrap_or_default();
    let pairs = pairs.into_iter().filter_map(|pair| pair.value.map(|value| (pair.key, value)));
    Ok((pairs.collect(), metadata.file_metadata().num_rows().max(0) as u64))
}

/// The Arrow schema a file was written with.
///
/// # Errors
/// [`StoreError::Io`] and [`StoreError::Parquet`], with the path.
pub fn schema(path: &Path) -> Result<SchemaRef, StoreError> {
    let file = File::open(path).map_err(|source| StoreError::io("open", path, source))?;
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(file).map_err(|source| StoreError::parquet("read", path, source))?;
    Ok(Arc::clone(builder.schema()))
}

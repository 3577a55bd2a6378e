//! Some columns of a Parquet file, and no byte more than they take.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use bytes::{Buf, Bytes};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::reader::{ChunkReader, Length};

use crate::store::{ReadCounter, StoreError};

/// Rows that are looked at together.
const ROWS_AT_ONCE: usize = 8_192;

/// A file whose footer has been read.
pub(in crate::analyze) struct Scan<'a> {
    path: &'a Path,
    file: File,
    length: u64,
    metadata: Arc<ParquetMetaData>,
    counter: &'a ReadCounter,
}

impl<'a> Scan<'a> {
    /// Opens a file and reads its footer.
    pub(in crate::analyze) fn open(path: &'a Path, counter: &'a ReadCounter) -> std::result::Result<Self, StoreError> {
        let mut file = File::open(path).map_err(|source| StoreError::io("open", path, source))?;
        let length = file.metadata().map_err(|source| StoreError::io("open", path, source))?.len();
        let damaged = |source| StoreError::parquet("read", path, source);
        let mut reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Skip);
        // One look at the file's end is enough for all but very wide footers.
        let mut tail = FOOTER_BYTES.min(length);
        loop {
            let bytes =
                read_at(&mut file, length - tail, tail).map_err(|source| StoreError::io("read", path, source))?;
            match reader.try_parse_sized(&bytes, length) {
                Ok(()) => {
                    counter.add(tail);
                    break;
                }
                Err(ParquetError::NeedMoreData(needed)) if (needed as u64) > tail && needed as u64 <= length => {
                    tail = needed as u64;
                }
                Err(source) => return Err(damaged(source)),
            }
        }
        let metadata = Arc::new(reader.finish().map_err(damaged)?);
        Ok(Self { path, file, length, metadata, counter })
    }

    /// How many rows the file has.
    pub(in crate::analyze) fn rows(&self) -> u64 {
        self.metadata.file_metadata().num_rows().max(0) as u64
    }

    /// Whether a column has a null, as far as its statistics say.
    pub(super) fn may_have_nulls(&self, column: &str) -> bool {
        self.metadata.row_groups().iter().any(|group| {
            let found = group.columns().iter().find(|chunk| chunk.column_path().string() == column);
            found.and_then(|chunk| chunk.statistics()?.null_count_opt()).is_none_or(|nulls| nulls > 0)
        })
    }

    /// The named columns, in the order of `schema`, which says what each is read as.
    pub(in crate::analyze) fn columns(
        mut self,
        schema: &Schema,
        names: &[&str],
    ) -> std::result::Result<ParquetRecordBatchReader, StoreError> {
        let damaged = |source| StoreError::parquet("read", self.path, source);
        let fields = self.metadata.file_metadata().schema_descr().root_schema().get_fields();
        let wanted = |name: &str| schema.column_with_name(name).map(|(_, field)| field.clone());
        let whole: Option<Vec<Field>> = fields.iter().map(|field| wanted(field.name())).collect();
        let missing = || ParquetError::General("its columns are not those of a record".into());
        let whole: SchemaRef = Arc::new(Schema::new(whole.ok_or_else(missing).map_err(damaged)?));
        let options = ArrowReaderOptions::new().with_schema(whole).with_page_index_policy(PageIndexPolicy::Skip);
        let metadata = ArrowReaderMetadata::try_new(Arc::clone(&self.metadata), options).map_err(damaged)?;
        let mask = ProjectionMask::columns(metadata.parquet_schema(), names.iter().copied());
        let mut parts = BTreeMap::new();
        for group in self.metadata.row_groups() {
            for (leaf, chunk) in group.columns().iter().enumerate() {
                if mask.leaf_included(leaf) {
                    let (start, length) = chunk.byte_range();
                    let bytes = read_at(&mut self.file, start, length);
                    parts.insert(start, bytes.map_err(|source| StoreError::io("read", self.path, source))?);
                    self.counter.add(length);
                }
            }
        }
        let slices = Slices { length: self.length, parts };
        ParquetRecordBatchReaderBuilder::new_with_metadata(slices, metadata)
            .with_projection(mask)
            .with_batch_size(ROWS_AT_ONCE)
            .build()
            .map_err(damaged)
    }
}

/// What the first look at a file's end reads: an ordinary footer of a day fits.
const FOOTER_BYTES: u64 = 32 * 1024;

fn read_at(file: &mut File, start: u64, length: u64) -> std::io::Result<Bytes> {
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = vec![0; usize::try_from(length).map_err(std::io::Error::other)?];
    file.read_exact(&mut bytes)?;
    Ok(bytes.into())
}

/// The parts of a file that have been read, by where they begin.
struct Slices {
    length: u64,
    parts: BTreeMap<u64, Bytes>,
}

impl Slices {
    fn from(&self, start: u64) -> Result<Bytes> {
        let part = self.parts.range(..=start).next_back();
        let inside = part.and_then(|(begin, bytes)| {
            let skipped = usize::try_from(start - begin).ok()?;
            (skipped <= bytes.len()).then(|| bytes.slice(skipped..))
        });
        inside.ok_or_else(|| ParquetError::General(format!("byte {start} is in none of the columns asked for")))
    }
}

impl Length for Slices {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Slices {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(self.from(start)?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let bytes = self.from(start)?;
        if bytes.len() < length {
            return Err(ParquetError::EOF(format!("{length} bytes from {start} on go beyond their column")));
        }
        Ok(bytes.slice(..length))
    }
}

/// The schema of records with the named text columns read as dictionaries: a key word is looked at once a page, not once
/// a row.
pub(in crate::analyze) fn with_dictionaries(schema: &Schema, names: &[&str]) -> Schema {
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let fields = schema.fields().iter().map(|field| match names.contains(&field.name().as_str()) {
        true => field.as_ref().clone().with_data_type(dictionary.clone()),
        false => field.as_ref().clone(),
    });
    Schema::new(fields.collect::<Vec<_>>())
}

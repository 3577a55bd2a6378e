//! The least that a cold analysis can take: the time in which the parquet crate decodes the columns that the rollups need, and
//! does nothing with them.
//!
//!     cargo run --release --example decode-limit -- DATA [THREADS]
//!
//! Prints {"seconds": …, "rows": …, "bytes": …}: key columns as dictionaries, as the program reads them.

#![allow(clippy::print_stdout, reason = "it answers")]

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use arrow::datatypes::{DataType, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use rayon::prelude::*;

const KEYS: &[&str] = &["source", "role", "task_category", "task_difficulty", "model", "provider", "judge"];
const OTHERS: &[&str] = &[
    "task_id",
    "attempt",
    "score",
    "success",
    "latency_ms",
    "input_tokens",
    "cached_input_tokens",
    "output_tokens",
    "cost_usd",
    "table_version",
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let data = PathBuf::from(arguments.next().ok_or("usage: decode-limit DATA [THREADS]")?);
    let threads = arguments.next().map_or(Ok(2), |text| text.parse())?;
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    let mut files = Vec::new();
    for day in std::fs::read_dir(data.join("calls"))? {
        for file in std::fs::read_dir(day?.path())? {
            files.push(file?.path());
        }
    }
    files.sort();
    let began = Instant::now();
    let decoded: Result<Vec<(u64, u64)>, String> =
        files.par_iter().map(|path| decode(path).map_err(|error| format!("{}: {error}", path.display()))).collect();
    let seconds = began.elapsed().as_secs_f64();
    let (rows, bytes) = decoded?.into_iter().fold((0, 0), |(rows, bytes), (r, b)| (rows + r, bytes + b));
    println!("{{\"seconds\": {seconds:.4}, \"rows\": {rows}, \"bytes\": {bytes}}}");
    Ok(())
}

/// Rows and compressed bytes of the needed columns of a file.
fn decode(path: &Path) -> Result<(u64, u64), Box<dyn Error>> {
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let plain = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?;
    let fields = plain.schema().fields().iter().map(|field| match KEYS.contains(&field.name().as_str()) {
        true => field.as_ref().clone().with_data_type(dictionary.clone()),
        false => field.as_ref().clone(),
    });
    let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields.collect::<Vec<_>>())));
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(File::open(path)?, options)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), KEYS.iter().chain(OTHERS).copied());
    let groups = builder.metadata().row_groups().iter();
    let bytes = groups.flat_map(|group| group.columns().iter().enumerate());
    let bytes = bytes.filter(|(leaf, _)| mask.leaf_included(*leaf)).map(|(_, chunk)| chunk.byte_range().1).sum();
    let mut rows = 0;
    for batch in builder.with_projection(mask).with_batch_size(8_192).build()? {
        rows += batch?.num_rows() as u64;
    }
    Ok((rows, bytes))
}

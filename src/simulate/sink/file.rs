//! Files of calls and outcomes in one folder: whole and synced, or not there.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{Field as ArrowField, Schema, SchemaRef};

use super::json_lines::JsonLinesFile;
use super::parquet::ParquetFile;
use super::{RecordWriter, Sink};
use crate::call::Field;
use crate::simulate::SimulationError;
use crate::store::durable;

/// How simulated files are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Parquet, compressed with this zstd level (1 is fast, 19 is small).
    Parquet {
        /// The level, 1 to 22.
        level: i32,
    },
    /// JSON lines, as merit's own ingest reads them.
    JsonLines,
}

impl Format {
    fn extension(self) -> &'static str {
        match self {
            Format::Parquet { .. } => "parquet",
            Format::JsonLines => "jsonl",
        }
    }
}

/// Writes `calls.EXT` and `outcomes.EXT`, or `calls-000.EXT` … where a run has several parts, into a folder.
/// A part without outcomes leaves no outcomes file.
#[derive(Clone, Debug)]
pub struct FileSink {
    folder: PathBuf,
    format: Format,
}

impl FileSink {
    /// A sink into `folder`, which is made where it is missing.
    ///
    /// # Errors
    /// [`SimulationError::Occupied`] where the folder holds files of an earlier simulation: a shorter run would
    /// otherwise leave the rest of a longer one beside it. [`SimulationError::Write`] where it cannot be made.
    pub fn new(folder: &Path, format: Format) -> Result<Self, SimulationError> {
        let failed = |source| SimulationError::Write { path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        for entry in fs::read_dir(folder).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let name = name.to_string_lossy();
            let ours = (name.starts_with("calls") || name.starts_with("outcomes"))
                && (name.ends_with(".parquet") || name.ends_with(".jsonl"));
            if ours {
                return Err(SimulationError::Occupied(folder.to_owned()));
            }
        }
        Ok(Self { folder: folder.to_owned(), format })
    }
}

impl Sink for FileSink {
    type Writer = FileWriter;

    fn open(&self, part: usize, parts: usize) -> Result<FileWriter, SimulationError> {
        let number = if parts > 1 { format!("-{part:03}") } else { String::new() };
        let path = |stem: &str| self.folder.join(format!("{stem}{number}.{}", self.format.extension()));
        let calls = OpenFile::create(path("calls"), crate::call::CALL_FIELDS, self.format)?;
        Ok(FileWriter { format: self.format, calls, outcomes: None, outcomes_path: path("outcomes") })
    }
}

/// The writer of one part.
pub struct FileWriter {
    format: Format,
    calls: OpenFile,
    outcomes: Option<OpenFile>,
    outcomes_path: PathBuf,
}

impl RecordWriter for FileWriter {
    fn write_calls(&mut self, calls: &RecordBatch) -> Result<(), SimulationError> {
        self.calls.write(calls)
    }

    fn write_outcomes(&mut self, outcomes: &RecordBatch) -> Result<(), SimulationError> {
        let file = match &mut self.outcomes {
            Some(file) => file,
            none => {
                let fields = crate::call::OUTCOME_FIELDS;
                none.insert(OpenFile::create(self.outcomes_path.clone(), fields, self.format)?)
            }
        };
        file.write(outcomes)
    }

    fn finish(self) -> Result<Vec<PathBuf>, SimulationError> {
        let mut paths = vec![self.calls.finish()?];
        if let Some(outcomes) = self.outcomes {
            paths.push(outcomes.finish()?);
        }
        Ok(paths)
    }
}

/// The columns as collectors of records give them: all may be null.
fn nullable(fields: &[Field]) -> SchemaRef {
    let columns = fields.iter().map(|field| ArrowField::new(field.name, field.kind.arrow(), true));
    Arc::new(Schema::new(columns.collect::<Vec<_>>()))
}

/// A file under its temporary name; removed unless it is finished.
struct OpenFile {
    temporary: PathBuf,
    path: PathBuf,
    records: Option<Records>,
}

enum Records {
    Parquet(Box<ParquetFile>),
    JsonLines(JsonLinesFile),
}

impl OpenFile {
    fn create(path: PathBuf, fields: &[Field], format: Format) -> Result<Self, SimulationError> {
        let temporary = durable::temporary(&path);
        let records = match format {
            Format::Parquet { level } => {
                let file = ParquetFile::create(&temporary, nullable(fields), level)?;
                Records::Parquet(Box::new(file))
            }
            Format::JsonLines => Records::JsonLines(JsonLinesFile::create(&temporary)?),
        };
        Ok(Self { temporary, path, records: Some(records) })
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), SimulationError> {
        match self.records.as_mut().expect("records leave at finish only, which takes the file") {
            Records::Parquet(file) => file.write(batch),
            Records::JsonLines(file) => file.write(batch),
        }
    }

    fn finish(mut self) -> Result<PathBuf, SimulationError> {
        let file: File = match self.records.take().expect("records leave here only") {
            Records::Parquet(file) => file.finish()?,
            Records::JsonLines(file) => file.finish()?,
        };
        let published = durable::sync(&file).and_then(|()| durable::rename(&self.temporary, &self.path));
        published.map_err(|source| SimulationError::Write { path: self.path.clone(), source })?;
        Ok(self.path.clone())
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        // After a finished write the temporary name is gone; after a failed one a stray file is all that could stay,
        // hidden from every reader, and there is nobody left to tell.
        if self.temporary.exists() {
            drop(fs::remove_file(&self.temporary));
        }
    }
}

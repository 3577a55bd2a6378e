//! Rows in columns made into records: by an adapter's SQL, or by the names of merit's own fields.

use arrow::datatypes::Schema;

use super::adapter::{self, Engine};
use super::candidates::Candidates;
use super::native::{hashed, split_columns};
use super::reading::Reading;
use super::record_kind::RecordKind;
use super::table::Table;
use super::{AdapterError, IngestError};

/// How the columns of one file become records.
pub(super) enum Columns {
    /// They are named as merit's own fields.
    Native,
    /// An adapter says how.
    Adapted(Box<Engine>),
}

impl Columns {
    /// Makes ready for a file with these columns, and notes in the report which variant of the adapter reads it.
    ///
    /// # Errors
    /// [`IngestError::Columns`] for a name that is taken, [`IngestError::Adapter`] where the adapter does not fit.
    pub(super) fn new(reading: &mut Reading<'_>, columns: &Schema) -> Result<Self, IngestError> {
        let names: Vec<&str> = columns.fields().iter().map(|field| field.name().as_str()).collect();
        if let Some(name) = names.iter().find(|name| ["_file", "_line", "_record"].contains(name)) {
            let message = format!("the name {name:?} is taken by what merit adds; rename the column");
            return Err(IngestError::Columns { path: reading.path.into(), message });
        }
        if reading.adapter.is_native() {
            return Ok(Columns::Native);
        }
        let error = |source: AdapterError| IngestError::Adapter { path: reading.path.into(), source: Box::new(source) };
        let variant = reading.adapter.variant(&names).map_err(error)?;
        let file_name = reading.path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let engine = Engine::new(variant, &file_name, columns).map_err(error)?;
        if reading.adapter.variants().len() > 1 {
            variant.file.trim_end_matches(".sql").clone_into(&mut reading.report.adapter);
        }
        Ok(Columns::Adapted(Box::new(engine)))
    }

    /// The records of some rows; counts rows as read, and those that give no record as skipped.
    ///
    /// # Errors
    /// As [`Columns::new`].
    pub(super) fn candidates(&self, reading: &mut Reading<'_>, table: &Table) -> Result<Vec<Candidates>, IngestError> {
        let column_error = |message: String| IngestError::Columns { path: reading.path.into(), message };
        // The adapter's name, not the variant's: a log renamed from one variant to another keeps its names.
        let name = reading.adapter.name();
        let candidates = match self {
            Columns::Native => Vec::from(split_columns(table, name, &reading.private).map_err(column_error)?),
            Columns::Adapted(engine) => {
                let found = adapter::candidates(engine, table, &reading.private)
                    .map_err(|source| IngestError::Adapter { path: reading.path.into(), source: Box::new(source) })?;
                vec![match found.kind {
                    RecordKind::Call => hashed(found, table, name).map_err(column_error)?,
                    RecordKind::Outcome => found,
                }]
            }
        };
        let mut seen = vec![false; table.len()];
        candidates.iter().flat_map(|some| &some.origins).for_each(|origin| seen[origin.row] = true);
        let skipped = seen.iter().filter(|seen| !**seen).count() as u64;
        let records = candidates.iter().map(|some| some.len() as u64).sum::<u64>();
        reading.report.skipped += skipped;
        reading.report.read += records + skipped;
        Ok(candidates)
    }
}

//! One file being read: what has been counted, and where records and bad rows go.

use std::path::Path;

use rayon::prelude::*;

use super::candidates::{Candidates, Finished};
use super::identity::Repeats;
use super::privacy::PrivateFields;
use super::quarantine::raw_text;
use super::record_kind::RecordKind;
use super::source::{Chunk, Row};
use super::table::Place;
use super::{Adapter, FileReport, IngestError, IngestSettings, QuarantinedRow, Sink};

/// The account and the way out of one file's rows.
pub(super) struct Reading<'a> {
    pub(super) path: &'a Path,
    pub(super) adapter: &'a Adapter,
    pub(super) settings: &'a IngestSettings,
    pub(super) private: PrivateFields,
    pub(super) report: FileReport,
    repeats: Repeats,
    sink: &'a mut dyn Sink,
}

impl<'a> Reading<'a> {
    pub(super) fn new(
        path: &'a Path,
        adapter: &'a Adapter,
        settings: &'a IngestSettings,
        sink: &'a mut dyn Sink,
    ) -> Self {
        Self {
            path,
            adapter,
            settings,
            private: PrivateFields::except(&settings.keep_fields),
            report: FileReport {
                file: path.to_path_buf(),
                digest: String::new(),
                adapter: adapter.name().to_owned(),
                bytes: 0,
                read: 0,
                calls: 0,
                outcomes: 0,
                skipped: 0,
                quarantined: 0,
                complete: true,
            },
            repeats: Repeats::default(),
            sink,
        }
    }

    /// A bad row.
    pub(super) fn bad(&self, place: Place, reason: String, raw: &[u8]) -> QuarantinedRow {
        QuarantinedRow {
            file: self.path.display().to_string(),
            line: place.line,
            offset: place.offset,
            length: place.length,
            reason,
            adapter: self.report.adapter.clone(),
            raw: raw_text(raw),
        }
    }

    /// A bad row of a chunk.
    pub(super) fn bad_row(&self, chunk: &Chunk, row: &Row, reason: String) -> QuarantinedRow {
        let place = Place { line: row.line, offset: row.offset, length: (row.end - row.start) as u64 };
        self.bad(place, reason, chunk.raw(row))
    }

    /// The rows of a chunk that were too long to be held.
    pub(super) fn overlong(&self, chunk: &Chunk) -> Vec<QuarantinedRow> {
        let rows = chunk.overlong.iter().map(|row| {
            let limit = self.settings.max_line_bytes;
            let reason =
                format!("the row has {} bytes; at most {limit} are taken, check its line ends and quotes", row.length);
            self.bad(Place { line: row.line, offset: row.offset, length: row.length }, reason, &row.head)
        });
        rows.collect()
    }

    /// Names, checks and delivers records, and delivers the rows that are none. `locate` finds the raw row of a record.
    ///
    /// # Errors
    /// [`IngestError::Sink`].
    pub(super) fn take(
        &mut self,
        candidates: Vec<Candidates>,
        mut bad: Vec<QuarantinedRow>,
        locate: impl Fn(usize) -> (Place, Vec<u8>),
    ) -> Result<(), IngestError> {
        let ordinals: Vec<Vec<u64>> =
            candidates.iter().map(|candidates| candidates.ordinals(&mut self.repeats)).collect();
        let now = self.settings.now;
        let pairs = candidates.into_par_iter().zip(ordinals);
        let finished: Vec<Finished> = pairs.map(|(candidates, ordinals)| candidates.finish(&ordinals, now)).collect();
        for Finished { kind, batch, faults } in finished {
            bad.extend(faults.into_iter().map(|(row, reason)| {
                let (place, raw) = locate(row);
                self.bad(place, reason, &raw)
            }));
            let rows = batch.num_rows() as u64;
            if rows == 0 {
                continue;
            }
            let taken = match kind {
                RecordKind::Call => {
                    self.report.calls += rows;
                    self.sink.calls(batch)
                }
                RecordKind::Outcome => {
                    self.report.outcomes += rows;
                    self.sink.outcomes(batch)
                }
            };
            taken.map_err(|source| IngestError::Sink { path: self.path.into(), source })?;
        }
        if !bad.is_empty() {
            bad.sort_by_key(|row| row.line);
            self.report.quarantined += bad.len() as u64;
            self.sink.quarantine(&bad).map_err(|source| IngestError::Sink { path: self.path.into(), source })?;
        }
        Ok(())
    }
}

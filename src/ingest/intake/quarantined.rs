//! Where rows that could not be taken lie: one file of JSON lines per log, for its owner's eyes only.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use serde::Serialize;

use crate::ingest::{FileReport, QuarantinedRow, to_json_lines};
use crate::store::{Layout, Source, StoreError, durable, facts};

/// Bad rows on their way, a temporary file per log.
pub(super) struct Waiting {
    folder: PathBuf,
    files: BTreeMap<Source, (PathBuf, BufWriter<File>)>,
}

impl Waiting {
    pub(super) fn new(layout: &Layout) -> Self {
        Self { folder: layout.staging(), files: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, source: Source, rows: &[QuarantinedRow]) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        if !self.files.contains_key(&source) {
            let path = self.folder.join(format!("quarantine-{source}.jsonl"));
            let created = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&path);
            let file = created.map_err(|source| StoreError::io("create", &path, source))?;
            self.files.insert(source, (path, BufWriter::new(file)));
        }
        let (path, file) = self.files.get_mut(&source).expect("it was just put there");
        file.write_all(to_json_lines(rows).as_bytes()).map_err(|source| StoreError::io("write", path, source))
    }

    pub(super) fn forget(&mut self, source: Source) {
        self.files.remove(&source);
    }

    /// Writes out what is buffered and syncs it.
    pub(super) fn flush(&mut self) -> Result<(), StoreError> {
        for (path, file) in self.files.values_mut() {
            file.flush()
                .and_then(|()| durable::sync(file.get_ref()))
                .map_err(|source| StoreError::io("write", path, source))?;
        }
        Ok(())
    }

    /// Gives each log's rows their final name, `<digest12>-<name>.jsonl`; the same log again takes the same place.
    pub(super) fn place(self, layout: &Layout, reports: &[(Source, &FileReport)]) -> Result<(), StoreError> {
        for (source, report) in reports {
            let Some((temporary, _)) = self.files.get(source) else { continue };
            let folder = layout.quarantine();
            fs::create_dir_all(&folder).map_err(|source| StoreError::io("create", &folder, source))?;
            let name = report.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let path = folder.join(format!("{}-{name}.jsonl", &report.digest[..12]));
            durable::rename(temporary, &path).map_err(|source| StoreError::io("write", &path, source))?;
        }
        Ok(())
    }
}

/// One log's quarantined rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QuarantineFile {
    /// Where they lie.
    pub path: PathBuf,
    /// How many.
    pub rows: u64,
    /// By reason, the most frequent first.
    pub reasons: Vec<(String, u64)>,
}

/// All quarantined rows, by log.
///
/// # Errors
/// [`StoreError`] where a file cannot be read.
pub fn list(layout: &Layout) -> Result<Vec<QuarantineFile>, StoreError> {
    let mut files = Vec::new();
    for (name, path) in facts::entries(&layout.quarantine())? {
        if !name.ends_with(".jsonl") {
            continue;
        }
        let failed = |source| StoreError::io("read", &path, source);
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        let mut rows = 0;
        for line in BufReader::new(File::open(&path).map_err(failed)?).lines() {
            rows += 1;
            let row = serde_json::from_str::<serde_json::Value>(&line.map_err(failed)?);
            let reason = row.ok().and_then(|row| row["reason"].as_str().map(str::to_string));
            *counts.entry(reason.unwrap_or_else(|| "unreadable".into())).or_default() += 1;
        }
        let mut reasons: Vec<(String, u64)> = counts.into_iter().collect();
        reasons.sort_by(|one, two| two.1.cmp(&one.1).then_with(|| one.0.cmp(&two.0)));
        files.push(QuarantineFile { path, rows, reasons });
    }
    Ok(files)
}

//! From files to durable rows: several files read into one spool, committed together, and accounted for.
//!
//! Files are read one by one ([`Sink`](super::Sink) → spool and quarantine), the spool is committed day by day, then
//! the quarantined rows get their place and inbox files move to `inbox/done/`. A crash before that leaves the inbox
//! as it was; reading again adds nothing twice.

mod inbox;
mod quarantined;
mod sink;

use std::path::PathBuf;

use serde::Serialize;

pub use inbox::{InboxError, inbox_files, retire, unseen};
pub use quarantined::{QuarantineFile, list as list_quarantine};

use self::sink::SpoolSink;
use super::{Adapter, FileReport, IngestError, IngestSettings, read_file};
use crate::store::{Fact, Layout, Spool, StoreError, commit};

/// A file to be read, and by which adapter.
#[derive(Clone, Debug)]
pub struct Intake {
    /// The file.
    pub path: PathBuf,
    /// What turns its rows into records.
    pub adapter: Adapter,
}

/// What became of all rows of all files.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Account {
    /// Files read to their end.
    pub files: Vec<FileAccount>,
    /// Files that are still being written: left where they are, to be read next time.
    pub unfinished: Vec<PathBuf>,
    /// Rows read: taken + duplicate + skipped + quarantined.
    pub read: u64,
    /// Calls that are new in the store.
    pub calls: u64,
    /// Outcomes that are new in the store.
    pub outcomes: u64,
    /// Rows that the store had already.
    pub duplicate: u64,
    /// Rows that an adapter left out.
    pub skipped: u64,
    /// Rows that could not be taken.
    pub quarantined: u64,
    /// The most frequent reasons for quarantine with their counts.
    pub reasons: Vec<(String, u64)>,
}

/// One file's part.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FileAccount {
    /// The file as it was named.
    pub file: PathBuf,
    /// SHA-256 of its bytes.
    pub digest: String,
    /// What read it.
    pub adapter: String,
    /// Rows read.
    pub read: u64,
    /// Rows left out by the adapter.
    pub skipped: u64,
    /// Rows that could not be taken.
    pub quarantined: u64,
}

impl Account {
    /// Rows that are new in the store.
    pub fn taken(&self) -> u64 {
        self.calls + self.outcomes
    }

    /// Whether every row is accounted for.
    pub fn balances(&self) -> bool {
        self.read == self.taken() + self.duplicate + self.skipped + self.quarantined
    }

    /// The share of rows that could not be taken.
    pub fn quarantined_share(&self) -> f64 {
        if self.read == 0 { 0.0 } else { self.quarantined as f64 / self.read as f64 }
    }
}

/// A failed intake. Rows of files read before are not lost: they are read again next time.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// A file cannot be read to its end.
    #[error(transparent)]
    Read(#[from] IngestError),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads files and commits their rows; with `dry_run`, only counts.
///
/// A file that cannot be read to its end stops the intake before anything is committed.
///
/// # Errors
/// [`IntakeError`] with the file and what to do.
pub fn take(
    layout: &Layout,
    files: &[Intake],
    settings: &IngestSettings,
    dry_run: bool,
    progress: &dyn Fn(&std::path::Path, u64),
) -> Result<Account, IntakeError> {
    let mut sink = SpoolSink::new(layout)?;
    let mut account = Account::default();
    let mut complete = Vec::new();
    for (source, file) in files.iter().enumerate() {
        sink.begin(source);
        let report = read_file(&file.path, &file.adapter, settings, &mut sink, &|bytes| progress(&file.path, bytes))?;
        if !report.complete && settings.require_final_newline {
            sink.forget(source);
            account.unfinished.push(file.path.clone());
            continue;
        }
        account.add(&report);
        complete.push((source, report));
    }
    account.reasons = sink.reasons();
    let (spool, quarantine) = sink.finish()?;
    if dry_run {
        account.calls = complete.iter().map(|(_, report)| report.calls).sum();
        account.outcomes = complete.iter().map(|(_, report)| report.outcomes).sum();
        spool.clear()?;
        return Ok(account);
    }
    commit_rows(layout, spool, quarantine, &complete, &mut account)?;
    Ok(account)
}

fn commit_rows(
    layout: &Layout,
    spool: Spool,
    quarantine: quarantined::Waiting,
    complete: &[(usize, FileReport)],
    account: &mut Account,
) -> Result<(), StoreError> {
    let placed = complete.iter().map(|(source, report)| (*source, report)).collect::<Vec<_>>();
    quarantine.place(layout, &placed)?;
    for day in commit(layout, spool)? {
        account.duplicate += day.duplicate;
        match day.fact {
            Fact::Calls => account.calls += day.taken,
            Fact::Outcomes => account.outcomes += day.taken,
        }
    }
    Ok(())
}

impl Account {
    fn add(&mut self, report: &FileReport) {
        self.read += report.read;
        self.skipped += report.skipped;
        self.quarantined += report.quarantined;
        self.files.push(FileAccount {
            file: report.file.clone(),
            digest: report.digest.clone(),
            adapter: report.adapter.clone(),
            read: report.read,
            skipped: report.skipped,
            quarantined: report.quarantined,
        });
    }
}

//! `merit ingest`: raw logs into the store.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use super::context::{Context, now};
use super::output::Answer;
use super::{exit, progress};
use crate::ingest::intake::{self, Account, Intake};
use crate::ingest::{Adapter, IngestSettings};
use crate::queries;

/// Takes raw logs: JSON lines (plain, .gz, .zst), CSV or Parquet.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The log's format: an adapter's name, or a file NAME.sql [default: merit's own records]
    #[arg(long, value_name = "NAME|FILE.sql")]
    adapter: Option<String>,
    /// Read and check everything, store nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    answer: Answer,
    /// The logs
    #[arg(required = true, value_name = "FILES")]
    files: Vec<PathBuf>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<ExitCode> {
    let adapter = adapter(context, arguments.adapter.as_deref())?;
    let files = named(&arguments.files, &adapter)?;
    let _lock = context.lock()?;
    let account = take(context, &files, false, arguments.dry_run)?;
    let trusted = is_trusted(context, &account);
    if !context.global.quiet || !trusted {
        arguments.answer.print(&account, || text(&account, arguments.dry_run))?;
    }
    Ok(if trusted { ExitCode::SUCCESS } else { ExitCode::from(exit::NOT_TRUSTED) })
}

/// An adapter by name, or from a file of SQL.
pub(super) fn adapter(context: &Context, name: Option<&str>) -> Result<Adapter> {
    Ok(match name {
        None | Some("merit") => Adapter::native(),
        Some(file) if file.ends_with(".sql") => Adapter::from_file(Path::new(file))?,
        Some(name) => Adapter::named(name, &queries::load(context.settings.queries.as_deref())?)?,
    })
}

/// The named files with their adapter; a folder stands for the files in it.
pub(super) fn named(paths: &[PathBuf], adapter: &Adapter) -> Result<Vec<Intake>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let mut inner: Vec<PathBuf> =
                std::fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
            inner.retain(|path| path.is_file());
            inner.sort();
            files.extend(inner);
        } else {
            files.push(path.clone());
        }
    }
    if files.is_empty() {
        bail!("there is no log to read; name at least one file");
    }
    Ok(files.into_iter().map(|path| Intake { path, adapter: adapter.clone() }).collect())
}

/// Reads and commits files under the settings.
pub(super) fn take(context: &Context, files: &[Intake], from_inbox: bool, dry_run: bool) -> Result<Account> {
    let settings = IngestSettings {
        keep_fields: context.settings.ingest.keep_fields.clone(),
        require_final_newline: from_inbox,
        ..IngestSettings::new(now())
    };
    let bar = progress::bar(context.global.quiet, "{spinner} {msg} {bytes}");
    let progress = |path: &Path, bytes: u64| {
        bar.set_message(format!("reading {}", path.display()));
        bar.set_position(bytes);
    };
    let account = intake::take(&context.layout, files, &settings, dry_run, &progress)?;
    bar.finish_and_clear();
    for file in &account.files {
        tracing::info!(file = %file.file.display(), read = file.read, quarantined = file.quarantined, "ingested");
    }
    Ok(account)
}

/// Whether few enough rows were bad.
pub(super) fn is_trusted(context: &Context, account: &Account) -> bool {
    account.quarantined_share() <= context.settings.ingest.max_quarantine_share
}

/// Why an account is not to be trusted, and what to do.
pub(super) fn distrust(context: &Context, account: &Account) -> String {
    format!(
        "{:.1} % of the rows read could not be taken, more than ingest.max_quarantine_share = {:.1} %; look at them with \
         `merit quarantine list`, correct the log or its adapter, or raise the share in merit.toml",
        100.0 * account.quarantined_share(),
        100.0 * context.settings.ingest.max_quarantine_share
    )
}

/// The account for people.
pub(super) fn text(account: &Account, dry_run: bool) -> String {
    let mut text = format!(
        "{} rows read: {} taken ({} calls, {} outcomes), {} duplicate, {} skipped, {} quarantined\n",
        account.read,
        account.taken(),
        account.calls,
        account.outcomes,
        account.duplicate,
        account.skipped,
        account.quarantined
    );
    if dry_run {
        text.insert_str(0, "dry run, nothing is stored: ");
    }
    for (reason, rows) in &account.reasons {
        text.push_str(&format!("  quarantined {rows}: {reason}\n"));
    }
    for path in &account.unfinished {
        text.push_str(&format!("  {} is still being written; it is left for next time\n", path.display()));
    }
    text
}

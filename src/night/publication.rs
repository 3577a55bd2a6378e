//! What becomes of a draft: it is published, or laid aside while a hold stands.

use std::path::Path;

use arrow::array::RecordBatch;
use merit_router::{Draft, Table};

use super::runs::{CANDIDATE, Runs};
use super::{Ending, NightError, NightInputs, Summary};
use crate::store::{Layout, parquet_file};
use crate::table::{self, TableError};

/// Whether the run that stands, which is of this build, has become all it can: its table stands, or it is the candidate
/// of a hold. Says so in the summary then.
pub(super) fn nothing_new(
    layout: &Layout,
    run: &Path,
    build_key: &str,
    summary: &mut Summary,
) -> Result<bool, NightError> {
    let tables = layout.tables();
    let standing = table::current(&tables)?;
    let hold = table::hold(&tables)?;
    let calls = if hold.is_none() {
        (standing.table.inputs.build_key == build_key).then_some(standing.table.inputs.calls.calls)
    } else {
        let bytes = std::fs::read(run.join(CANDIDATE)).unwrap_or_default();
        // One that an earlier hold left stands on another parent.
        let of_this = |table: &Table| table.parent.as_ref() == Some(&standing.table.digest);
        merit_router::table::parse(&bytes).ok().filter(of_this).map(|table| table.inputs.calls.calls)
    };
    let Some(calls) = calls else { return Ok(false) };
    if hold.is_some() {
        summary.ending = Ending::Held;
        summary.candidate_file = Some(run.join(CANDIDATE));
    }
    summary.hold = hold;
    summary.table_version = Some(standing.table.table_version);
    summary.table_file = Some(standing.path);
    summary.calls = calls;
    Ok(true)
}

/// Publishes the draft with its evidence and lets retention do its work; while a hold stands, seals it as what would be
/// published into its run's folder. Returns that table.
pub(super) fn publish_or_hold(
    inputs: &NightInputs,
    runs: &Runs,
    evidence: &RecordBatch,
    draft: Draft,
    summary: &mut Summary,
) -> Result<Table, NightError> {
    let (layout, build_key) = (&inputs.layout, draft.inputs.build_key.clone());
    let tables = layout.tables();
    if let Some(hold) = table::hold(&tables)? {
        // A rollback may have ended before its pointer turned.
        table::repair_pointer(&tables)?;
        let standing = table::newest_version(&tables)?.map(|newest| table::read(&tables, newest)).transpose()?;
        let (version, parent) = match &standing {
            Some(standing) => (standing.table.table_version + 1, Some(standing.table.digest.clone())),
            None => (1, None),
        };
        let (candidate, bytes) = draft.seal(version, parent).map_err(TableError::from)?;
        summary.ending = Ending::Held;
        summary.hold = Some(hold);
        summary.candidate_file = Some(runs.write(&build_key, CANDIDATE, &bytes)?);
        summary.table_version = standing.as_ref().map(|standing| standing.table.table_version);
        summary.table_file = standing.map(|standing| standing.path);
        return Ok(candidate);
    }
    let named = tables.join(table::evidence_file_name(&draft.inputs));
    parquet_file::write_fact(&named, evidence, vec![])?;
    let published = table::publish(&tables, &draft)?;
    runs.remove(&build_key, CANDIDATE)?;
    summary.removed_versions = table::retain(&tables, inputs.settings.table.keep_versions)?.versions;
    summary.ending = Ending::Published;
    summary.table_version = Some(published.table().table_version);
    summary.table_file = Some(published.stored.path);
    Ok(published.stored.table)
}

//! What becomes of a draft: it is published, or laid aside while a hold stands or where the gate refuses it.

use std::path::Path;

use arrow::array::RecordBatch;
use merit_router::{Draft, Table};

use super::gate::{self, Passed, Refused, record};
use super::runs::{CANDIDATE, Runs};
use super::{Ending, NightError, NightInputs, Summary};
use crate::store::{Layout, parquet_file};
use crate::table::{self, Hold};

/// Whether the run that stands, which is of this build, has become all it can: its table stands, or it is the candidate
/// of a hold or one that the gate refused. Says so in the summary then.
pub(super) fn nothing_new(
    layout: &Layout,
    run: &Path,
    build_key: &str,
    summary: &mut Summary,
) -> Result<bool, NightError> {
    let tables = layout.tables();
    let standing = table::current(&tables)?;
    let hold = table::hold(&tables)?;
    let built = hold.is_none() && standing.table.inputs.build_key == build_key;
    let calls = if built {
        summary.gate = standing.table.evaluation.gate.clone();
        standing.table.inputs.calls.calls
    } else {
        let bytes = std::fs::read(run.join(CANDIDATE)).unwrap_or_default();
        // One that an earlier hold left stands on another parent; only one that the gate refused says so.
        let of_this = |table: &Table| table.parent.as_ref() == Some(&standing.table.digest);
        let decided = |table: &Table| hold.is_none() == gate::is_refusal(&table.evaluation.gate);
        let candidate = merit_router::table::parse(&bytes).ok().filter(of_this).filter(decided);
        let Some(candidate) = candidate else { return Ok(false) };
        summary.candidate_file = Some(run.join(CANDIDATE));
        summary.ending = if hold.is_some() { Ending::Held } else { Ending::RefusedByGate };
        summary.reason = candidate.evaluation.gate["sentence"].as_str().map(str::to_string);
        summary.gate = candidate.evaluation.gate;
        candidate.inputs.calls.calls
    };
    summary.hold = hold;
    summary.table_version = Some(standing.table.table_version);
    summary.table_file = Some(standing.path);
    summary.calls = calls;
    Ok(true)
}

/// Publishes what passed the gate with its evidence, then writes the gate's record, and lets retention do its work.
/// Returns the table that stands.
pub(super) fn publish(
    inputs: &NightInputs,
    runs: &Runs,
    evidence: &RecordBatch,
    passed: Passed,
    summary: &mut Summary,
) -> Result<Table, NightError> {
    let tables = inputs.layout.tables();
    for (name, bytes) in &passed.files {
        record::keep(&tables, name, bytes)?;
    }
    let draft = passed.draft;
    let build_key = draft.inputs.build_key.clone();
    let named = tables.join(table::evidence_file_name(&draft.inputs));
    parquet_file::write_fact(&named, evidence, vec![])?;
    let published = table::publish(&tables, &draft)?;
    if let Some(mut record) = passed.record {
        if passed.is_anchor {
            let digest = &published.table().digest;
            record.state.accept_without_proof(digest);
        }
        record.write(&tables)?;
    }
    runs.remove(&build_key, CANDIDATE)?;
    summary.removed_versions = table::retain(&tables, inputs.settings.table.keep_versions)?.versions;
    record::tidy(&tables)?;
    summary.ending = Ending::Published;
    summary.gate = published.table().evaluation.gate.clone();
    summary.table_version = Some(published.table().table_version);
    summary.table_file = Some(published.stored.path);
    Ok(published.stored.table)
}

/// Lays the refused candidate into its run's folder. Returns it.
pub(super) fn refuse(
    inputs: &NightInputs,
    runs: &Runs,
    refused: Refused,
    summary: &mut Summary,
) -> Result<Table, NightError> {
    let tables = inputs.layout.tables();
    for (name, bytes) in &refused.files {
        record::keep(&tables, name, bytes)?;
    }
    table::repair_pointer(&tables)?;
    let path = runs.write(&refused.table.inputs.build_key, CANDIDATE, &refused.bytes)?;
    if let Some(record) = refused.record {
        record.write(&tables)?;
        record::tidy(&tables)?;
    }
    let standing = table::newest_version(&tables)?.map(|newest| table::read(&tables, newest)).transpose()?;
    summary.ending = Ending::RefusedByGate;
    summary.reason = Some(refused.reason);
    summary.gate = refused.table.evaluation.gate.clone();
    summary.candidate_file = Some(path);
    summary.table_version = standing.as_ref().map(|standing| standing.table.table_version);
    summary.table_file = standing.map(|standing| standing.path);
    Ok(refused.table)
}

/// While a hold stands, seals the draft as what would be published into its run's folder. Returns that table.
pub(super) fn lay_aside(
    inputs: &NightInputs,
    runs: &Runs,
    hold: Hold,
    mut draft: Draft,
    summary: &mut Summary,
) -> Result<Table, NightError> {
    let (tables, build_key) = (inputs.layout.tables(), draft.inputs.build_key.clone());
    if !inputs.settings.gate.enabled {
        draft.evaluation.gate = gate::ungated(&inputs.settings.gate);
    }
    // A rollback may have ended before its pointer turned.
    table::repair_pointer(&tables)?;
    let standing = table::newest_version(&tables)?.map(|newest| table::read(&tables, newest)).transpose()?;
    let (candidate, bytes) = table::seal_after(standing.as_ref(), draft)?;
    summary.ending = Ending::Held;
    summary.hold = Some(hold);
    summary.candidate_file = Some(runs.write(&build_key, CANDIDATE, &bytes)?);
    summary.table_version = standing.as_ref().map(|standing| standing.table.table_version);
    summary.table_file = standing.map(|standing| standing.path);
    Ok(candidate)
}

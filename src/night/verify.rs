//! A table from its evidence again: the same bytes, or a finding.

use super::NightError;
use super::run::{draft_from, evidence_digest};
use super::{evidence, gate};
use crate::settings::Settings;
use crate::store::{Layout, parquet_file};
use crate::table;

/// Rebuilds a version from the evidence and the settings that it names; the findings, a sentence each.
///
/// The evidence must have the digest that the version names. A restored version has dates of its own, which no evidence
/// gives: they are taken as they are.
///
/// # Errors
/// [`NightError`] where the version cannot be read or its evidence makes no policy.
pub fn verify_rebuild(layout: &Layout, version: u64) -> Result<Vec<String>, NightError> {
    let stored = table::read(&layout.tables(), version)?;
    let own = &stored.table;
    let path = layout.tables().join(table::evidence_file_name(&own.inputs));
    let file = stored.path.display();
    if !path.exists() {
        return Ok(vec![format!("{file}: its evidence {} is not there; restore it from a copy", path.display())]);
    }
    let mut settings = Settings::default();
    let part = |name: &str| own.settings.get(name).cloned().unwrap_or_default();
    // Tables from before the gate name no settings of it.
    let gated = own.settings.contains_key("gate");
    let gate_settings = if gated { part("gate") } else { serde_json::json!({}) };
    let (Ok(weighing), Ok(gating), Ok(policy), Ok(publishing)) = (
        serde_json::from_value(part("evidence")),
        serde_json::from_value(gate_settings),
        serde_json::from_value(part("policy")),
        serde_json::from_value(part("table")),
    ) else {
        return Ok(vec![format!(
            "{file} was built with settings that this version of merit does not know; use merit {}",
            own.generator.version
        )]);
    };
    (settings.evidence, settings.gate, settings.policy, settings.table) = (weighing, gating, policy, publishing);
    let batches = parquet_file::read(&path, None)?;
    let batch = arrow::compute::concat_batches(&parquet_file::schema(&path)?, &batches)
        .map_err(crate::analyze::AnalyzeError::from)?;
    let found = evidence_digest(&batch);
    if found != own.inputs.arms {
        return Ok(vec![format!(
            "{} has the digest {found}, but {file} was built from {}; restore it from a copy",
            path.display(),
            own.inputs.arms
        )]);
    }
    let as_of =
        own.created_as_of.parse().map_err(|_| NightError::Mart { mart: "evidence", problem: "has no as-of".into() })?;
    let (mut draft, unsafe_models) = draft_from(&evidence::read(&batch)?, &settings, as_of, own.inputs.clone())?;
    if !gated {
        draft.settings.remove("gate");
    }
    // What was found of the table is no part of its evidence; the step it was held to follows from anchor and candidate.
    draft.evaluation = own.evaluation.clone();
    if let Some((anchor, digest)) = gate::base_of(&own.evaluation.gate) {
        let (Some(cap), Some(anchor)) = (gate::cap_of(&own.evaluation.gate), anchor_of(layout, anchor, &digest)) else {
            let oldest = table::list(&layout.tables())?.first().copied();
            return Ok(match oldest {
                // Retention has taken it.
                Some(oldest) if anchor < oldest => Vec::new(),
                _ => vec![format!("{file}: v{anchor}, the anchor it names, is not there; restore it from a copy")],
            });
        };
        gate::bounded(&mut draft, &anchor, cap, &unsafe_models)?;
    }
    if own.restored_from.is_some() {
        draft.restored_from = own.restored_from;
        draft.expires_at = own.expires_at.clone();
    }
    let (_, bytes) = draft.seal(own.table_version, own.parent.clone()).map_err(table::TableError::from)?;
    Ok(match bytes == stored.bytes {
        true => Vec::new(),
        false => vec![format!(
            "{file} is not what its evidence gives with merit {}; compare the two by their settings",
            env!("CARGO_PKG_VERSION")
        )],
    })
}

/// The table of this digest: a version, or one that the gate keeps.
fn anchor_of(layout: &Layout, version: u64, digest: &str) -> Option<merit_router::Table> {
    let tables = layout.tables();
    let kept = || merit_router::table::load(tables.join(gate::judged_file_name(digest))).ok();
    let version = table::read(&tables, version).ok().map(|stored| stored.table);
    version.filter(|table| table.digest == digest).or_else(kept).filter(|table| table.digest == digest)
}

//! What the gate keeps from night to night, and the tables it speaks of.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use merit_router::Table;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::day::Day;
use crate::evaluate::gate::GateState;
use crate::night::NightError;
use crate::store::durable;
use crate::table::TableError;

/// The record's file name.
const FILE: &str = "gate.json";
/// How the name of a judged table begins.
const JUDGED: &str = "gate-";
/// The format that this version writes and reads.
const FORMAT: u32 = 1;

/// The gate's memory, in `tables/gate.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    pub(super) format: u32,
    /// The build key of the night that wrote it.
    pub night: String,
    /// Draws of days before this one have been looked at.
    pub looked_until: Day,
    /// The last day with a draw of a published table.
    pub last_draw: Option<Day>,
    /// Whether that night's candidate was refused.
    pub refused: bool,
    /// What that night said, as in its table.
    pub lineage: Value,
    /// Anchor and challenger, by digest.
    pub state: GateState,
}

/// Enough of any record to tell its format.
#[derive(Deserialize)]
struct AnyRecord {
    format: u32,
}

/// The file of a table that is anchor or challenger, beside the versions: `gate-<digest>.json`.
pub fn judged_file_name(digest: &str) -> String {
    format!("{JUDGED}{}.json", digest.chars().take(32).collect::<String>())
}

impl Record {
    pub(super) fn new(night: &str, looked_until: Day, lineage: Value) -> Self {
        Self {
            format: FORMAT,
            night: night.into(),
            looked_until,
            last_draw: None,
            refused: false,
            lineage,
            state: GateState::new(""),
        }
    }

    /// The record in a folder of tables; none before the first night with a gate.
    ///
    /// # Errors
    /// [`NightError::GateFile`] for a file that cannot be read.
    pub fn read(tables: &Path) -> Result<Option<Self>, NightError> {
        let path = tables.join(FILE);
        let damaged = |message: String| NightError::GateFile { path: path.clone(), message };
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(damaged(error.to_string())),
        };
        let AnyRecord { format } = serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
        if format != FORMAT {
            return Err(damaged(format!("format {format}, this version reads {FORMAT}")));
        }
        serde_json::from_slice(&bytes).map(Some).map_err(|error| damaged(error.to_string()))
    }

    /// Writes it durably over the one before.
    ///
    /// # Errors
    /// [`NightError::Write`] with the file.
    pub(in crate::night) fn write(&self, tables: &Path) -> Result<(), NightError> {
        let path = tables.join(FILE);
        let mut bytes = serde_json::to_vec_pretty(self)
            .map_err(|error| NightError::GateFile { path: path.clone(), message: error.to_string() })?;
        bytes.push(b'\n');
        durable::replace(&path, &bytes).map_err(|source| NightError::Write { path, source })
    }
}

/// Keeps a table that is anchor or challenger.
pub(in crate::night) fn keep(tables: &Path, name: &str, bytes: &[u8]) -> Result<(), NightError> {
    let path = tables.join(name);
    fs::create_dir_all(tables).map_err(|source| NightError::Write { path: tables.into(), source })?;
    match durable::publish_new(&path, bytes) {
        Ok(_) => Ok(()),
        Err(source) => Err(NightError::Write { path, source }),
    }
}

/// A judged table, from those about to be kept or from its file.
pub(in crate::night) fn judged(tables: &Path, digest: &str, new: &[(String, Vec<u8>)]) -> Result<Table, NightError> {
    let name = judged_file_name(digest);
    let path = tables.join(&name);
    let bytes = match new.iter().find(|(kept, _)| *kept == name) {
        Some((_, bytes)) => bytes.clone(),
        None => {
            fs::read(&path).map_err(|error| NightError::GateFile { path: path.clone(), message: error.to_string() })?
        }
    };
    merit_router::table::parse(&bytes).map_err(|source| TableError::Refused { path, source }.into())
}

/// Removes the judged tables that neither the record nor a kept version names.
pub(in crate::night) fn tidy(tables: &Path) -> Result<(), NightError> {
    let Some(record) = Record::read(tables)? else { return Ok(()) };
    let mut named: BTreeSet<String> = BTreeSet::from([judged_file_name(record.state.anchor())]);
    named.extend(record.state.challenger().map(|challenger| judged_file_name(&challenger.table)));
    let failed = |source| NightError::Write { path: tables.into(), source };
    let mut kept = BTreeSet::new();
    for entry in fs::read_dir(tables).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        if name.starts_with(JUDGED) && name.ends_with(".json") {
            kept.insert(name);
        }
    }
    if kept.is_subset(&named) {
        return Ok(());
    }
    for version in crate::table::list(tables)? {
        // One that cannot be read may name any of them.
        let Ok(stored) = crate::table::read(tables, version) else { return Ok(()) };
        named.extend(super::base_of(&stored.table.evaluation.gate).map(|(_, digest)| judged_file_name(&digest)));
    }
    for name in kept.difference(&named) {
        let path = tables.join(name);
        durable::remove(&path).map_err(|source| NightError::Write { path, source })?;
    }
    Ok(())
}

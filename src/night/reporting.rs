//! The report of a run: written when it ends, and again from what it left.

use std::path::{Path, PathBuf};

use merit_router::Table;
use serde::{Deserialize, Serialize};

use super::runs::{self, CANDIDATE, Manifest, Runs};
use super::{NightError, NightInputs};
use crate::analyze::mart::Marts;
use crate::report::{self, ReportInput, RunSummary};
use crate::scoreboard::{Scoreboard, TargetSettings};
use crate::store::{Layout, facts, parquet_file};
use crate::table;

/// The file in a run's folder with what its marts and its table do not say.
const INPUT: &str = "report/input.json";
/// The file with the scoreboard.
const SCOREBOARD: &str = "report/scoreboard.json";
/// The pages.
const PAGES: [&str; 2] = ["report.md", "report.html"];

/// What a run knew beside its marts and its table.
#[derive(Serialize, Deserialize)]
struct Kept {
    summary: RunSummary,
    targets: TargetSettings,
}

/// Writes the report into a run's folder.
///
/// # Errors
/// [`NightError::Write`] with the file.
pub(super) fn write(runs: &Runs, build_key: &str, input: &ReportInput<'_>) -> Result<Scoreboard, NightError> {
    let context = report::context(input);
    let kept = Kept { summary: input.summary.clone(), targets: input.targets.clone() };
    let json = |value: serde_json::Result<Vec<u8>>| value.expect("a summary and a scoreboard are plain data");
    runs.write(build_key, "report/report.md", report::markdown(&context).as_bytes())?;
    runs.write(build_key, "report/report.html", report::html(&context).as_bytes())?;
    runs.write(build_key, SCOREBOARD, &json(serde_json::to_vec_pretty(&context.scoreboard)))?;
    runs.write(build_key, INPUT, &json(serde_json::to_vec_pretty(&kept)))?;
    Ok(context.scoreboard)
}

/// The scoreboard that a run's folder holds; none where there is none.
pub fn scoreboard(run: &Path) -> Option<Scoreboard> {
    serde_json::from_slice(&std::fs::read(run.join(SCOREBOARD)).ok()?).ok()
}

/// The report of the run that stands, from what it left: written again where the targets of merit.toml are not those it
/// was written for, or where `again` asks for it; none before the first run.
///
/// # Errors
/// [`NightError`], with the file that is missing or cannot be written.
pub fn refresh(inputs: &NightInputs, again: bool) -> Result<Option<(PathBuf, Option<Scoreboard>)>, NightError> {
    let runs = Runs::new(&inputs.layout);
    let Some((folder, manifest)) = runs.current()? else { return Ok(None) };
    let kept = std::fs::read(folder.join(INPUT)).ok().and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok());
    let targets = &inputs.settings.targets;
    let stale = kept.as_ref().is_some_and(|kept| kept.targets != *targets);
    if !(again || stale) {
        return Ok(Some((folder.clone(), scoreboard(&folder))));
    }
    let summary = kept.map(|kept| kept.summary).unwrap_or_default();
    let table = table_of(&inputs.layout, &folder, &manifest)?;
    let previous = parent(&inputs.layout, &table);
    let marts = marts(&folder)?;
    let input = ReportInput {
        as_of: manifest.as_of,
        table: &table,
        previous: previous.as_ref(),
        marts: &marts,
        summary: &summary,
        targets,
    };
    let board = write(&runs, &manifest.build_key, &input)?;
    Ok(Some((folder, Some(board))))
}

/// The table of a run: the candidate that it laid aside, else the version that it published or found.
fn table_of(layout: &Layout, run: &Path, manifest: &Manifest) -> Result<Table, NightError> {
    let candidate = std::fs::read(run.join(CANDIDATE)).ok();
    let candidate = candidate.and_then(|bytes| merit_router::table::parse(&bytes).ok());
    match candidate.filter(|table| table.inputs.build_key == manifest.build_key) {
        Some(table) => Ok(table),
        None => Ok(table::read(&layout.tables(), manifest.table_version)?.table),
    }
}

/// The table that stood before; none for the first, and where retention has removed it.
pub(super) fn parent(layout: &Layout, table: &Table) -> Option<Table> {
    let digest = table.parent.as_ref()?;
    let before = table::read(&layout.tables(), table.table_version.checked_sub(1)?).ok()?.table;
    (before.digest == *digest).then_some(before)
}

/// The marts of a run.
fn marts(run: &Path) -> Result<Marts, NightError> {
    let mut marts = Marts::new();
    for (name, path) in facts::entries(&run.join("marts"))? {
        if let Some(mart) = name.strip_suffix(".parquet") {
            let batches = parquet_file::read(&path, None)?;
            let batch = arrow::compute::concat_batches(&parquet_file::schema(&path)?, &batches)
                .map_err(crate::analyze::AnalyzeError::from)?;
            marts.insert(mart.to_string(), batch);
        }
    }
    Ok(marts)
}

/// Copies a run's report to where the user wants it; the files.
///
/// # Errors
/// [`NightError::Write`] with the file.
pub fn copy(run: &Path, reports: Option<&Path>) -> Result<Vec<PathBuf>, NightError> {
    let mut files = Vec::new();
    for name in PAGES {
        let source = run.join("report").join(name);
        let Some(folder) = reports else {
            files.push(source);
            continue;
        };
        let bytes =
            std::fs::read(&source).map_err(|error| NightError::Write { path: source.clone(), source: error })?;
        let target = folder.join(name);
        if std::fs::read(&target).ok().as_deref() != Some(bytes.as_slice()) {
            runs::write(&target, &bytes)?;
        }
        files.push(target);
    }
    Ok(files)
}

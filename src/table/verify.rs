//! Whether what is published is what it says.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use merit_router::table::{canonical_text, findings, parse};
use merit_router::{Draft, Request, Router, Table, distribution};

use super::error::TableError;
use super::hold::{self, HOLD};
use super::registry::{POINTER, evidence_file_name, file_name, list};

/// How far a published weight may be from what the draw does with it.
const TOLERANCE: f64 = 1e-9;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file; None where bytes without a file were checked.
    pub path: Option<PathBuf>,
    /// What is wrong, as a sentence.
    pub sentence: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{}: {}", path.display(), self.sentence),
            None => f.write_str(&self.sentence),
        }
    }
}

/// Checks a table's bytes: schema, digest, sums and references, the canonical form, and that each
/// row's weights are what a draw from it does.
pub fn verify_bytes(bytes: &[u8]) -> Vec<Finding> {
    let mut sentences: Vec<String> = findings(bytes).iter().map(ToString::to_string).collect();
    if let Ok(value) = serde_json::from_slice(bytes)
        && canonical_text(value).as_bytes() != bytes
    {
        sentences.push("the text is not in the canonical form; only a published file is".into());
    }
    if let Ok(table) = parse(bytes)
        && let Ok(router) = Router::new(&table)
    {
        sentences.extend(weights(&table, &router));
    }
    sentences.into_iter().map(|sentence| Finding { path: None, sentence }).collect()
}

/// Checks one version: its bytes, its name, its parent and, for a restored one, that its content is what it says.
///
/// # Errors
/// The folder or the file cannot be read.
pub fn verify_version(folder: &Path, version: u64) -> Result<Vec<Finding>, TableError> {
    let path = folder.join(file_name(version));
    let bytes = fs::read(&path).map_err(TableError::io(&path))?;
    let mut found = verify_bytes(&bytes);
    if let Ok(table) = parse(&bytes) {
        let mut add = |sentence| found.push(Finding { path: None, sentence });
        if table.table_version != version {
            add(format!("the table says version {}, its name {version}", table.table_version));
        }
        let versions = list(folder)?;
        let before = versions.iter().rfind(|earlier| **earlier < version).copied();
        if let Some(sentence) = parent(folder, before, &table)? {
            add(sentence);
        }
        if let Some(sentence) = restored(folder, versions.first().copied(), &table)? {
            add(sentence);
        }
    }
    found.iter_mut().for_each(|finding| finding.path = Some(path.clone()));
    Ok(found)
}

/// Checks the whole registry: every version and that its evidence is there, that none is missing between the first and
/// the last, that the pointer is the newest, and that a hold holds it.
///
/// The oldest versions may be gone: that is what retention does.
///
/// # Errors
/// The folder or a file cannot be read.
pub fn verify(folder: &Path) -> Result<Vec<Finding>, TableError> {
    let versions = list(folder)?;
    let mut found = Vec::new();
    let mut expected = versions.first().copied().unwrap_or_default();
    for version in &versions {
        if *version != expected {
            let sentence = format!("the version before {version} is missing; restore it from a copy");
            found.push(Finding { path: Some(folder.join(file_name(version - 1))), sentence });
        }
        expected = version + 1;
        found.extend(verify_version(folder, *version)?);
        found.extend(evidence(folder, *version)?);
    }
    found.extend(pointer(folder, versions.last().copied())?);
    found.extend(held(folder, versions.last().copied())?);
    Ok(found)
}

/// Whether the evidence that a version names is there.
fn evidence(folder: &Path, version: u64) -> Result<Option<Finding>, TableError> {
    let path = folder.join(file_name(version));
    let Ok(table) = parse(&fs::read(&path).map_err(TableError::io(&path))?) else { return Ok(None) };
    let evidence = folder.join(evidence_file_name(&table.inputs));
    Ok((!evidence.exists()).then(|| Finding {
        sentence: format!("its evidence {} is not there; restore it from a copy", evidence.display()),
        path: Some(path),
    }))
}

/// What is wrong with the parent that a table names, given the version before it.
fn parent(folder: &Path, before: Option<u64>, table: &Table) -> Result<Option<String>, TableError> {
    let stated = table.parent.as_deref();
    let Some(before) = before else {
        return Ok(match (table.table_version, stated) {
            (1, Some(digest)) => Some(format!("the parent {digest} is named, but version 1 has none")),
            (2.., None) => Some("no parent is named, but it is not the first version".into()),
            // Retention may have taken the parent.
            _ => None,
        });
    };
    let path = folder.join(file_name(before));
    let bytes = fs::read(&path).map_err(TableError::io(&path))?;
    Ok(match (parse(&bytes), stated) {
        (Ok(table), Some(digest)) if table.digest == digest => None,
        (Ok(table), Some(digest)) => Some(format!("the parent is {digest}, but version {before} is {}", table.digest)),
        (Ok(_), None) => Some(format!("no parent is named, but version {before} came before")),
        (Err(_), _) => Some(format!("version {before}, the parent, cannot be read")),
    })
}

/// What is wrong with a restored table, given the first version that is there: its content must be that of the version
/// it names, save version, digest, parent and dates.
fn restored(folder: &Path, first: Option<u64>, table: &Table) -> Result<Option<String>, TableError> {
    let Some(origin) = table.restored_from else { return Ok(None) };
    if origin >= table.table_version {
        return Ok(Some(format!("it restores version {origin}, which does not come before it")));
    }
    let path = folder.join(file_name(origin));
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        // Retention may have taken it.
        Err(_) if first.is_none_or(|first| origin < first) => return Ok(None),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Some(format!("it restores version {origin}, which is missing; restore that from a copy")));
        }
        Err(error) => return Err(TableError::io(path)(error)),
    };
    let Ok(source) = parse(&bytes) else {
        return Ok(Some(format!("it restores version {origin}, which cannot be read")));
    };
    let undated = |table: Table| Draft {
        restored_from: None,
        created_as_of: String::new(),
        expires_at: String::new(),
        ..Draft::from(table)
    };
    let same = undated(source) == undated(table.clone());
    Ok((!same).then(|| format!("it restores version {origin}, but its content is another")))
}

/// What is wrong with the hold.
fn held(folder: &Path, newest: Option<u64>) -> Result<Option<Finding>, TableError> {
    let finding = |sentence| Some(Finding { path: Some(folder.join(HOLD)), sentence });
    let hold = match hold::hold(folder) {
        Ok(hold) => hold,
        Err(TableError::Hold { message, .. }) => {
            return Ok(finding(format!("it cannot be read ({message}); 'merit table release' removes it")));
        }
        Err(error) => return Err(error),
    };
    Ok(match hold {
        Some(hold) if newest.is_none_or(|newest| newest < hold.version) => finding(format!(
            "the rollback to version {} has not ended; 'merit table rollback {}' again ends it, 'merit table release' \
             drops it",
            hold.restored_from, hold.restored_from
        )),
        Some(hold) if newest != Some(hold.version) => finding(format!(
            "it holds version {}, but a newer one was published; 'merit table release' removes it",
            hold.version
        )),
        _ => None,
    })
}

/// What is wrong with the pointer.
fn pointer(folder: &Path, newest: Option<u64>) -> Result<Option<Finding>, TableError> {
    let path = folder.join(POINTER);
    let served = match fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(TableError::io(path)(error)),
    };
    let sentence = match (newest, served) {
        (None, None) => return Ok(None),
        (None, Some(_)) => "there is a pointer, but no version".to_owned(),
        (Some(newest), None) => format!("the pointer is missing; publishing again makes it from version {newest}"),
        (Some(newest), Some(served)) => {
            let file = folder.join(file_name(newest));
            if fs::read(&file).map_err(TableError::io(&file))? == served {
                return Ok(None);
            }
            format!("the pointer is not a copy of version {newest}, the newest; publishing again makes it so")
        }
    };
    Ok(Some(Finding { path: Some(path), sentence }))
}

/// Rows whose published weights are not what a draw without exclusions and caps does.
fn weights(table: &Table, router: &Router) -> Vec<String> {
    let mut sentences = Vec::new();
    for row in &table.segments {
        match distribution(router, &Request::new(&row.role, &row.category, &row.difficulty)) {
            Ok(shares) => {
                for (share, candidate) in shares.iter().zip(&row.candidates) {
                    if (share.propensity - candidate.weight).abs() > TOLERANCE {
                        let (model, weight, drawn) = (&candidate.model, candidate.weight, share.propensity);
                        sentences.push(format!("row {row}: {model} has weight {weight}, but is drawn with {drawn}"));
                    }
                }
            }
            Err(error) => sentences.push(format!("row {row}: {error}")),
        }
    }
    sentences
}

//! From bytes to a table that can be trusted.

use std::path::Path;

use serde::Deserialize;

use super::digest::digest_of;
use super::document::Table;
use super::error::LoadError;
use super::format::{FORMAT, Format};
use super::validate;

/// The one member that is looked at before all others.
#[derive(Deserialize)]
struct Head {
    format: Format,
}

/// Reads a table and refuses what cannot be trusted: another major format, a missing member, a
/// digest that does not match, weights that do not sum to 1, a reference to nothing.
///
/// # Errors
/// The first thing found wrong, in that order.
pub fn parse(bytes: &[u8]) -> Result<Table, LoadError> {
    let table = read(bytes)?;
    match check(&table, bytes).into_iter().next() {
        Some(finding) => Err(finding),
        None => Ok(table),
    }
}

/// Reads and checks the table in a file.
///
/// # Errors
/// As [`parse`], with the path.
pub fn load(path: impl AsRef<Path>) -> Result<Table, LoadError> {
    let path = path.as_ref();
    let bytes = std::fs::read(path).map_err(|source| LoadError::Read { path: path.to_owned(), source })?;
    parse(&bytes).map_err(|source| LoadError::File { path: path.to_owned(), source: Box::new(source) })
}

/// Everything that is wrong with a table's bytes; empty where [`parse`] takes them.
pub fn findings(bytes: &[u8]) -> Vec<LoadError> {
    match read(bytes) {
        Ok(table) => check(&table, bytes),
        Err(error) => vec![error],
    }
}

/// The types only. The format comes first, because a newer major may have other members.
fn read(bytes: &[u8]) -> Result<Table, LoadError> {
    let Head { format } = serde_json::from_slice(bytes)?;
    if format.major != FORMAT.major {
        return Err(LoadError::Format { major: format.major, minor: format.minor });
    }
    Ok(serde_json::from_slice(bytes)?)
}

/// The digest, then the content.
fn check(table: &Table, bytes: &[u8]) -> Vec<LoadError> {
    let mut findings = Vec::new();
    let found = digest_of(bytes);
    if found != table.digest {
        findings.push(LoadError::Digest { stated: table.digest.clone(), found });
    }
    findings.extend(validate::findings(table));
    findings
}

//! From bytes to a table that can be trusted.

use std::path::Path;
use std::thread;

use serde::Deserialize;

use super::digest::digest_of;
use super::document::Table;
use super::error::LoadError;
use super::format::{FORMAT, Format};
use super::served::Served;
use super::validate;

/// From this size on (bytes) the digest is made on a thread of its own, beside the reading.
const LARGE: usize = 1 << 20;

/// The one member that every format has.
#[derive(Deserialize)]
struct Head {
    format: Format,
}

/// Reads a whole table and refuses what cannot be trusted: another major format, a missing member, a
/// digest that does not match, weights that do not sum to 1, a reference to nothing.
///
/// # Errors
/// The first thing found wrong, in that order.
pub fn parse(bytes: &[u8]) -> Result<Table, LoadError> {
    let table = read(bytes, |table: &Table| table.format)?;
    match check(&table, bytes).into_iter().next() {
        Some(finding) => Err(finding),
        None => Ok(table),
    }
}

/// Reads and checks the whole table in a file.
///
/// # Errors
/// As [`parse`], with the path.
pub fn load(path: impl AsRef<Path>) -> Result<Table, LoadError> {
    in_file(path.as_ref(), parse)
}

/// Everything that is wrong with a table's bytes; empty where [`parse`] takes them.
pub fn findings(bytes: &[u8]) -> Vec<LoadError> {
    match read(bytes, |table: &Table| table.format) {
        Ok(table) => check(&table, bytes),
        Err(error) => vec![error],
    }
}

/// Reads and checks what is served of a table: the same refusals in the same order, but for members that no choice
/// reads.
pub(crate) fn serve(bytes: &[u8]) -> Result<Served<'_>, LoadError> {
    let (found, served) = thread::scope(|scope| {
        let apart = (bytes.len() >= LARGE)
            .then(|| thread::Builder::new().spawn_scoped(scope, || digest_of(bytes)).ok())
            .flatten();
        let served = read(bytes, |served: &Served<'_>| served.format);
        (apart.and_then(|thread| thread.join().ok()).unwrap_or_else(|| digest_of(bytes)), served)
    });
    let served = served?;
    if found != served.digest {
        return Err(LoadError::Digest { stated: served.digest.into_owned(), found });
    }
    match validate::served_findings(&served).into_iter().next() {
        Some(finding) => Err(finding),
        None => Ok(served),
    }
}

/// Hands a file's bytes to a reader; what is wrong is said with the path.
pub(crate) fn in_file<T>(path: &Path, reader: impl Fn(&[u8]) -> Result<T, LoadError>) -> Result<T, LoadError> {
    let bytes = std::fs::read(path).map_err(|source| LoadError::Read { path: path.to_owned(), source })?;
    reader(&bytes).map_err(|source| LoadError::File { path: path.to_owned(), source: Box::new(source) })
}

/// The types only. Where they do not fit, the format is looked at first: a newer major may have other members.
fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8], format: impl Fn(&T) -> Format) -> Result<T, LoadError> {
    let read = serde_json::from_slice::<T>(bytes);
    let format = match &read {
        Ok(table) => Some(format(table)),
        Err(_) => serde_json::from_slice::<Head>(bytes).ok().map(|head| head.format),
    };
    match format {
        Some(Format { major, minor }) if major != FORMAT.major => Err(LoadError::Format { major, minor }),
        _ => Ok(read?),
    }
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

//! Reads every file of facts and compares its rows with the digest in its name.

use serde::Serialize;

use super::digest::set_digest;
use super::{Fact, Layout, SetDigest, StoreError, facts, parquet_file};

/// What a verification read and found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Files read.
    pub files: usize,
    /// Rows read.
    pub rows: usize,
    /// What is wrong, a sentence each.
    pub findings: Vec<String>,
}

/// Verifies all calls and outcomes.
///
/// # Errors
/// [`StoreError`] where a folder cannot be listed; a damaged file is a finding.
pub fn verify(layout: &Layout) -> Result<Verified, StoreError> {
    let mut verified = Verified::default();
    for fact in Fact::ALL {
        for found in facts::list(layout, fact)?.values() {
            for file in &found.files {
                verified.files += 1;
                match parquet_file::read(&file.path, None) {
                    Ok(batches) => {
                        verified.rows += batches.iter().map(arrow::array::RecordBatch::num_rows).sum::<usize>();
                        let digest = batches.iter().map(set_digest).fold(SetDigest::default(), std::ops::Add::add);
                        if digest != file.digest {
                            let path = file.path.display();
                            verified
                                .findings
                                .push(format!("{path} holds other rows than its name says; restore it from a copy"));
                        }
                    }
                    Err(error) => verified.findings.push(error.to_string()),
                }
            }
        }
    }
    Ok(verified)
}

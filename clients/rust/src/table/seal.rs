//! From a draft to the bytes of a table.

use super::canonical::canonical_text;
use super::digest::digest_of;
use super::document::{Draft, Table};
use super::error::LoadError;
use super::format::FORMAT;
use super::load::parse;
use super::number::round12;
use super::row::Row;

/// Why a draft cannot become a table.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// A number is not finite, so JSON cannot hold it.
    #[error("the table cannot be written: {0}; a build must not hand on infinite or undefined numbers")]
    Number(#[from] serde_json::Error),
    /// A reader would refuse the result.
    #[error("the table would be refused by its readers: {0}")]
    Refused(#[from] LoadError),
}

impl Draft {
    /// Gives the draft its version and parent, puts its rows in order, rounds its numbers, makes its
    /// digest, and reads the result back as any client would.
    ///
    /// Returns the table and its canonical bytes.
    ///
    /// # Errors
    /// A number that is not finite, or anything that [`parse`] refuses.
    pub fn seal(self, table_version: u64, parent: Option<String>) -> Result<(Table, Vec<u8>), SealError> {
        let mut table = Table {
            format: FORMAT,
            table_version,
            digest: String::new(),
            parent,
            restored_from: self.restored_from,
            created_as_of: self.created_as_of,
            expires_at: self.expires_at,
            generator: self.generator,
            inputs: self.inputs,
            settings: self.settings,
            models: self.models,
            policy: self.policy,
            frontier: self.frontier,
            segments: self.segments,
            assignments: self.assignments,
            evaluation: self.evaluation,
        };
        table.segments.sort_by(|a, b| a.key().cmp(&b.key()));
        table.segments.iter_mut().for_each(order_candidates);
        let mut value = serde_json::to_value(&table)?;
        value["digest"] = digest_of(canonical_text(value.clone()).as_bytes()).into();
        let bytes = canonical_text(value).into_bytes();
        Ok((parse(&bytes)?, bytes))
    }
}

/// By weight as it will be written, highest first; ties by the bytes of the model id.
fn order_candidates(row: &mut Row) {
    row.candidates.sort_by(|a, b| {
        round12(b.weight).total_cmp(&round12(a.weight)).then_with(|| a.model.as_bytes().cmp(b.model.as_bytes()))
    });
}

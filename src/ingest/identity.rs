//! A name for calls whose log gives them none.
//!
//! The name is the first 16 bytes, in hexadecimal, of
//!
//! ```text
//! SHA-256(adapter ‖ 0 ‖ raw record ‖ 0 ‖ ordinal as 8 bytes, little-endian ‖ index as 8 bytes, little-endian)
//! ```
//!
//! The ordinal counts identical records within their file, so that true repeats stay apart while a file that overlaps
//! another one adds nothing; the index tells the records apart that an adapter makes from one line.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

/// The hash of a raw record, still open for its ordinal and index.
#[derive(Clone, Debug)]
pub(super) struct RecordHash {
    state: Sha256,
    key: [u8; 16],
}

impl RecordHash {
    /// The hash of a record's bytes as the adapter sees them.
    pub(super) fn new(adapter: &str, record: &[u8]) -> Self {
        let state = Sha256::new().chain_update(adapter).chain_update([0]).chain_update(record).chain_update([0]);
        let mut key = [0; 16];
        key.copy_from_slice(&state.clone().finalize()[..16]);
        Self { state, key }
    }

    /// The name of the record's `index`-th call.
    pub(super) fn call_id(&self, ordinal: u64, index: u64) -> String {
        let digest =
            self.state.clone().chain_update(ordinal.to_le_bytes()).chain_update(index.to_le_bytes()).finalize();
        hexadecimal(&digest[..16])
    }
}

/// Counts identical records of one file by 16 bytes of their hash; the records themselves are not held.
#[derive(Debug, Default)]
pub(super) struct Repeats(HashMap<[u8; 16], u64>);

impl Repeats {
    /// How many records like this one came before it.
    pub(super) fn ordinal(&mut self, record: &RecordHash) -> u64 {
        let count = self.0.entry(record.key).or_default();
        *count += 1;
        *count - 1
    }
}

/// Bytes as lower-case hexadecimal.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
        .map(char::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_follows_its_formula() {
        let mut bytes = b"merit\0{}\0".to_vec();
        bytes.extend_from_slice(&2u64.to_le_bytes());
        bytes.extend_from_slice(&1u64.to_le_bytes());
        assert_eq!(RecordHash::new("merit", b"{}").call_id(2, 1), hexadecimal(&Sha256::digest(bytes)[..16]));
    }

    #[test]
    fn repeats_are_counted_from_nought() {
        let mut repeats = Repeats::default();
        let ordinals = ["a", "b", "a", "a"].map(|record| repeats.ordinal(&RecordHash::new("merit", record.as_bytes())));
        assert_eq!(ordinals, [0, 0, 1, 2]);
    }

    #[test]
    fn hexadecimal_keeps_leading_noughts() {
        assert_eq!(hexadecimal(&[0, 15, 255]), "000fff");
    }
}

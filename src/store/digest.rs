//! The digest of a set of rows: the same whatever their order and however they are split into files.
//!
//! Each row is hashed with SHA-256 over its columns (a tag byte, then for text the length as eight
//! little-endian bytes and the UTF-8, for numbers eight little-endian bytes); the digest of a set is the sum
//! of the hashes' first 16 bytes modulo 2^128 (the additive multiset hash of Clarke et al., 2003, here against
//! accident, not malice). So a day's digest is the sum of its files' digests, which stand in their names.

use std::fmt;
use std::ops::{Add, AddAssign};
use std::str::FromStr;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimestampMicrosecondType};
use sha2::{Digest as _, Sha256};

/// The additive digest of a set of rows; prints as 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetDigest(u128);

impl Add for SetDigest {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0))
    }
}

impl AddAssign for SetDigest {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl fmt::Display for SetDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for SetDigest {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(Self)
    }
}

/// The hash of every row of a batch of text, integer, number, boolean, timestamp and date columns.
///
/// # Panics
/// On a column of another type: the record definitions have none.
pub fn row_digests(batch: &RecordBatch) -> Vec<SetDigest> {
    let mut bytes: Vec<u8> = Vec::with_capacity(512);
    let digest = |row: usize| {
        bytes.clear();
        for column in batch.columns() {
            encode(column.as_ref(), row, &mut bytes);
        }
        let hash = Sha256::digest(&bytes);
        let first: [u8; 16] = hash[..16].try_into().expect("SHA-256 has 32 bytes");
        SetDigest(u128::from_be_bytes(first))
    };
    (0..batch.num_rows()).map(digest).collect()
}

/// The digest of all rows of a batch.
pub fn set_digest(batch: &RecordBatch) -> SetDigest {
    row_digests(batch).into_iter().fold(SetDigest::default(), Add::add)
}

fn encode(column: &dyn Array, row: usize, bytes: &mut Vec<u8>) {
    if column.is_null(row) {
        bytes.push(0);
        return;
    }
    match column.data_type() {
        DataType::Utf8 => encode_text(column.as_string::<i32>().value(row), bytes),
        DataType::Utf8View => encode_text(column.as_string_view().value(row), bytes),
        DataType::Int64 => {
            bytes.push(2);
            bytes.extend_from_slice(&column.as_primitive::<Int64Type>().value(row).to_le_bytes());
        }
        DataType::Float64 => {
            bytes.push(3);
            bytes.extend_from_slice(&column.as_primitive::<Float64Type>().value(row).to_le_bytes());
        }
        DataType::Boolean => bytes.extend_from_slice(&[4, u8::from(column.as_boolean().value(row))]),
        DataType::Timestamp(..) => {
            bytes.push(5);
            bytes.extend_from_slice(&column.as_primitive::<TimestampMicrosecondType>().value(row).to_le_bytes());
        }
        DataType::Date32 => {
            bytes.push(6);
            bytes.extend_from_slice(&column.as_primitive::<Date32Type>().value(row).to_le_bytes());
        }
        other => panic!("a record has no column of type {other}"),
    }
}

fn encode_text(text: &str, bytes: &mut Vec<u8>) {
    bytes.push(1);
    bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Call, CallColumns};

    fn batch(ids: &[&str]) -> RecordBatch {
        let mut columns = CallColumns::default();
        for (n, id) in ids.iter().enumerate() {
            let score = (n % 2 == 0).then_some(1.5);
            columns.push(&Call { call_id: Some((*id).into()), success: Some(true), score, ..Call::default() });
        }
        columns.finish()
    }

    #[test]
    fn order_and_split_do_not_matter_but_rows_do() {
        let whole = set_digest(&batch(&["a", "b", "c"]));
        assert_ne!(whole, set_digest(&batch(&["a", "b", "d"])));
        let batches = [batch(&["a", "b", "c"]).slice(2, 1), batch(&["a", "b", "c"]).slice(0, 2)];
        assert_eq!(whole, set_digest(&batches[0]) + set_digest(&batches[1]));
        assert_eq!(whole.to_string().parse::<SetDigest>().expect("hexadecimal"), whole);
    }

    #[test]
    fn a_repeated_row_counts() {
        let once = set_digest(&batch(&["a"]));
        assert_ne!(once, set_digest(&batch(&["a"])) + once);
    }
}

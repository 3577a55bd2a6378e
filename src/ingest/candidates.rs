//! Records read but not yet checked: what every reader ends in.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringBuilder};

use super::identity::{RecordHash, Repeats};
use super::record_kind::RecordKind;
use super::validate::{Checked, check};

/// Where in its chunk a record comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// The raw row, counted in its chunk.
    pub(super) row: usize,
    /// Which of the records made from that row this is, from 0.
    pub(super) index: u64,
}

/// Records of one kind in nullable columns, in the record's order of fields.
#[derive(Debug)]
pub(super) struct Candidates {
    pub(super) kind: RecordKind,
    pub(super) batch: RecordBatch,
    /// Where each record comes from; records of one raw row stand together.
    pub(super) origins: Vec<Origin>,
    /// What is already known to be wrong with each.
    pub(super) faults: Vec<Option<String>>,
    /// The hash of the raw row of every call without a name.
    pub(super) hashes: Vec<Option<RecordHash>>,
}

/// Records ready to be stored, and the raw rows that gave none, with the reason.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) kind: RecordKind,
    pub(super) batch: RecordBatch,
    pub(super) faults: Vec<(usize, String)>,
}

impl Candidates {
    /// How many records there are.
    pub(super) fn len(&self) -> usize {
        self.origins.len()
    }

    /// The ordinal, among identical raw rows of the file, of every call without a name; to be asked in file order.
    pub(super) fn ordinals(&self, repeats: &mut Repeats) -> Vec<u64> {
        let mut ordinals = Vec::with_capacity(self.hashes.len());
        let mut last: Option<(usize, u64)> = None;
        for (origin, hash) in self.origins.iter().zip(&self.hashes) {
            let ordinal = match (hash, last) {
                (None, _) => 0,
                (Some(_), Some((row, ordinal))) if row == origin.row => ordinal,
                (Some(hash), _) => {
                    let ordinal = repeats.ordinal(hash);
                    last = Some((origin.row, ordinal));
                    ordinal
                }
            };
            ordinals.push(ordinal);
        }
        ordinals
    }

    /// Names the calls without a name, checks all records, and fills in what every stored one has.
    pub(super) fn finish(self, ordinals: &[u64], now: i64) -> Finished {
        let batch = if self.hashes.iter().any(Option::is_some) { self.named(ordinals) } else { self.batch };
        let Checked { batch, faults } = check(self.kind, &batch, now, self.faults);
        let faults = faults.into_iter().map(|(record, fault)| (self.origins[record].row, fault)).collect();
        Finished { kind: self.kind, batch, faults }
    }

    /// The batch with a derived `call_id` where there was none.
    fn named(&self, ordinals: &[u64]) -> RecordBatch {
        let position = self.batch.schema().index_of("call_id").expect("every record has a call_id field");
        let given = self.batch.column(position).as_string::<i32>();
        let mut builder = StringBuilder::with_capacity(given.len(), 32 * given.len());
        for (record, hash) in self.hashes.iter().enumerate() {
            match hash {
                Some(hash) => builder.append_value(hash.call_id(ordinals[record], self.origins[record].index)),
                None => builder.append_option(given.is_valid(record).then(|| given.value(record))),
            }
        }
        let mut columns: Vec<ArrayRef> = self.batch.columns().to_vec();
        columns[position] = Arc::new(builder.finish());
        RecordBatch::try_new(self.batch.schema(), columns).expect("only the names changed")
    }
}

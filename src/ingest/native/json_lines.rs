//! JSON lines of merit's own records: the fast path. Rows are parsed in parallel into columns, without a copy where a
//! text has no escapes.

use rayon::prelude::*;

use super::record::{self, Record};
use crate::call::{CallColumns, OutcomeColumns};
use crate::ingest::candidates::{Candidates, Origin};
use crate::ingest::identity::RecordHash;
use crate::ingest::privacy::PrivateFields;
use crate::ingest::record_kind::RecordKind;
use crate::ingest::source::{Chunk, Row};

/// How many rows one task parses.
const PIECE: usize = 2048;

/// Some rows parsed.
#[derive(Debug)]
pub(in crate::ingest) struct Parsed {
    pub(in crate::ingest) calls: Candidates,
    pub(in crate::ingest) outcomes: Candidates,
    /// Rows that are no records, by their number in the chunk.
    pub(in crate::ingest) faults: Vec<(usize, String)>,
}

/// Parses the rows of a chunk, in order.
pub(in crate::ingest) fn parse_chunk(chunk: &Chunk, adapter: &str, private: &PrivateFields) -> Vec<Parsed> {
    let pieces = chunk.rows.par_chunks(PIECE).enumerate();
    pieces.map(|(piece, rows)| parse_piece(chunk, piece * PIECE, rows, adapter, private)).collect()
}

fn parse_piece(chunk: &Chunk, first: usize, rows: &[Row], adapter: &str, private: &PrivateFields) -> Parsed {
    let (mut calls, mut outcomes) = (CallColumns::default(), OutcomeColumns::default());
    let (mut call_origins, mut outcome_origins) = (Vec::new(), Vec::new());
    let (mut hashes, mut faults) = (Vec::new(), Vec::new());
    for (row, place) in (first..).zip(rows) {
        let raw = chunk.raw(place);
        match utf8(raw).and_then(|line| record::parse(line, private)) {
            Ok(Record::Call(call)) => {
                hashes.push(call.call_id.is_none().then(|| RecordHash::new(adapter, raw)));
                calls.push(&call);
                call_origins.push(Origin { row, index: 0 });
            }
            Ok(Record::Outcome(outcome)) => {
                outcomes.push(&outcome);
                outcome_origins.push(Origin { row, index: 0 });
            }
            Err(fault) => faults.push((row, fault)),
        }
    }
    Parsed {
        calls: Candidates {
            kind: RecordKind::Call,
            batch: calls.finish(),
            faults: vec![None; call_origins.len()],
            origins: call_origins,
            hashes,
        },
        outcomes: Candidates {
            kind: RecordKind::Outcome,
            batch: outcomes.finish(),
            faults: vec![None; outcome_origins.len()],
            hashes: vec![None; outcome_origins.len()],
            origins: outcome_origins,
        },
        faults,
    }
}

/// A row as text.
///
/// # Errors
/// A sentence that names the first bad byte.
pub(in crate::ingest) fn utf8(raw: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(raw).map_err(|error| format!("not valid UTF-8 at byte {} of the row", error.valid_up_to() + 1))
}

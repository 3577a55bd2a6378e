//! The sink of an intake: records into the spool, bad rows into their waiting files.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;

use super::quarantined::Waiting;
use crate::ingest::{QuarantinedRow, Sink, SinkError};
use crate::store::{Fact, Layout, Source, Spool, StoreError};

/// Reasons that are told apart; beyond that they are counted together.
const REASONS: usize = 1000;

/// Reasons that are reported.
const REPORTED: usize = 5;

/// Takes what the reader hands over, by file.
pub(super) struct SpoolSink {
    spool: Spool,
    quarantine: Waiting,
    reasons: BTreeMap<String, u64>,
    source: Source,
}

impl SpoolSink {
    pub(super) fn new(layout: &Layout) -> Result<Self, StoreError> {
        let spool = Spool::new(layout)?;
        Ok(Self { spool, quarantine: Waiting::new(layout), reasons: BTreeMap::new(), source: 0 })
    }

    /// What comes from now on is of this file.
    pub(super) fn begin(&mut self, source: Source) {
        self.source = source;
    }

    /// Drops what came of a file.
    pub(super) fn forget(&mut self, source: Source) {
        self.spool.forget(source);
        self.quarantine.forget(source);
    }

    /// The most frequent reasons, most frequent first.
    pub(super) fn reasons(&self) -> Vec<(String, u64)> {
        let mut reasons: Vec<(String, u64)> = self.reasons.clone().into_iter().collect();
        reasons.sort_by(|one, two| two.1.cmp(&one.1).then_with(|| one.0.cmp(&two.0)));
        reasons.truncate(REPORTED);
        reasons
    }

    pub(super) fn finish(mut self) -> Result<(Spool, Waiting), StoreError> {
        self.quarantine.flush()?;
        Ok((self.spool, self.quarantine))
    }
}

impl Sink for SpoolSink {
    fn calls(&mut self, batch: RecordBatch) -> Result<(), SinkError> {
        Ok(self.spool.add(self.source, Fact::Calls, &batch)?)
    }

    fn outcomes(&mut self, batch: RecordBatch) -> Result<(), SinkError> {
        Ok(self.spool.add(self.source, Fact::Outcomes, &batch)?)
    }

    fn quarantine(&mut self, rows: &[QuarantinedRow]) -> Result<(), SinkError> {
        for row in rows {
            let known = self.reasons.contains_key(&row.reason) || self.reasons.len() < REASONS;
            let reason = if known { row.reason.as_str() } else { "other reasons" };
            *self.reasons.entry(reason.to_string()).or_default() += 1;
        }
        Ok(self.quarantine.add(self.source, rows)?)
    }
}

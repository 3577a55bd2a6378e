//! Rows that stand in for a table's own.
//!
//! In chunks that copies share, so that exchanging one row of a thousand copies one chunk and not a thousand rows.

use std::sync::Arc;

use super::seats::Seats;

/// Rows in a chunk.
const LENGTH: usize = 64;

type Chunk = Box<[Option<Arc<Seats>>]>;

/// For some positions of a table's rows, other rows.
#[derive(Clone, Debug)]
pub(crate) struct Overlay {
    chunks: Box<[Option<Arc<Chunk>>]>,
}

impl Overlay {
    /// Over so many rows, none of which is replaced.
    pub(crate) fn over(rows: usize) -> Self {
        Self { chunks: vec![None; rows.div_ceil(LENGTH)].into() }
    }

    /// The row that stands in for the one at a position.
    #[inline]
    pub(crate) fn get(&self, position: usize) -> Option<&Seats> {
        self.chunks[position / LENGTH].as_ref()?[position % LENGTH].as_deref()
    }

    /// Has a row stand in at a position, or none.
    pub(crate) fn set(&mut self, position: usize, seats: Option<Seats>) {
        let chunk = self.chunks[position / LENGTH].get_or_insert_with(|| Arc::new(vec![None; LENGTH].into()));
        Arc::make_mut(chunk)[position % LENGTH] = seats.map(Arc::new);
    }
}

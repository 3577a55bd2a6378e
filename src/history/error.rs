//! What is wrong with a history.

/// A history that cannot be true.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// A cell names an arm, a source or a judge that the history does not list.
    #[error("cell {cell} of the history names {what} {place}, which is not listed")]
    Unknown {
        /// Which cell, counted from 0.
        cell: usize,
        /// Arm, source or judge.
        what: &'static str,
        /// The index it names.
        place: u32,
    },
    /// A cell holds sums that no calls can have.
    #[error("cell {cell} of the history (day {day}) holds sums that no calls can have")]
    Impossible {
        /// Which cell, counted from 0.
        cell: usize,
        /// Its day, days since 1970.
        day: i32,
    },
}

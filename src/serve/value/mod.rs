//! Values of the engine as PostgreSQL's: the [`Kind`] of a column, and its [`Cells`] as text or in binary.

mod cells;
mod kind;
mod numeric;

pub(super) use cells::Cells;
pub(super) use kind::Kind;

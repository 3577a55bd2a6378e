//! From a journal to merit's call records, and to the inbox.

mod deliver;
mod line;

pub use deliver::Delivered;
pub(crate) use deliver::deliver;
pub(crate) use line::{judged, lines};

//! Whether, and after which pause, a call is made again.

mod backoff;
mod patience;

pub(crate) use patience::Next;
pub use patience::Patience;

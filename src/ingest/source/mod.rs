//! Files into rows: what a file is, its bytes unpacked and digested, cut into chunks of whole rows.

mod chunk;
mod digest;
mod format;
mod framing;
mod opened;

pub(super) use chunk::{Chunk, Chunks, Row};
pub(super) use digest::{DigestReader, Passed};
pub(super) use format::Format;
pub(super) use framing::Framing;
pub(super) use opened::{Content, open};

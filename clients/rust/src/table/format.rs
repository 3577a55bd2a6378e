//! The format's own version: what a reader may trust itself to understand.

use serde::{Deserialize, Serialize};

/// The format this crate writes and reads.
pub const FORMAT: Format = Format { major: 1, minor: 0 };

/// A format version. A new minor adds members that an older reader ignores; a new major changes
/// what a member means, so an older reader refuses it and keeps its last good table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Format {
    /// Readers of another major refuse the table.
    pub major: u32,
    /// Readers of an older minor ignore what they do not know.
    pub minor: u32,
}

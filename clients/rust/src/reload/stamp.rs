//! By what a file is known to be unchanged without reading it.

use std::fs::Metadata;
use std::time::{Duration, SystemTime};

/// Clocks of file systems tick in steps, on some in whole seconds or two: a file that was modified so shortly before
/// it was looked at may change again without a new modification time.
const TICK: Duration = Duration::from_secs(2);

/// Size, modification time and inode of a file that was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    size: u64,
    modified: SystemTime,
    inode: u64,
}

impl Stamp {
    /// The stamp of a file looked at now; None where it would not tell a later change, so that the file is to be read
    /// again.
    pub(super) fn of(metadata: &Metadata, now: SystemTime) -> Option<Self> {
        let modified = metadata.modified().ok()?;
        let settled = now.duration_since(modified).is_ok_and(|age| age > TICK);
        settled.then(|| Self { size: metadata.len(), modified, inode: inode(metadata) })
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_trusted_when_the_clock_has_surely_ticked() {
        let metadata = std::fs::metadata(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).expect("this crate's own");
        let modified = metadata.modified().expect("a time");
        let after = |seconds| Stamp::of(&metadata, modified + Duration::from_secs(seconds));
        assert_eq!([after(0), after(2)], [None, None]);
        assert!(after(3).is_some_and(|stamp| stamp.size == metadata.len()));
        assert_eq!(Stamp::of(&metadata, modified - Duration::from_secs(60)), None, "a clock that went back");
    }
}

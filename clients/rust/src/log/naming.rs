//! Names of files: `calls-<UTC>-<8 random hex>.jsonl`, with `.open` behind it for as long as somebody writes.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::error::LogError;
use super::timestamp::Timestamp;

/// A new name for a file that is begun at an instant.
pub(super) fn open_path(folder: &Path, now: SystemTime) -> Result<PathBuf, LogError> {
    Ok(folder.join(format!("calls-{:#}-{}.jsonl.open", Timestamp(now), random_hex::<4>()?)))
}

/// Whether a file of this name is one of a call log that somebody writes, or left behind. Others may have `.open` files
/// of their own in the folder.
pub(super) fn is_open(name: &str) -> bool {
    name.starts_with("calls-") && name.ends_with(".jsonl.open")
}

/// The final name of a file; one with a number where that is taken, since a rename overwrites.
pub(super) fn finished_path(open: &Path) -> PathBuf {
    let finished = open.with_extension("");
    let stem = finished.with_extension("");
    let numbered = |number: u32| {
        let mut name = stem.clone().into_os_string();
        name.push(format!("-{number}.jsonl"));
        PathBuf::from(name)
    };
    // What cannot even be looked at is left to the rename, which says why.
    let taken = |path: &PathBuf| path.symlink_metadata().is_ok();
    std::iter::once(finished.clone()).chain((2..).map(numbered)).find(|path| !taken(path)).unwrap_or(finished)
}

/// Random bytes in hex, two digits each.
pub(super) fn random_hex<const BYTES: usize>() -> Result<String, LogError> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| LogError::Random(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn names_tell_when_and_are_recognised() {
        let path = open_path(Path::new("logs"), UNIX_EPOCH + Duration::from_secs(1_795_437_296)).expect("random bytes");
        let name = path.file_name().and_then(|name| name.to_str()).expect("plain text");
        assert!(is_open(name), "{name}");
        let middle = name.strip_prefix("calls-20261123T123456-").and_then(|name| name.strip_suffix(".jsonl.open"));
        let random = middle.expect("the documented form");
        assert!(random.len() == 8 && random.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
        assert_eq!(finished_path(&path).to_str(), path.to_str().and_then(|path| path.strip_suffix(".open")));
        for other in ["calls-x.jsonl", "download.jsonl.open", "calls-x.open", ".calls-x.jsonl.open"] {
            assert!(!is_open(other), "{other}");
        }
    }
}

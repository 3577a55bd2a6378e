//! The real data that tests read where it is present; see [`path`].

use std::path::{Path, PathBuf};

/// A file of the shared data: below `MERIT_SHARED_DATA`, or beside the project. Where it is absent the test is to end
/// early, and that is said aloud; with `MERIT_NO_SKIP=1` it fails instead.
pub(crate) fn path(relative: &str) -> Option<PathBuf> {
    let root = std::env::var_os("MERIT_SHARED_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = root.join(relative);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var("MERIT_NO_SKIP").as_deref() != Ok("1"), "{} is absent; set MERIT_SHARED_DATA", path.display());
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    {
        eprintln!("skipped: {} is absent", path.display());
    }
    None
}

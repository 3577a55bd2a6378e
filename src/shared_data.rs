<<<<<<< HEAD
//! Where the real, published data is that some tests read; it is not part of the project.

use std::path::PathBuf;

/// The path of a shared file, or `None`, said aloud, where the shared data is absent.
///
/// It is looked for at `MERIT_SHARED_DATA`, else beside the checkout; with `MERIT_NO_SKIP=1` its
/// absence is a failure.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn path(relative: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data");
    let root = std::env::var_os("MERIT_SHARED_DATA").map_or_else(|| PathBuf::from(beside), PathBuf::from);
=======
//! The real data that tests read where it is present; see [`path`].

use std::path::{Path, PathBuf};

/// A file of the shared data: below `MERIT_SHARED_DATA`, or beside the project. Where it is absent the test is to end
/// early, and that is said aloud; with `MERIT_NO_SKIP=1` it fails instead.
pub(crate) fn path(relative: &str) -> Option<PathBuf> {
    let root = std::env::var_os("MERIT_SHARED_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
>>>>>>> 9e91f0c5363b2866ef53babe9c02456b9f2ba909
    let path = root.join(relative);
    if path.exists() {
        return Some(path);
    }
<<<<<<< HEAD
    let required = std::env::var_os("MERIT_NO_SKIP").is_some_and(|value| value == "1");
    assert!(!required, "{} is not there, and MERIT_NO_SKIP=1 forbids skipping", path.display());
    eprintln!("skipped: ../shared/data is not there ({relative})");
=======
    assert!(std::env::var("MERIT_NO_SKIP").as_deref() != Ok("1"), "{} is absent; set MERIT_SHARED_DATA", path.display());
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    {
        eprintln!("skipped: {} is absent", path.display());
    }
>>>>>>> 9e91f0c5363b2866ef53babe9c02456b9f2ba909
    None
}

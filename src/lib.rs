//! merit turns the logs of language-model calls into routing decisions.
//!
//! The data's way: raw logs → [`store`] (calls as Parquet) → rollups → marts → policy → table → route.

pub mod call;
pub mod day;
pub mod prices;
pub mod segment;
pub mod store;

/// Where the real, published data is that some tests read; it is not part of the project.
#[cfg(test)]
pub(crate) mod shared_data {
    use std::path::PathBuf;

    /// The path of a shared file, or `None`, said aloud, where the shared data is absent.
    ///
    /// It is looked for at `MERIT_SHARED_DATA`, else beside the checkout; with `MERIT_NO_SKIP=1` its
    /// absence is a failure.
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    pub(crate) fn path(relative: &str) -> Option<PathBuf> {
        let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data");
        let root = std::env::var_os("MERIT_SHARED_DATA").map_or_else(|| PathBuf::from(beside), PathBuf::from);
        let path = root.join(relative);
        if path.exists() {
            return Some(path);
        }
        let required = std::env::var_os("MERIT_NO_SKIP").is_some_and(|value| value == "1");
        assert!(!required, "{} is not there, and MERIT_NO_SKIP=1 forbids skipping", path.display());
        eprintln!("skipped: ../shared/data is not there ({relative})");
        None
    }
}

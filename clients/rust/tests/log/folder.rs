//! Folders of logs that clean up after themselves, and what stands in them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use merit_router::{LogSettings, Router};
use serde_json::{Map, Value};

/// A folder for one test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// An empty one; the name tells the test.
    pub(crate) fn new(name: &str) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("log-{name}-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The paths of the files whose names end so, sorted.
    pub(crate) fn files(&self, ending: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.0).expect("listable");
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.retain(|path| path.to_str().is_some_and(|path| path.ends_with(ending)));
        paths.sort();
        paths
    }

    /// The records of the finished files. Panics where a line is not whole.
    pub(crate) fn records(&self) -> Vec<Map<String, Value>> {
        self.files(".jsonl").iter().flat_map(|path| records(path)).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.0);
    }
}

/// The records of a file. Panics where a line is not whole.
pub(crate) fn records(path: &Path) -> Vec<Map<String, Value>> {
    let text = fs::read_to_string(path).expect("UTF-8");
    assert!(text.ends_with('\n'), "{} ends in a torn line", path.display());
    let line = |(number, line): (usize, &str)| {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{}, line {number}: {error}", path.display()))
    };
    text.lines().enumerate().map(line).collect()
}

/// Checks that the records of each thread stand in the order in which it recorded them, each once: their task ids are
/// `thread-number`.
pub(crate) fn assert_in_order(records: &[Map<String, Value>], threads: usize) {
    for thread in 0..threads {
        let prefix = format!("{thread}-");
        let ids = records.iter().filter_map(|record| record["task_id"].as_str()?.strip_prefix(&prefix));
        let numbers: Vec<u64> = ids.map(|number| number.parse().expect("a number")).collect();
        let swapped = numbers.windows(2).find(|pair| pair[0] >= pair[1]);
        assert_eq!(swapped, None, "thread {thread}");
    }
}

/// 2026-11-23T12:34:56Z.
pub(crate) const NOON: Duration = Duration::from_secs(1_795_437_296);

/// A clock that tests set.
#[derive(Clone)]
pub(crate) struct Clock(Arc<Mutex<SystemTime>>);

impl Clock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(UNIX_EPOCH + NOON)))
    }

    pub(crate) fn set(&self, since_noon: Duration) {
        *self.0.lock().expect("no test panics in it") = UNIX_EPOCH + NOON + since_noon;
    }

    pub(crate) fn put_back(&self, by: Duration) {
        *self.0.lock().expect("no test panics in it") -= by;
    }

    pub(crate) fn settings(&self) -> LogSettings {
        let clock = Arc::clone(&self.0);
        LogSettings { clock: Arc::new(move || *clock.lock().expect("no test panics in it")), ..LogSettings::default() }
    }
}

/// The router of the golden table `plain`.
pub(crate) fn router() -> Router {
    Router::load(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/tables/plain.json")).expect("a golden table")
}

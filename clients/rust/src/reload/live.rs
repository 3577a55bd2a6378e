//! A router that follows its file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::error::ReloadError;
use super::followed::Followed;
use super::watcher::Watcher;
use crate::router::Router;

/// The router over the table in a file, exchanged when a new table is published there. Share it between threads.
///
/// ```
/// use merit_router::{LiveRouter, Request};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/tables/plain.json");
/// let live = LiveRouter::watch(path, LiveRouter::INTERVAL)?;
/// let router = live.current(); // this table until the task is done
/// let request = Request::new("executor", "debugging", "advanced");
/// println!("call {}", router.choose(&request)?.name);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct LiveRouter {
    followed: Arc<Followed>,
    /// Stops its thread when it is dropped.
    _watcher: Option<Watcher>,
}

impl LiveRouter {
    /// How often a background thread looks at the file, unless told otherwise.
    pub const INTERVAL: Duration = Duration::from_secs(5);

    /// Loads the table in a file. It changes when [`refresh`](Self::refresh) is called.
    ///
    /// # Errors
    /// The table cannot be loaded; there is none yet to go on with.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, ReloadError> {
        Ok(Self { followed: Arc::new(Followed::open(path.into())?), _watcher: None })
    }

    /// Loads the table in a file, and has a background thread refresh it at an interval until this is dropped.
    ///
    /// # Errors
    /// As [`open`](Self::open); no thread can be started.
    pub fn watch(path: impl Into<PathBuf>, interval: Duration) -> Result<Self, ReloadError> {
        let live = Self::open(path)?;
        let followed = Arc::clone(&live.followed);
        // What is refused stays to be read in last_error().
        let watcher = Watcher::start(interval, move || drop(followed.refresh()))
            .map_err(|source| ReloadError::Thread { path: live.path().to_owned(), source })?;
        Ok(Self { _watcher: Some(watcher), ..live })
    }

    /// The router over the last good table. It stays as it is while it is held.
    pub fn current(&self) -> Arc<Router> {
        self.followed.current()
    }

    /// Looks whether the file changed. True: a new table is served from now on; false: the file holds what is served.
    ///
    /// # Errors
    /// What is in the file is refused; the old table goes on serving.
    pub fn refresh(&self) -> Result<bool, Arc<ReloadError>> {
        self.followed.refresh()
    }

    /// Why the file's table was refused when it was last looked at; None where it is served.
    pub fn last_error(&self) -> Option<Arc<ReloadError>> {
        self.followed.refused()
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.followed.path()
    }
}

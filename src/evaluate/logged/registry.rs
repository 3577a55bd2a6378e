//! The tables that made the draws.

use std::collections::BTreeMap;
use std::path::Path;

use merit_router::Router;

use crate::table;

/// The versions that draws name, read once each; a version that is gone or damaged is known to be unknown.
#[derive(Debug, Default)]
pub struct Registry {
    versions: BTreeMap<i64, Option<Router>>,
}

impl Registry {
    /// The published versions in a folder that these draws name.
    pub fn read(folder: &Path, versions: impl IntoIterator<Item = i64>) -> Self {
        let mut registry = Self::default();
        for version in versions {
            registry.versions.entry(version).or_insert_with(|| {
                let stored = table::read(folder, u64::try_from(version).ok()?).ok()?;
                Router::new(&stored.table).ok()
            });
        }
        registry
    }

    /// Adds a table under its own version.
    pub fn add(&mut self, router: Router) {
        self.versions.insert(router.table_version() as i64, Some(router));
    }

    /// A version, where it is known.
    pub fn get(&self, version: i64) -> Option<&Router> {
        self.versions.get(&version)?.as_ref()
    }

    /// Those that are known.
    pub fn routers(&self) -> impl Iterator<Item = &Router> {
        self.versions.values().flatten()
    }
}

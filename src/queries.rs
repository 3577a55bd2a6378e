//! The SQL of merit: embedded in the program, replaced file by file from a folder where the settings name one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/queries");

/// One SQL file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryFile {
    /// Its path below the queries folder, as in `marts/costs.sql`.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The file that replaced the embedded one, or that only the folder has.
    pub overridden_by: Option<PathBuf>,
}

/// A folder of queries that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum QueriesError {
    /// The folder named in the settings is not there.
    #[error("the folder of queries {} is not there; create it, or remove the key \"queries\" from merit.toml", .0.display())]
    Missing(PathBuf),
    /// A file cannot be read.
    #[error("cannot read the query {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// All queries by their path below the folder, the overriding ones in place.
///
/// # Errors
/// [`QueriesError`] where the named folder or a file in it cannot be read.
pub fn load(folder: Option<&Path>) -> Result<BTreeMap<String, QueryFile>, QueriesError> {
    let mut queries = BTreeMap::new();
    embedded(&EMBEDDED, &mut queries);
    if let Some(folder) = folder {
        if !folder.is_dir() {
            return Err(QueriesError::Missing(folder.into()));
        }
        overriding(folder, folder, &mut queries)?;
    }
    Ok(queries)
}

/// The embedded text of a query.
pub(crate) fn embedded_text(path: &str) -> Option<&'static str> {
    EMBEDDED.get_file(path).and_then(|file| file.contents_utf8())
}

fn embedded(folder: &Dir<'_>, queries: &mut BTreeMap<String, QueryFile>) {
    for file in folder.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        if let (true, Some(text)) = (path.ends_with(".sql"), file.contents_utf8()) {
            queries.insert(path.clone(), QueryFile { path, text: text.into(), overridden_by: None });
        }
    }
    folder.dirs().for_each(|inner| embedded(inner, queries));
}

fn overriding(root: &Path, folder: &Path, queries: &mut BTreeMap<String, QueryFile>) -> Result<(), QueriesError> {
    let unreadable = |path: &Path| {
        let path = path.to_path_buf();
        move |source| QueriesError::Unreadable { path, source }
    };
    for entry in std::fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        if path.is_dir() {
            overriding(root, &path, queries)?;
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            let text = std::fs::read_to_string(&path).map_err(unreadable(&path))?;
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            queries.insert(name.clone(), QueryFile { path: name, text, overridden_by: Some(path) });
        }
    }
    Ok(())
}

//! The adapters among merit's queries: the files below `adapters/`.

use std::collections::BTreeMap;

use crate::queries::QueryFile;

/// Every adapter with the files of its variants (name and SQL), in order of name.
pub(super) fn adapters(queries: &BTreeMap<String, QueryFile>) -> BTreeMap<String, Vec<(String, String)>> {
    let mut adapters: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (path, query) in queries {
        let file = path.strip_prefix("adapters/").filter(|file| !file.contains('/'));
        if let Some((file, stem)) = file.and_then(|file| Some((file, file.strip_suffix(".sql")?))) {
            let adapter = stem.split('.').next().unwrap_or(stem).to_owned();
            adapters.entry(adapter).or_default().push((file.to_owned(), query.text.clone()));
        }
    }
    adapters
}

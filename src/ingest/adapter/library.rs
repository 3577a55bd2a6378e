//! The adapters that travel inside the program.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

static ADAPTERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/queries/adapters");

/// Every built-in adapter with the files of its variants (name and SQL), in order of name.
pub(super) fn builtin() -> BTreeMap<String, Vec<(String, String)>> {
    let mut adapters: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for file in ADAPTERS.files() {
        let name = file.path().to_string_lossy().into_owned();
        if let (Some(stem), Some(sql)) = (name.strip_suffix(".sql"), file.contents_utf8()) {
            let adapter = stem.split('.').next().unwrap_or(stem).to_owned();
            adapters.entry(adapter).or_default().push((name, sql.to_owned()));
        }
    }
    adapters.values_mut().for_each(|variants| variants.sort());
    adapters
}

//! `[bench]`: which models the benchmark suite runs.

use merit_backends::BackendSettings;
use serde::{Deserialize, Serialize};

/// `[bench]`: which models the benchmark suite runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bench {
    /// The backends by name: whom to call, and with which models.
    pub backends: Vec<BackendSettings>,
}

impl Bench {
    /// The backends of these names, as they are set; a well-known name needs no setting.
    pub fn named(&self, names: &[String]) -> Vec<BackendSettings> {
        let set = |name: &String| self.backends.iter().find(|backend| backend.name == *name).cloned();
        names.iter().map(|name| set(name).unwrap_or_else(|| BackendSettings::named(name))).collect()
    }
}

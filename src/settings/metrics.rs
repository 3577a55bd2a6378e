//! `[metrics]`: where metrics are written.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// `[metrics]`: where metrics are written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// The file of metrics, such as one in the folder of node_exporter's textfile collector; none: `merit.prom` beside
    /// the copies of the report.
    pub textfile: Option<PathBuf>,
}

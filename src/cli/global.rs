//! The flags that every command takes.

use std::path::{Path, PathBuf};

use clap::Args;

/// Where things lie, and how much is said.
#[derive(Clone, Debug, Args)]
pub(super) struct Global {
    /// The data folder
    #[arg(long, global = true, default_value = "data", value_name = "DIR")]
    pub(super) data: PathBuf,
    /// The settings file [default: merit.toml, where there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// A price list in place of the embedded one
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) prices: Option<PathBuf>,
    /// A list of model aliases in place of the embedded one
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) models: Option<PathBuf>,
    /// Where copies of the report go [default: reports for ./data, else DIR/reports]
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) reports: Option<PathBuf>,
    /// Write what happens to stderr, as error, warn, info, debug or trace
    #[arg(long, global = true, value_name = "LEVEL")]
    pub(super) log: Option<tracing::level_filters::LevelFilter>,
    /// No progress and no summary
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
    /// Threads [default: all cores]
    #[arg(long, global = true, value_name = "N")]
    pub(super) threads: Option<usize>,
    /// Wait for another merit that writes to the data folder
    #[arg(long, global = true)]
    pub(super) wait: bool,
}

impl Global {
    /// The folder of the report's copies.
    pub(super) fn reports_folder(&self) -> PathBuf {
        let beside = || match self.data == Path::new("data") || self.data == Path::new("./data") {
            true => PathBuf::from("reports"),
            false => self.data.join("reports"),
        };
        self.reports.clone().unwrap_or_else(beside)
    }
}

//! Where things lie below the data folder.

use std::path::{Path, PathBuf};

use crate::day::Day;

/// The two kinds of facts the store keeps by day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// Call records, by the day of the call.
    Calls,
    /// Outcome records, by the day of observation.
    Outcomes,
}

impl Fact {
    /// Both, in the order they are committed.
    pub const ALL: [Fact; 2] = [Fact::Calls, Fact::Outcomes];

    /// The folder's name.
    pub fn folder(self) -> &'static str {
        match self {
            Fact::Calls => "calls",
            Fact::Outcomes => "outcomes",
        }
    }
}

/// The data folder and the names in it.
#[derive(Clone, Debug)]
pub struct Layout {
    root: PathBuf,
}

impl Layout {
    /// A layout below `root`; nothing is created yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The data folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where raw logs are dropped.
    pub fn inbox(&self) -> PathBuf {
        self.root.join("inbox")
    }

    /// Where raw logs go once their rows are durable.
    pub fn inbox_done(&self) -> PathBuf {
        self.root.join("inbox/done")
    }

    /// The folder of one kind of facts.
    pub fn facts(&self, fact: Fact) -> PathBuf {
        self.root.join(fact.folder())
    }

    /// The folder of one day's facts.
    pub fn day(&self, fact: Fact, day: Day) -> PathBuf {
        self.facts(fact).join(format!("day={day}"))
    }

    /// Where files that a compaction replaced wait until no reader needs them.
    pub fn superseded(&self) -> PathBuf {
        self.root.join("superseded")
    }

    /// Where ingest spools before it commits.
    pub fn staging(&self) -> PathBuf {
        self.root.join("staging")
    }

    /// Rows that could not be taken.
    pub fn quarantine(&self) -> PathBuf {
        self.root.join("quarantine")
    }

    /// One rollup job's folder.
    pub fn rollup(&self, job: &str) -> PathBuf {
        self.root.join("rollups").join(job)
    }

    /// The outcomes sorted to the days of their calls.
    pub fn links(&self) -> PathBuf {
        self.root.join("rollups").join("outcome_links")
    }

    /// What the runs derived.
    pub fn runs(&self) -> PathBuf {
        self.root.join("runs")
    }

    /// The published tables.
    pub fn tables(&self) -> PathBuf {
        self.root.join("tables")
    }

    /// The advisory lock.
    pub fn lock(&self) -> PathBuf {
        self.root.join(".lock")
    }
}

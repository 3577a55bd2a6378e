//! Which calls a task takes.

use serde::{Deserialize, Serialize};

/// Which calls a task takes. The work itself is the project's role: an executor's, or triage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Workflow {
    /// The work.
    Simple,
    /// The work, then the judge.
    Reviewed,
    /// Triage, the work, then the judge. A project that is triage itself has no triage before it.
    Triaged,
}

impl Workflow {
    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Workflow::Simple => "simple",
            Workflow::Reviewed => "reviewed",
            Workflow::Triaged => "triaged",
        }
    }

    /// The workflow of a word.
    pub fn of_name(name: &str) -> Option<Self> {
        [Workflow::Simple, Workflow::Reviewed, Workflow::Triaged].into_iter().find(|workflow| workflow.name() == name)
    }

    /// Whether a judge is asked.
    pub fn has_judge(self) -> bool {
        self != Workflow::Simple
    }
}

//! A task and its steps.

use merit_grade::project::Role;
use serde::{Deserialize, Serialize};

use super::definition::{PlannedProject, Target};

/// What a call is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// What kind of work is it?
    Triage,
    /// The work.
    Work,
    /// How good is the work?
    Judge,
}

/// One call of a task; the number tells a judge's repeats apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Step {
    pub(crate) kind: Kind,
    pub(crate) number: u32,
}

impl Step {
    pub(crate) const TRIAGE: Step = Step { kind: Kind::Triage, number: 1 };
    pub(crate) const WORK: Step = Step { kind: Kind::Work, number: 1 };

    pub(crate) fn judge(number: u32) -> Self {
        Step { kind: Kind::Judge, number }
    }
}

/// One (project, model, repeat) of a plan.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Task<'a> {
    pub(crate) id: String,
    pub(crate) project: &'a PlannedProject,
    pub(crate) target: &'a Target,
    /// From 1.
    pub(crate) repeat: u32,
    /// In the order they are made.
    pub(crate) steps: Vec<Step>,
}

impl Task<'_> {
    /// The call record's role.
    pub(crate) fn role(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Triage => Role::Triage.name(),
            Kind::Work => self.project.role.name(),
            Kind::Judge => "judge",
        }
    }
}

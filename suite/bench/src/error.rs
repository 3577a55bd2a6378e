//! Why a run cannot begin, go on or be compared.

use std::io;
use std::path::PathBuf;

use crate::plan::PlanError;

/// What goes wrong with a run, a sentence each.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The plan cannot be carried out.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The file system refuses.
    #[error("cannot {what} {}: {source}", path.display())]
    File {
        /// What was tried.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A plan or a line of a journal that nobody here wrote.
    #[error("{}, line {line}: {problem}; repair it, or move the run's folder away and run anew", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// Another process has the run.
    #[error("the run {run} is being carried out by {holder}; wait for it, or end it")]
    Locked {
        /// The run.
        run: String,
        /// Who holds the lock.
        holder: String,
    },
    /// There is no such run.
    #[error("there is no run {run} in {}; known: {known}", path.display())]
    NoRun {
        /// What was asked for.
        run: String,
        /// Where runs are.
        path: PathBuf,
        /// Those that are there.
        known: String,
    },
    /// The run was begun with another plan.
    #[error("the run {run} was begun with another plan ({difference} differs); give the new plan a name of its own")]
    OtherPlan {
        /// The run.
        run: String,
        /// The first member that differs.
        difference: String,
    },
    /// A project is not in the suite, or has changed since.
    #[error("the run needs project {project} in version {version}; {problem}")]
    Project {
        /// The project.
        project: String,
        /// The planned version.
        version: u32,
        /// What is there instead, and what to do.
        problem: String,
    },
    /// No runner for a model.
    #[error(
        "no backend {backend} for provider {provider} is open, which {model} needs; configure it as it was, or plan anew"
    )]
    NoRunner {
        /// The backend's name.
        backend: String,
        /// The provider.
        provider: String,
        /// The model.
        model: String,
    },
    /// Projects that cannot be graded on this machine.
    #[error("cannot be graded here: {0}; or leave these projects out")]
    Missing(String),
    /// A cap on what nobody can price.
    #[error("max_spend cannot be kept: no price is known for {0}; list their prices, or run without the cap")]
    Unpriced(String),
    /// A cap that is no amount.
    #[error("max_spend = {0} is no amount of dollars; give a finite number of at least 0")]
    Cap(f64),
    /// A name that no result has.
    #[error("nothing is known of \"{name}\"; name a run, run:model, a model or model@provider, of: {known}")]
    NoResults {
        /// The name.
        name: String,
        /// Names that are known.
        known: String,
    },
}

impl BenchError {
    /// A refusal of the file system.
    pub(crate) fn file(what: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::File { what, path: path.into(), source }
    }
}

//! Why a replay is not possible.

use thiserror::Error;

use crate::policy::PolicyError;

/// Why a replay is not possible: what is wrong, where, and what to do.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ReplayError {
    /// Rows that are no task × model matrix.
    #[error("the tasks and models do not fit together: {problem}")]
    Matrix {
        /// What is wrong and where.
        problem: String,
    },
    /// An outcome that no runs can have.
    #[error("{model} on task {task}: {problem}; correct that row")]
    Outcome {
        /// The task.
        task: String,
        /// The model.
        model: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A setting out of its range.
    #[error("replay setting `{name}` is {value}, it must be {range}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// The value found.
        value: String,
        /// The values allowed.
        range: &'static str,
    },
    /// A model that is not in the matrix.
    #[error("no task was run by the model {model}; the models are: {known}")]
    UnknownModel {
        /// The model asked for.
        model: String,
        /// The models there are.
        known: String,
    },
    /// A part without a task that counts.
    #[error(
        "no task of the {part} part was run by all {models} models; leave out the models that ran few tasks, or give more \
         tasks"
    )]
    NoTask {
        /// `build` or `test`.
        part: &'static str,
        /// How many models are compared.
        models: usize,
    },
    /// A budget for models whose cost is unknown.
    #[error("a budget of ${budget} a task cannot be kept: no model's cost is known; give costs, or no budget")]
    NoCost {
        /// The budget.
        budget: f64,
    },
    /// A table that could not be built.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

//! What a run is: models × projects × repeats × workflow, and the names that follow from it.

mod definition;
mod error;
mod identity;
mod task;
mod workflow;

pub use definition::{Plan, PlannedProject, Target};
pub use error::PlanError;
pub(crate) use identity::{call_id, task_id};
pub(crate) use task::{Kind, Step, Task};
pub use workflow::Workflow;

//! The run: tasks to workers, calls under a cap, every answer journalled before the next call.

mod budget;
mod execute;
mod gate;
mod handle;
mod model;
mod options;
mod progress;
mod report;
mod stop;
mod task;

pub use handle::{Run, runs};
pub use model::Model;
pub use options::{Options, Tools};
pub use progress::Progress;
pub use report::Report;
pub use stop::Stop;

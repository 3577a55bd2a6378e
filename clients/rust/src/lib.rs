//! Loads merit's routing table and chooses a model for a task.
//!
//! All mathematics was done when the table was built; what is left is a look-up and one draw. So
//! choosing needs no engine, no runtime and no clock, and every client in every language makes the
//! same choice from the same table, request and number in \[0, 1).
//!
//! The way through: bytes → [`table`] (read, check) → [`Router`] (index) → [`mod@choose`] (one draw) → [`Answer`].
//! Around it: [`reload`] follows the table's file, [`execute`] carries the task out and falls back,
//! [`log`](mod@log) writes down what merit learns from; for who wants it, [`learn`] moves the weights
//! between two nights.
//!
//! ```
//! use merit_router::{Request, Router};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/tables/plain.json");
//! let router = Router::load(path)?;
//! let request = Request { task_id: Some("task-17"), ..Request::new("executor", "debugging", "advanced") };
//! let answer = router.choose(&request)?;
//! assert!(answer.propensity > 0.0);
//! println!("call {} at {}, then {:?}", answer.name, answer.provider, answer.fallback.to_vec());
//! # Ok(())
//! # }
//! ```

pub mod choose;
pub mod execute;
pub mod learn;
pub mod log;
pub mod reload;
mod router;
pub mod table;

pub use choose::{Answer, Arm, ChooseError, Request, Share, choose, distribution, uniform};
#[cfg(feature = "tokio")]
pub use execute::TokioTimer;
pub use execute::{
    Attempt, AttemptLog, AttemptRecord, AttemptReport, CallError, CoolDownSettings, CoolDowns, Draw, ErrorKind,
    ExecuteError, Execution, ExecutionSettings, Executor, Failure, Host, Reply, Stopped, SystemHost, Timer, Usage,
};
pub use learn::{LearnError, LearnSettings, LearnedCandidate, Learner, Observation, ObserveError};
pub use log::{CallLog, CallRecord, LogError, LogSettings, OutcomeRecord};
pub use reload::{LiveRouter, ReloadError};
pub use router::Router;
pub use table::{Draft, LoadError, Table};

//! One task carried out: the drawn model, then its fallback, with pauses, time limits and models at rest.
//!
//! 1. The models at rest ([`CoolDowns`]) are excluded, and the request is drawn (`draw`).
//! 2. Step by step (`course`): call, pause (`backoff`), next model (`order`), until one call succeeds.
//! 3. Each attempt is logged the moment it ends ([`AttemptLog`]).
//! 4. [`Execution`], or an [`ExecuteError`] that lists every attempt.
//!
//! [`Executor`] does so blocking or asynchronously, for any runtime ([`Timer`]); clocks, pauses and chance are the
//! [`Host`]'s.

mod backoff;
mod call;
mod cool_down;
mod course;
mod draw;
mod executor;
mod host;
mod kind;
mod order;
mod outcome;
mod record;
mod settings;
mod timer;

pub use call::{Attempt, CallError, Reply, Usage};
pub use cool_down::{CoolDownSettings, CoolDowns};
pub use draw::Draw;
pub use executor::Executor;
pub use host::{Host, SystemHost};
pub use kind::ErrorKind;
pub use outcome::{AttemptReport, ExecuteError, Execution, Failure, Stopped};
pub use record::{AttemptLog, AttemptRecord};
pub use settings::ExecutionSettings;
pub use timer::Timer;
#[cfg(feature = "tokio")]
pub use timer::TokioTimer;

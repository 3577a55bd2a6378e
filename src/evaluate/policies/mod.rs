//! The closed loop in memory: choose → observe → roll up → forget → build the policy → choose …
//!
//! ```text
//! World ─► Course (the truth, day by day) ─► observe (a day of tasks) ─► Log ─► Memory ─► evidence
//!                     │                              ▲                                       │
//!                     └─► Score (regret by truth)    └──────────── Decision ◄─ decide ◄──────┘
//! ```
//!
//! A world says how good, reliable and dear each model truly is at each kind of work and how that moves; a learner
//! is a memory (what is forgotten) and an algorithm (how posteriors become weights). [`evaluate`] plays learners
//! in worlds and scores each night's table by the truth of the day it is used on. What is learnt from goes through
//! the same [`policy::build`](crate::policy::build) as a real log.
//!
//! Pure: the same settings give the same result on any number of threads.

mod changes;
mod course;
mod day;
mod decide;
mod draws;
mod evaluate;
mod evidence;
mod learner;
mod memory;
mod result;
mod run;
mod score;
mod settings;
mod truth;
mod world;

#[cfg(test)]
#[allow(clippy::print_stdout, reason = "a proof says its figures")]
mod proof;

pub use evaluate::evaluate;
pub use learner::Learner;
pub use memory::Memory;
pub use result::{Evaluation, LearnerResult, Mean, WorldResult};
pub use settings::{EvaluationSettings, WalkSpeed, WorldKind};

//! Off-policy evaluation: what a policy would have earned on draws that another one made.
//!
//! ```text
//! Log (contexts, draws) ─► check ─► importance weights ─► estimator ─► pseudo-outcomes ─► mean and interval
//!                            │                               ▲
//!                            └─► reward model by task folds ─┘
//! ```
//!
//! A draw is the first attempt at a task in a row of the table; its reward (the chain's utility, say) belongs to the
//! model that was drawn, whoever served in the end. With π the policy in question, p the logged propensity of the drawn
//! model, w = π/p and q̂ the reward model:
//!
//! | estimator | pseudo-outcome of a draw | assumes |
//! |---|---|---|
//! | [`inverse_propensity`] (IPW) | w·r | true propensities, overlap |
//! | [`self_normalised`] (SNIPW) | w·r/w̄ | the same; slightly biased, much less spread |
//! | [`direct_method`] (DM) | Σ π·q̂ | a right reward model |
//! | [`doubly_robust`] (DR) | Σ π·q̂ + w·(r − q̂) | true propensities and overlap, or a right reward model |
//! | [`switch`] (Switch-DR) | DR, residual only where w ≤ τ | small bias against spread |
//! | [`shrinkage`] (DRos) | DR with λw/(w² + λ) for w | small bias against spread |
//!
//! The formulas are those of the Open Bandit Pipeline (Saito et al. 2021), and agree with it to 1e-9. Its bootstrap is
//! not used: an interval here is that of a mean of pseudo-outcomes clustered by task, and the one of SNIPW counts the
//! spread of its denominator ([`interval`]).
//!
//! Mass of π where the logged policy has probability 0 is outside what a log can tell. It is reported, and bounded with
//! the lowest and the highest reward ([`Estimate::bounds`]).
//!
//! Pure: no I/O, no clock, no randomness.

pub mod direct_method;
pub mod doubly_robust;
mod error;
mod evaluation;
pub mod interval;
pub mod inverse_propensity;
mod log;
mod observation;
mod overlap;
mod result;
mod reward_model;
pub mod self_normalised;
mod settings;
pub mod shrinkage;
pub mod switch;
mod warning;

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod tests;

pub use error::OpeError;
pub use evaluation::{compare, evaluate};
pub use log::{Candidate, Context, Draw, Log, Policy};
pub use observation::Observation;
pub use overlap::Overlap;
pub use result::{Account, Estimate, Estimator, Evaluation, Section};
pub use reward_model::{CellSums, RewardModel};
pub use settings::OpeSettings;
pub use warning::Warning;

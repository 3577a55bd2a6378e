//! From evidence to routing weights: posteriors, eligibility, utilities and true propensities for every row.
//!
//! ```text
//! evidence ─► prior ─► posterior (leaf rows) ─► standardise (back-off rows) ─► eligibility
//!                                                       │
//!                 fallback order ─► chain utility ─► exploit (P best | UCB | largest mean) ─► weights, frontier, rationale
//! ```
//!
//! Pure: no I/O, no clock, no randomness; rows are built in parallel and come out in a fixed order, so that the same
//! evidence gives the same result on any number of threads.

mod arm;
mod build;
mod chain;
mod eligibility;
mod error;
mod evidence;
mod exploit;
mod fallback;
mod frontier;
mod posterior;
mod prior;
mod rationale;
mod result;
mod row;
mod rules;
mod segments;
mod settings;
mod standardise;
mod validate;
mod weights;

#[cfg(test)]
mod behaviour;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod simulation;

pub use build::build;
pub use error::PolicyError;
pub use evidence::{ArmEvidence, CostSource, Latency, SegmentTraffic};
pub use prior::PRIOR_STRENGTH;
pub use result::{Candidate, Estimate, FrontierPoint, PolicyResult, RowEvidence, SegmentPolicy};
pub use settings::{Algorithm, AllowRule, PolicySettings};

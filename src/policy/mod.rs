//! From evidence to routing weights: posteriors, eligibility, utilities and true propensities for every row.
//!
//! ```text
//! evidence ─► prior (mixed model) ─► posterior (leaf rows) ─► standardise (back-off rows) ─► eligibility
//!                                                                    │
//!         plan: fallback order, chains ─► budget: λ ─► exploit (P best | UCB | largest mean) ─► weights
//!                                                                    │
//!                                             row: candidates, frontier, rationale; assignments
//! ```
//!
//! Pure: no I/O, no clock, no randomness; rows are built in parallel and come out in a fixed order, so that the same
//! evidence gives the same result on any number of threads.

mod arm;
mod assignment;
mod budget;
mod build;
mod chain;
mod eligibility;
mod error;
mod evidence;
mod exploit;
mod failure_shift;
mod fallback;
mod frontier;
mod leaf_tables;
mod plan;
mod posterior;
mod prior;
mod rationale;
mod result;
mod row;
mod rules;
mod segments;
mod settings;
mod standardise;
mod update;
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
#[cfg(test)]
mod size;

pub use build::build;
pub use error::PolicyError;
pub use evidence::{ArmEvidence, Cell, CostSource, Latency, LaterAttempts, SegmentTraffic};
pub(crate) use fallback::tried_after;
pub(crate) use leaf_tables::{LeafRow, LeafTables, Level, leaf_tables, levels};
pub use prior::PRIOR_STRENGTH;
pub use result::{
    Assignment, Candidate, ChainEstimate, Estimate, FrontierPoint, PolicyResult, PortfolioPoint, RowEvidence,
    SegmentPolicy,
};
pub use settings::{Algorithm, AllowRule, AnnouncedModel, DeclaredAssignment, PinRule, PolicySettings};

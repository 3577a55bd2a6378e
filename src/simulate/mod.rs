//! Logs from a world whose truth is known: what the rest of merit is proved against.
//!
//! A [`World`] says how good, reliable, fast and dear each model truly is at each kind of work, how that drifts,
//! and which policy chose the models; [`run`](fn@run) writes the calls and outcomes such a world would have logged;
//! [`Truth`] answers what an analysis of those logs ought to find.
//!
//! The same world, settings and seed give the same records on every machine and with any number of threads.

mod arrivals;
mod clock;
mod cost;
mod day;
mod draws;
mod error;
mod failure;
mod identifier;
mod log_normal;
mod policy;
mod run;
pub mod sample;
mod settings;
mod sink;
mod standard;
#[cfg(test)]
mod tests;
mod truth;
mod validate;
mod work;
mod world;

pub use error::SimulationError;
pub use failure::FailureKind;
pub use log_normal::LogNormal;
pub use policy::{LoggingPolicy, PolicyRow};
pub use run::{Summary, run};
pub use settings::SimulationSettings;
pub use sink::{FileSink, Format, MemorySink, RecordWriter, Sink};
pub use truth::{ArmTruth, Truth};
pub use world::{
    Drift, FactorLevel, Judge, Outage, Price, Scoring, SimulatedModel, Speciality, TokenDistribution, World,
};

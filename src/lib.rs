//! merit turns the logs of language-model calls into routing decisions.
//!
//! The data's way: raw logs → [`ingest`] → [`store`] (calls as Parquet) → [`analyze`] (SQL jobs: rollups → marts)
//! → [`policy`] (posteriors → weights, by [`stats`]) → [`table`] (publish) → an orchestrator chooses with
//! `merit-router` → raw logs again. [`night`] is the whole way in one run, [`scoreboard`] holds it against five targets,
//! [`report`] shows it, [`sql`] answers questions, [`metrics`] tells Prometheus, [`simulate`] makes worlds with known
//! truth.

pub mod analyze;
pub mod call;
pub mod cli;
pub mod day;
pub mod evaluate;
pub mod history;
pub mod ingest;
pub mod metrics;
pub mod night;
pub mod policy;
pub mod prices;
pub mod queries;
pub mod report;
pub mod scoreboard;
pub mod segment;
#[cfg(feature = "serve")]
pub mod serve;
pub mod settings;
pub mod simulate;
pub mod sql;
pub mod stats;
pub mod store;
pub mod table;

#[cfg(test)]
pub(crate) mod shared_data;

//! merit turns the logs of language-model calls into routing decisions.
//!
//! The data's way: raw logs → [`store`] (calls as Parquet) → rollups → marts → [`policy`] (by [`stats`]) → table → route.

pub mod call;
pub mod policy;
pub mod segment;
pub mod stats;
pub mod store;

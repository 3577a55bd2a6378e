//! merit turns the logs of language-model calls into routing decisions.
//!
//! The data's way: raw logs → [`store`] (calls as Parquet) → rollups → marts → policy → table → route.

pub mod call;
pub mod segment;
pub mod simulate;
pub mod store;

//! The store: immutable Parquet files by day, and the rules that keep them whole.

pub mod durable;
pub mod failpoint;

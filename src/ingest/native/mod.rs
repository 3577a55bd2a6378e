//! merit's own records: JSON lines, CSV and Parquet in the fields of [`crate::call`].
//!
//! A row with `observed_at` and no `timestamp` is an outcome, any other one a call. Keys that no field has go into
//! `extra`, except those of content, identity and keys.

mod columns;
mod extra;
mod json_lines;
mod record;
mod scalar;

pub(super) use columns::hashed;
pub(super) use columns::split_columns;
pub(super) use json_lines::{parse_chunk, utf8};
pub(super) use record::not_json;

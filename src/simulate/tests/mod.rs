//! Runs of whole worlds against what they must show.

mod files;
mod logs;
mod marginals;
mod rows;

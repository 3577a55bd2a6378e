//! The statistical bars of the project, in worlds of known truth.

mod budget;
mod coverage;
mod idle;
mod intervals;
mod logs;
mod loops;
mod new_model;
mod skew;

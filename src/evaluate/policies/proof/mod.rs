//! The statistical bars of the project, in worlds of known truth.

mod loops;

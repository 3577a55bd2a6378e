//! The statistical bars of the project, in worlds of known truth.

mod backtest;
mod backtest_year;
mod bandit;
mod budget;
mod coverage;
mod gate;
mod idle;
mod intervals;
mod logs;
mod loops;
mod new_model;
mod off_policy;
mod sequence;
mod skew;

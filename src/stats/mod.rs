//! The statistics of the policy: pure functions on numbers, one idea a file.
//!
//! Nothing here reads a clock, a file or a random number, sums run in a fixed order, and `exp`, `ln`, `pow` and `gamma`
//! come from the `libm` crate alone, so that the same input gives the same bytes on every machine.

pub mod best_arm;
pub mod beta;
pub mod decay;
pub mod dispersion;
pub mod effective_size;
pub mod hull;
pub mod latency_histogram;
pub mod logit_normal;
pub mod mixed_logit;
pub mod normal;
pub mod portfolio;
pub mod student;
pub mod wilson;

pub use beta::Beta;

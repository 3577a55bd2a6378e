//! What merit's parts are worth, measured where the truth is known.
//!
//! - [`policies`]: the closed loop of choosing and learning in a small world, by memory and algorithm.

pub mod policies;

//! What merit's parts are worth, measured where the truth is known.
//!
//! - [`ope`]: what a policy would have earned on draws that another one made.
//! - [`policies`]: the closed loop of choosing and learning in a small world, by memory and algorithm.

pub mod ope;
pub mod policies;

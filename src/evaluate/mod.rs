//! What merit's parts are worth, measured where the truth is known.
//!
//! - [`gate`]: whether a table may replace the one in use.
//! - [`ope`]: what a policy would have earned on draws that another one made.
//! - [`policies`]: the closed loop of choosing and learning in a small world, by memory and algorithm.
//! - [`sequence`]: bounds of a mean that hold on all nights at once.

pub mod gate;
pub mod ope;
pub mod policies;
pub mod sequence;

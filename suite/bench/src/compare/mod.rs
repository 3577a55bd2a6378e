//! Two models or runs side by side: means, paired differences with intervals, cost, latency, success, judges.

mod cell;
mod comparison;
mod html;
mod markdown;
mod noise;
mod observation;
mod paired;
mod select;
mod statistics;
mod student;
mod text;

pub use cell::Cell;
pub use comparison::{Comparison, Row, Side, compare};
pub use noise::JudgeNoise;
pub use observation::Observation;
pub(crate) use observation::observations;
pub use paired::Paired;

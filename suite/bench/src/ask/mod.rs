//! What models are asked, and how their answers are read.
//!
//! Every request names the project and the part it asks for in its instructions, so that a log at the provider tells
//! which call it was: `Task: seat-pool (judge).`

mod json;
mod judge;
mod triage;
mod work;

pub use judge::{JudgeAnswer, read_judge};
pub use triage::{TriageAnswer, read_triage};

pub(crate) use judge::judge_request;
pub(crate) use triage::{LABELS, triage_request};
pub(crate) use work::work_request;

/// The most tokens of a judge's or a triage's answer: two lines of JSON, and what a model thinks before them.
pub(crate) const SHORT_ANSWER_TOKENS: u32 = 4_096;

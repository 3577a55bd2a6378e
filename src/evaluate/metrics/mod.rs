//! The figures by which the field compares routers, exactly as published, one a file.
//!
//! - Over a cost range: [`aiq`], [`aiq_as_coded`] (RouterBench), [`cost_saved`] (LLMRouterBench).
//! - At one point: [`gain`], [`oracle_gap`] (LLMRouterBench), [`arena_score`] (RouterArena), [`right_choices`].
//! - Between a weak and a strong model: [`pgr`], [`apgr`], [`cpt`] (RouteLLM).
//!
//! All take means: how those were averaged (over tasks, over data sets) is part of every figure that is quoted. A
//! figure that is not defined for its input is `None`, never 0.

mod aiq;
mod aiq_as_coded;
mod apgr;
mod arena_score;
mod cost_saved;
mod cpt;
mod gain;
mod hull_curve;
mod oracle_gap;
mod pgr;
mod right_choices;

pub use aiq::aiq;
pub use aiq_as_coded::aiq_as_coded;
pub use apgr::{CallShare, apgr};
pub use arena_score::arena_score;
pub use cost_saved::cost_saved;
pub use cpt::cpt;
pub use gain::gain;
pub use oracle_gap::oracle_gap;
pub use pgr::pgr;
pub use right_choices::{Answer, right_choices};

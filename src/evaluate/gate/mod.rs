//! The gate: a new table must prove itself before it replaces the one in use.
//!
//! ```text
//! freeze (day F) ─► night F ─► night F+1 ─► … ─► accepted │ refuted │ not enough traffic
//!                      ▲                                         │
//!   draws of the day ──┴── reward model from days before         └─► the next challenger, at a smaller level
//! ```
//!
//! A table looks good on the logs it was built from: it was chosen for that. So the gate judges a **frozen** challenger,
//! built from days before F, on days from F on alone. The gain of a draw is what the challenger would have earned more
//! than the anchor, the last table that was accepted; [`score`] estimates it, draw by draw, doubly robust, with a reward
//! model from before the day. [`ConfidenceSequence`](super::sequence::ConfidenceSequence) bounds its average on all
//! nights at once, so the gate may look every night and stop when it knows.
//!
//! - **accepted** when the lower bound is above −tolerance. A truly worse table (gain below −tolerance) then passes
//!   with probability at most the level; a better one passes soon; an equal one passes too, as it must: in a world that
//!   moves, a gate that waited for a proven gain would keep an old table for ever.
//! - **refuted** when the upper bound is below −tolerance.
//! - **not enough traffic** after 14 nights without either, or as long as the draws are worth fewer than 100 of the
//!   challenger's own.
//!
//! The j-th challenger is judged at level 6α/(π²j²) ([`level`]): all challengers together have α.
//!
//! Until a challenger is accepted, the published table stays within a bounded step of the anchor ([`bounded_step`]), and
//! safety moves pass at once.
//!
//! Pure: no I/O, no clock; [`GateState`] is what a night must keep for the next.

mod challenger;
mod error;
mod level;
mod score;
mod settings;
mod state;
mod step;
mod verdict;

#[cfg(test)]
mod tests;

pub use challenger::Challenger;
pub use error::GateError;
pub use level::level;
pub use score::{ScoredDay, score};
pub use settings::GateSettings;
pub use state::GateState;
pub use step::{Step, bounded_step};
pub use verdict::{Finding, Verdict};

//! The probability that each arm is the best one, or on the frontier: Thompson sampling without sampling.
//!
//! Thompson sampling plays an arm with the probability that it has the largest utility under the posterior. That
//! probability is an integral, P(m best) = ∫ Π_{j≠m} F_j(u) dF_m(u), computed here by quadrature: no draws, no seed,
//! the same bytes each time. The steps: tabulate each posterior's distribution function on nodes that follow its own
//! scale, so that neither a spike nor a long tail is missed ([`PosteriorTable`]); merge the nodes of the arms that
//! matter; read all tables there, with slopes; integrate cubics from point to point. The first step, the dear one,
//! depends on no shift.

mod cell;
mod frontier;
mod grid;
mod integral;
#[cfg(test)]
mod monte_carlo;
mod nodes;
mod posterior_table;
mod probability_best;
mod reading;
mod relative_density;

pub use frontier::probability_on_frontier;
pub use posterior_table::PosteriorTable;
pub use probability_best::{Utility, probability_best, probability_best_of};

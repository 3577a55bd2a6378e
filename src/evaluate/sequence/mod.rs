//! Confidence sequences: bounds of a mean that hold on all nights at once.
//!
//! Whoever looks every night at the usual 95 % interval and stops when he likes what he sees is wrong far more often than
//! once in twenty. A confidence sequence may be looked at every night: with probability 1 − α none of its bounds is ever
//! wrong.
//!
//! **How.** An outcome x with expectation μ given the past is split into what was predicted and a residual ξ. For a bet
//! λ ≥ 0 that cannot lose everything, 1 + λξ ≥ 0,
//!
//! M = Π (1 + λξ)·exp(λ·(predicted − μ))
//!
//! is at most 1 in expectation whenever it is looked at, because E(1 + λξ) = 1 + λ(μ − predicted) ≤ exp(λ(μ − predicted)).
//! By Ville's inequality it exceeds 1/α with probability at most α, ever; so does its mean over several bets. What
//! Σ λμ would have to be for that is the bound. The exponent makes it linear in μ: a few sums are all there is to keep, and
//! the bound is one of the *average* of the expectations so far, which need not stay the same from night to night.
//!
//! The product is that of Waudby-Smith and Ramdas 2024 (betting), the exponent and the predictions those of the empirical
//! Bernstein sequences (Fan, Grama and Liu 2015; Howard, Ramdas, McAuliffe and Sekhon 2021; for off-policy evaluation
//! Karampatziakis, Mineiro and Ramdas 2021 and Waudby-Smith, Wu, Ramdas, Karampatziakis and Mineiro 2022), without their
//! quadratic bound of ln(1 + λξ), which is looser.
//!
//! **Why not the asymptotic sequence** (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024)? It holds for large samples
//! only, and importance weights make samples small: with 80 draws a day and weights up to 50 its 95 % bounds held on all of
//! 60 nights in some 140 of 200 simulated worlds, against 199 here. Where it does hold (800 draws a day and more) its bounds
//! are but a tenth closer.
//!
//! Pure: no I/O, no clock, no randomness.

mod error;
mod interval;
mod lower;
mod outcome;

#[cfg(test)]
mod tests;

pub use error::SequenceError;
pub use interval::ConfidenceSequence;
pub use lower::LowerSequence;
pub use outcome::{Outcome, Outcomes};

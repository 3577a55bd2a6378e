//! A mixed logit model of many small groups: how well models do at kinds of work, with an honest uncertainty.
//!
//! Group sums y of strength E (calls, or calls over a dispersion) are explained by
//!
//! ```text
//! E[y]/E = expit(η)      η = g + Σ_f effect(f, level) + a(model) + d(model, category) + e(arm)
//! ```
//!
//! The intercept g is free; every other effect is a draw from a normal distribution of mean 0 whose variance is
//! estimated with the rest: where models hardly differ by category, the variance of d shrinks towards 0 and all
//! categories follow the model. It is fitted by penalised quasi-likelihood (Breslow & Clayton, *JASA* 88, 1993, 9-25),
//! the Gaussian approximation that Laplace's rests on too: weighted least squares on a working response, repeated; the
//! variances by the fixed point of Schall (*Biometrika* 78, 1991, 719-727), σ² = Σ û²/Σ(1 − Var(u)/σ²).
//!
//! The normal equations are solved by eliminating e within d within a: what is left has one unknown a factor level, so
//! a thousand segments of twenty models take milliseconds a step. All sums run in the order of the sorted groups.

mod design;
mod elimination;
mod fit;
mod level;
mod path;
mod prediction;
mod symmetric;
mod variances;

pub use design::{Design, Factor, Group, Profile, Spread};
pub use fit::{Fit, Variances, fit};
pub use prediction::Prediction;

#[cfg(test)]
mod tests;

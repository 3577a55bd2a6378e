//! The Beta distribution: what is known of a probability or of a mean score.

mod distribution;
mod incomplete;
mod quantile;

pub use distribution::{Beta, MAX_STRENGTH, MIN_STRENGTH};
pub use incomplete::regularised_incomplete_beta;

//! The night: what `merit analyze` does, from the inbox to a published table and its report.
//!
//! [`run`](fn@run) is the way; [`BuildKey`] decides whether there is anything to do; [`evidence`] turns the marts into
//! what the policy is built from; a draft is published, or laid aside while a hold stands; [`Runs`] keeps what a run derived and swaps `current` last.

mod build_key;
mod error;
pub mod evidence;
mod inputs;
mod publication;
mod run;
mod runs;
mod summary;
mod verify;

pub use build_key::BuildKey;
pub use error::NightError;
pub use inputs::NightInputs;
pub use run::{Night, run};
pub use runs::{Manifest, Runs};
pub use summary::{Ending, Summary};
pub use verify::verify_rebuild;

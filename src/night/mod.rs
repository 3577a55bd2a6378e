//! The night: what `merit analyze` does, from the inbox to a published table and its report.
//!
//! [`run`](fn@run) is the way; [`BuildKey`] decides whether there is anything to do; [`derive_all`] goes from the facts to the
//! marts; [`evidence`] turns the marts into
//! what the policy is built from; the gate says how far a draft may go; it is
//! published, or laid aside while a hold stands or where the gate refuses it; [`Runs`] keeps what a run derived and swaps `current` last.

mod build_key;
mod changes;
mod derivation;
mod error;
pub mod evidence;
mod gate;
mod inputs;
mod publication;
pub mod reporting;
mod run;
mod runs;
mod summary;
mod verify;

pub use build_key::BuildKey;
pub use changes::{Changes, RowChange};
pub use derivation::{Derived, Progress, derive_all};
pub use error::NightError;
pub use gate::{Record as GateRecord, judged_file_name};
pub use inputs::NightInputs;
pub use run::{Night, run};
pub use runs::{Manifest, Runs};
pub use summary::{Ending, Summary};
pub use verify::verify_rebuild;

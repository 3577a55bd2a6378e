//! Learning in the process between two nights: what calls turn out to be moves the exploit weights of their row until
//! the next table comes. Off unless a [`Learner`] is made and told of calls.
//!
//! **What it is for.** A table knows what the log knew when it was built. A model that breaks in the morning goes on
//! getting its share until the next night; with a learner it loses most of it within some twenty failures, in the rows
//! where it fails. It gets it back as it succeeds again or its failures fade, and that takes longer, because only
//! exploration still draws it: with a lead of 0.05 some thousands of tasks of the row, with less of a lead more. A
//! shorter [`half_life_days`](LearnSettings::half_life_days) brings it back sooner, the next table at the latest.
//!
//! **How.** Each observation adds to the Beta posterior of its model's value in the row that answers the request, and
//! in no other, and fades with the half-life of the table's evidence (`tally`). Then the row's weights are drawn anew
//! (`weights`): each is the table's own, multiplied by how much likelier or less likely its model has become to be the
//! best (`best`). So a row of which nothing was observed has the table's weights to the bit, and a row whose
//! observations have faded has them again.
//!
//! **What it leaves alone.** Eligibility, probes, ε, caps, exclusions, fallback lists, digest and version: the choice is
//! the one of [`choose`](mod@crate::choose) with other exploit weights, and its propensities are exact. An answer from
//! such a row says so ([`Answer::learned`](crate::Answer::learned), its `reason`), and so does its log record (`extra`
//! holds `{"learned":true}`). A task still sticks to its number u, but not to its model: the weights may move between
//! two draws.
//!
//! **What it assumes.**
//! - A call is as good as its success × score/10; a success without a score counts as the table's mean score of the
//!   model. Only first attempts should be observed: what is tried after a failure is harder work.
//! - Beside observations the table's posterior counts for at most
//!   [`table_calls`](LearnSettings::table_calls) calls: learning is about what has changed, and a thousand calls of last
//!   week must not outvote twenty of this hour. Near the table's weights this makes little difference; models that are
//!   nearly as good as each other change places more often.
//! - The utility is value − λ·cost at the table's costs. Fallbacks count where the table says what a choice is worth with
//!   them, but are taken not to change.
//! - One process sees its own calls only. Several processes learn apart, each with exact propensities.
//!
//! **The nightly table's evidence comes from the log, not from here.** Nothing that a learner knows is kept: the next
//! table resets it, and has learned from the same calls better, with all processes' calls, priors over rows and models,
//! and tests for changes. So log every call, observed or not.
//!
//! ```
//! use std::time::SystemTime;
//! use merit_router::{LearnSettings, Learner, Observation, Request, table};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/tables/plain.json");
//! let learner = Learner::new(&table::load(path)?, LearnSettings::default())?;
//! let request = Request { task_id: Some("task-17"), ..Request::new("executor", "debugging", "advanced") };
//! let router = learner.current(); // these weights until the task is done
//! let answer = router.choose(&request)?;
//! let result = Observation::failed(&request, answer.model, SystemTime::now());
//! learner.observe(&result)?;
//! assert!(learner.current().choose(&request)?.learned());
//! # Ok(())
//! # }
//! ```

mod age;
mod basis;
mod best;
mod error;
mod learner;
mod lessons;
mod observation;
mod row;
mod settings;
mod tally;
mod weights;

pub use error::{LearnError, ObserveError};
pub use learner::Learner;
pub use observation::Observation;
pub use row::LearnedCandidate;
pub use settings::LearnSettings;

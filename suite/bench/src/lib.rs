//! Runs merit's benchmark suite: what `merit bench list`, `run` and `compare` do.
//!
//! The way through: [`Plan`] (which models, projects, repeats, workflow) → [`estimate`] (what it may cost) → [`Run`] (one
//! folder, one lock, one journal) → [`Run::execute`] (calls, grades, every one journalled) → [`Run::deliver`] (call
//! records for merit's inbox) → [`compare`](fn@compare) (two models or runs side by side).
//!
//! | what | where |
//! |---|---|
//! | the plan, as it was begun | `DATA/bench/RUN/plan.json` |
//! | every answer, grade and failure, one line each | `DATA/bench/RUN/journal.ndjson` |
//! | the call records of a finished run | `DATA/inbox/bench-RUN.jsonl` |
//!
//! A call is recorded exactly once. It is paid once, but where the process dies between the answer and its line in the
//! journal; then it is made, and paid, again. All ids follow from the plan, so what is recorded twice is known as one.
//!
//! ```no_run
//! use merit_backends::{BackendSettings, Surroundings, open};
//! use merit_bench::{Options, Plan, Run, Target, Tools, Workflow};
//! use merit_grade::{Grader, Sandbox, Suite};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let suite = Suite::read("data/projects".as_ref())?;
//! let grader = Grader::new(Sandbox::detect()?);
//! let settings = BackendSettings { models: vec!["gemma3:27b".to_owned()], ..BackendSettings::named("ollama") };
//! let surroundings = Surroundings::default();
//! let runners = open(&[settings], &surroundings)?;
//!
//! let plan = Plan::new(vec![Target::of(&runners[0], "gemma3:27b")], suite.projects(), Workflow::Simple);
//! let tools = Tools { suite: &suite, grader: &grader, runners: &runners, prices: &|_, _| None };
//! let options = Options { cancel: surroundings.cancel, ..Options::default() };
//! let report = Run::open("data".as_ref(), &plan, None)?.execute(&tools, &options, &|_| ())?;
//! println!("{} of {} calls are settled", report.settled, report.calls);
//! # Ok(())
//! # }
//! ```
//!
//! Nothing here prints. Ctrl-C is the caller's: it sets the [`Cancel`](merit_backends::Cancel) that the runners were
//! opened with.

mod ask;
pub mod compare;
mod error;
mod estimate;
mod files;
mod journal;
mod listing;
mod plan;
mod price;
mod record;
mod run;

pub use ask::{JudgeAnswer, TriageAnswer, read_judge, read_triage};
pub use compare::{Comparison, compare};
pub use error::BenchError;
pub use estimate::{Estimate, ModelEstimate, estimate};
pub use listing::{Filter, Listed, Program, Stats, StatsRow, list, stats};
pub use plan::{Plan, PlanError, PlannedProject, Target, Workflow};
pub use price::{Price, Prices};
pub use record::Delivered;
pub use run::{Model, Options, Progress, Report, Run, Stop, Tools, runs};

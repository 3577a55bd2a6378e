//! The call log: one JSON line an attempt, in files that merit reads as they are.
//!
//! - [`CallRecord`] and [`OutcomeRecord`]: what is logged, member for member as in merit's `docs/call-record.md`.
//! - [`CallLog`]: hands records to one writer thread and never waits for it.
//! - Files (`file`, `naming`): written as `calls-<UTC>-<random>.jsonl.open`, renamed to `.jsonl` when they are finished.
//!   A reader takes finished files alone.
//! - What a process left behind when it died (`takeover`): the next log that is opened on the folder cuts off a torn
//!   last line and finishes the file. A lock on the whole file tells the living from the dead.
//!
//! What a crash can cost: of the process, the records still in the queue; of the machine, also what the system had not
//! yet put on the disk. No crash tears a line that is read.
//!
//! ```
//! use merit_router::{CallLog, CallRecord, LogSettings, OutcomeRecord, Request, Router};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/tables/plain.json");
//! # let folder = std::env::temp_dir().join(format!("merit-call-log-{}", std::process::id()));
//! let router = Router::load(path)?;
//! let log = CallLog::open(&folder, LogSettings::default())?;
//!
//! let request = Request { task_id: Some("task-17"), ..Request::new("executor", "debugging", "advanced") };
//! let answer = router.choose(&request)?;
//! // … the call …
//! let record = CallRecord { latency_ms: Some(812.0), ..CallRecord::succeeded(&request, &answer) };
//! let call_id = log.record(&record);
//! // … later …
//! log.outcome(&OutcomeRecord { score: Some(8.5), judge: Some("tests"), ..OutcomeRecord::new(&call_id) });
//! log.close();
//! assert_eq!((log.written(), log.dropped(), log.failed()), (2, 0, 0));
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok(())
//! # }
//! ```

mod call_log;
mod call_record;
mod counters;
mod error;
mod file;
mod naming;
mod outcome_record;
mod queue;
mod settings;
mod takeover;
mod timestamp;
mod writer;

pub use call_log::CallLog;
pub use call_record::CallRecord;
pub use error::LogError;
pub use outcome_record::OutcomeRecord;
pub use settings::{LogSettings, WallClock};

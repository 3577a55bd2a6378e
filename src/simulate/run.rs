//! Running a world: days in parallel, records in batches, memory independent of the run's length.

use std::path::PathBuf;

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use super::day::{Plan, Recorder};
use super::{RecordWriter, SimulationError, SimulationSettings, Sink, World, validate};
use crate::call::{Call, CallColumns, Outcome, OutcomeColumns};

/// Records a batch.
const BATCH: usize = 8_192;

/// What a run wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Calls, fallback attempts included.
    pub calls: u64,
    /// Outcomes.
    pub outcomes: u64,
    /// The files, in the order of their days.
    pub files: Vec<PathBuf>,
}

/// Writes the calls and outcomes that `world` would have logged into `sink`, on all threads of the current rayon pool.
///
/// Records are the same for the same arguments, whatever the machine and the number of threads: each day draws from
/// a stream of its own, and the division into files depends on the settings alone. Calls come in the order of their
/// tasks' arrivals, fallback attempts right after the call that failed. A fallback may fall on the day after the last,
/// as may outcomes (up to `max_delay_days` after their calls).
///
/// # Errors
/// Where the world or the settings make no sense, or `sink` fails; files finished by then stay.
///
/// ```
/// use merit::simulate::{MemorySink, SimulationSettings, World, run};
/// let settings = SimulationSettings { days: 2, calls_per_day: 50, ..SimulationSettings::default() };
/// let sink = MemorySink::default();
/// let summary = run(&World::standard(), &settings, &sink)?;
/// let (calls, _outcomes) = sink.into_batches();
/// assert_eq!(calls.iter().map(|batch| batch.num_rows() as u64).sum::<u64>(), summary.calls);
/// # Ok::<(), merit::simulate::SimulationError>(())
/// ```
pub fn run<S: Sink>(world: &World, settings: &SimulationSettings, sink: &S) -> Result<Summary, SimulationError> {
    validate::world(world)?;
    settings.validate()?;
    let plan = Plan::new(world, settings);
    let parts = settings.parts();
    let count = parts.len();
    let written = parts.into_par_iter().enumerate().with_max_len(1).map(|(part, days)| {
        let mut batches = Batches::new(sink.open(part, count)?);
        for day in days {
            plan.record(day, &mut batches)?;
        }
        batches.finish()
    });
    let summaries = written.collect::<Result<Vec<Summary>, SimulationError>>()?;
    Ok(summaries.into_iter().fold(Summary::default(), |mut whole, part| {
        whole.calls += part.calls;
        whole.outcomes += part.outcomes;
        whole.files.extend(part.files);
        whole
    }))
}

/// Collects records and hands them on in batches.
struct Batches<W> {
    calls: CallColumns,
    outcomes: OutcomeColumns,
    written: Summary,
    writer: W,
}

impl<W: RecordWriter> Batches<W> {
    fn new(writer: W) -> Self {
        Self { calls: CallColumns::default(), outcomes: OutcomeColumns::default(), written: Summary::default(), writer }
    }

    fn flush_calls(&mut self) -> Result<(), SimulationError> {
        self.written.calls += self.calls.len() as u64;
        self.writer.write_calls(&self.calls.finish())
    }

    fn flush_outcomes(&mut self) -> Result<(), SimulationError> {
        self.written.outcomes += self.outcomes.len() as u64;
        self.writer.write_outcomes(&self.outcomes.finish())
    }

    fn finish(mut self) -> Result<Summary, SimulationError> {
        if !self.calls.is_empty() {
            self.flush_calls()?;
        }
        if !self.outcomes.is_empty() {
            self.flush_outcomes()?;
        }
        self.written.files = self.writer.finish()?;
        Ok(self.written)
    }
}

impl<W: RecordWriter> Recorder for Batches<W> {
    fn call(&mut self, call: &Call<'_>) -> Result<(), SimulationError> {
        self.calls.push(call);
        if self.calls.len() == BATCH { self.flush_calls() } else { Ok(()) }
    }

    fn outcome(&mut self, outcome: &Outcome<'_>) -> Result<(), SimulationError> {
        self.outcomes.push(outcome);
        if self.outcomes.len() == BATCH { self.flush_outcomes() } else { Ok(()) }
    }
}

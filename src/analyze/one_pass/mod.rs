//! All rollups of a day in one pass over its calls: what the embedded SQL of `queries/staging` and `queries/rollups` says,
//! computed without it.
//!
//! The SQL is the definition; this is the same in fewer steps. Every column is decoded once for all rollups, keys are looked
//! at once a dictionary and not once a row, and a day needs no exchange between threads, because no group has rows of
//! two days. It is used only where the SQL in force is, to the letter, the embedded one; where anything is out of
//! the ordinary (a sum beyond 64 bits, a day of very many rows, a column that is not there) it declines and the engine
//! runs the SQL. Tests compare the two file by file.

mod arms;
mod call;
mod news;
mod rows;
mod scan;
mod tasks;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::path::Path;

use arrow::array::{Array, AsArray, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{Float64Type, Int64Type, SchemaRef};
use hashbrown::{DefaultHashBuilder, HashMap};

use self::arms::{ArmKey, Arms};
use self::call::Measured;
use self::news::News;
pub(super) use self::scan::{Scan, with_dictionaries};
use self::tasks::Tasks;
pub(super) use self::words::{KeyColumn, Word, Words};
use super::AnalyzeError;
use super::graph::Graph;
use super::job::{Job, Layer};
use super::rollup::Facts;
use crate::call::Call;
use crate::day::Day;
use crate::store::{ReadCounter, StoreError};

/// The most calls of a day that are held in memory as tasks; more are the engine's, which can spill.
const MOST_CALLS: u64 = 8_000_000;

/// The key columns, which are read as dictionaries, and what stands for null.
const KEYS: [(&str, Option<&str>); 7] = [
    ("source", None),
    ("role", None),
    ("task_category", None),
    ("task_difficulty", None),
    ("model", None),
    ("provider", Some("unknown")),
    ("judge", Some("")),
];

/// The other columns that the rollups need of every call.
const NUMBERS: [&str; 10] = [
    "task_id",
    "attempt",
    "score",
    "success",
    "latency_ms",
    "input_tokens",
    "cached_input_tokens",
    "output_tokens",
    "cost_usd",
    "table_version",
];

/// The rollups that are made here.
const ROLLUPS: [&str; 4] = ["arms_daily", "latency_daily", "task_latency_daily", "tasks_daily"];

/// Why a day is not rolled up here.
#[derive(Debug)]
pub(super) enum Stop {
    /// It is the engine's to do, or to say what is wrong.
    Declined,
    /// It cannot be done at all.
    Failed(AnalyzeError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<arrow::error::ArrowError> for Stop {
    fn from(error: arrow::error::ArrowError) -> Self {
        Self::Failed(error.into())
    }
}

/// What a day gives.
pub(super) struct DayRollups {
    /// The rollups by job.
    pub(super) rows: BTreeMap<String, RecordBatch>,
    /// A hash of each call's id, where the ids were read.
    pub(super) call_hashes: Option<Vec<u64>>,
}

/// The pass, with the schemas that the SQL gives its rollups.
#[derive(Debug)]
pub(super) struct OnePass {
    schemas: BTreeMap<String, SchemaRef>,
    /// One for all days, so that equal ids have equal hashes.
    hasher: DefaultHashBuilder,
}

/// Whether the SQL in force for staging and rollups is the embedded one, so that the pass stands for all of it.
pub(super) fn stands_for(graph: &Graph) -> bool {
    let rollups: Vec<&str> = graph.layer(Layer::Rollup).map(|job| job.name.as_str()).collect();
    rollups == ROLLUPS && graph.layer(Layer::Rollup).chain(graph.layer(Layer::Staging)).all(Job::is_embedded)
}

impl OnePass {
    /// A pass that makes rollups of these schemas, by job.
    pub(super) fn new(schemas: BTreeMap<String, SchemaRef>) -> Self {
        Self { schemas, hasher: DefaultHashBuilder::default() }
    }

    /// The rollups of a day; none where they are the engine's to make.
    ///
    /// # Errors
    /// [`AnalyzeError::Store`] where a file cannot be read.
    pub(super) fn roll_up(
        &self,
        facts: &Facts,
        day: Day,
        counter: &ReadCounter,
    ) -> Result<Option<DayRollups>, AnalyzeError> {
        match self.try_roll_up(facts, day, counter) {
            Ok(rollups) => Ok(Some(rollups)),
            Err(Stop::Declined) => Ok(None),
            Err(Stop::Failed(error)) => Err(error),
        }
    }

    fn try_roll_up(&self, facts: &Facts, day: Day, counter: &ReadCounter) -> Result<DayRollups, Stop> {
        let files = |found: Option<&crate::store::facts::FactDay>| -> Vec<std::path::PathBuf> {
            found.into_iter().flat_map(|found| found.files.iter().map(|file| file.path.clone())).collect()
        };
        let outcomes = files(facts.links.days.get(&day));
        let news = news::read(outcomes.iter().map(|path| path.as_path()), facts.as_of, counter)?;
        let mut pass = DayPass::new(news, self.hasher.clone())?;
        for path in files(facts.calls.get(&day)) {
            pass.read(&path, counter)?;
        }
        let schema = |job: &str| self.schemas.get(job).ok_or(Stop::Declined);
        let DayPass { arms, tasks, words, call_hashes, .. } = pass;
        let rows = BTreeMap::from([
            ("arms_daily".to_string(), arms.batch(day.0, &words, schema("arms_daily")?)?),
            ("latency_daily".to_string(), arms.latency_batch(day.0, &words, schema("latency_daily")?)?),
            ("tasks_daily".to_string(), tasks.batch(day.0, &words, schema("tasks_daily")?)?),
            ("task_latency_daily".to_string(), tasks.latency_batch(day.0, &words, schema("task_latency_daily")?)?),
        ]);
        Ok(DayRollups { rows, call_hashes })
    }
}

/// The state of a day.
struct DayPass {
    words: Words,
    keys: [KeyColumn; 7],
    news: HashMap<String, News>,
    arms: Arms,
    tasks: Tasks,
    calls: u64,
    hasher: DefaultHashBuilder,
    call_hashes: Option<Vec<u64>>,
}

impl DayPass {
    fn new(news: HashMap<String, News>, hasher: DefaultHashBuilder) -> Result<Self, Stop> {
        let mut words = Words::default();
        let mut columns = Vec::with_capacity(KEYS.len());
        for (name, missing) in KEYS {
            columns.push(KeyColumn::new(name, missing, &mut words)?);
        }
        let keys = columns.try_into().map_err(|_| Stop::Declined)?;
        let (arms, tasks, call_hashes) = (Arms::default(), Tasks::default(), Some(Vec::new()));
        Ok(Self { words, keys, news, arms, tasks, calls: 0, hasher, call_hashes })
    }

    fn read(&mut self, path: &Path, counter: &ReadCounter) -> Result<(), Stop> {
        let scan = Scan::open(path, counter)?;
        self.calls += scan.rows();
        if self.calls > MOST_CALLS {
            return Err(Stop::Declined);
        }
        self.tasks.reserve(self.calls as usize);
        let keys = KEYS.map(|(name, _)| name);
        let mut names: Vec<&str> = keys.iter().chain(&NUMBERS).copied().collect();
        // The longest column of all: only where a call's name says which task it is, or what is new of it.
        if !self.news.is_empty() || scan.may_have_nulls("task_id") {
            names.push("call_id");
        }
        let schema = with_dictionaries(&Call::schema(), &keys);
        for batch in scan.columns(&schema, &names)? {
            self.add(&batch?)?;
        }
        Ok(())
    }

    fn add(&mut self, batch: &RecordBatch) -> Result<(), Stop> {
        for key in &mut self.keys {
            key.read(batch, &mut self.words)?;
        }
        let columns = Numbers::of(batch)?;
        match (&mut self.call_hashes, columns.call_id) {
            (Some(hashes), Some(ids)) => hashes.extend(ids.iter().map(|id| self.hasher.hash_one(id))),
            _ => self.call_hashes = None,
        }
        let production = self.words.number("production")?;
        for row in 0..batch.num_rows() {
            let [source, role, category, difficulty, model, provider, judge] =
                self.keys.each_ref().map(|key| key.rows[row]);
            let call = columns.call_id.map(|ids| ids.value(row));
            let news = if self.news.is_empty() { None } else { call.and_then(|call| self.news.get(call)) };
            let measured = columns.measured(row, news)?;
            let judge = match news {
                Some(News { score: Some(_), judge, .. }) => self.words.number(judge.as_deref().unwrap_or_default())?,
                _ => judge,
            };
            let key = ArmKey { source, role, category, difficulty, model, provider };
            self.arms.add(key, judge, &measured)?;
            if source == production {
                let task = if columns.task_id.is_valid(row) { Some(columns.task_id.value(row)) } else { call };
                let version = value(columns.table_version, row).unwrap_or(0);
                let task = task.ok_or(Stop::Declined)?.as_bytes();
                self.tasks.add([role, category, difficulty], task, version, &measured)?;
            }
        }
        Ok(())
    }
}

/// The columns of a batch that are no keys.
struct Numbers<'a> {
    call_id: Option<&'a StringArray>,
    task_id: &'a StringArray,
    attempt: &'a Int64Array,
    score: &'a Float64Array,
    success: &'a BooleanArray,
    latency_ms: &'a Float64Array,
    input_tokens: &'a Int64Array,
    cached_input_tokens: &'a Int64Array,
    output_tokens: &'a Int64Array,
    cost_usd: &'a Float64Array,
    table_version: &'a Int64Array,
}

impl<'a> Numbers<'a> {
    fn of(batch: &'a RecordBatch) -> Result<Self, Stop> {
        let column = |name: &str| batch.column_by_name(name).ok_or(Stop::Declined);
        let whole = |name: &str| column(name)?.as_primitive_opt::<Int64Type>().ok_or(Stop::Declined);
        let number = |name: &str| column(name)?.as_primitive_opt::<Float64Type>().ok_or(Stop::Declined);
        let numbers = Self {
            call_id: batch.column_by_name("call_id").and_then(|ids| ids.as_string_opt()),
            task_id: column("task_id")?.as_string_opt().ok_or(Stop::Declined)?,
            attempt: whole("attempt")?,
            score: number("score")?,
            success: column("success")?.as_boolean_opt().ok_or(Stop::Declined)?,
            latency_ms: number("latency_ms")?,
            input_tokens: whole("input_tokens")?,
            cached_input_tokens: whole("cached_input_tokens")?,
            output_tokens: whole("output_tokens")?,
            cost_usd: number("cost_usd")?,
            table_version: whole("table_version")?,
        };
        let always = numbers.attempt.null_count() + numbers.success.null_count();
        if always == 0 { Ok(numbers) } else { Err(Stop::Declined) }
    }

    fn measured(&self, row: usize, news: Option<&News>) -> Result<Measured, Stop> {
        let number = |column: &Float64Array| column.is_valid(row).then(|| column.value(row));
        let score = news.and_then(|news| news.score).or_else(|| number(self.score));
        let cost_usd = news.and_then(|news| news.cost_usd).or_else(|| number(self.cost_usd));
        let succeeded = news.and_then(|news| news.success).unwrap_or_else(|| self.success.value(row));
        let tenths = number(self.latency_ms).map(call::tenths).transpose()?;
        let input = value(self.input_tokens, row);
        let tokens = input.zip(value(self.output_tokens, row));
        let cached = value(self.cached_input_tokens, row).unwrap_or(0);
        Ok(Measured {
            first: self.attempt.value(row) == 1,
            succeeded,
            quality_micro: score.filter(|_| succeeded).map(call::quality_micro).transpose()?,
            cost_nano: cost_usd.map(call::cost_nano).transpose()?,
            tenths: tenths.map(|(tenths, _)| tenths),
            capped_tenths: tenths.map(|(_, capped)| capped),
            tokens: tokens.map(|(input, output)| [input, cached, output]),
        })
    }
}

fn value(column: &Int64Array, row: usize) -> Option<i64> {
    column.is_valid(row).then(|| column.value(row))
}

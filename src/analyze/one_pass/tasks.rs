//! `tasks_daily` and `task_latency_daily`: what whole production tasks cost and how long they took.

use std::hash::BuildHasher;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};

use super::Stop;
use super::call::{Measured, add, whole};
use super::rows::{LARGEST_DECIMAL, Rows};
use super::words::{Word, Words};
use crate::stats::latency_histogram::bucket;

/// Role, category, difficulty.
pub(super) type Segment = [Word; 3];

/// A task with its attempts of the day.
#[derive(Clone, Debug, Default)]
struct Task {
    segment: Segment,
    /// Of segment and name.
    hash: u64,
    /// Where its name stands among all names.
    name: (usize, usize),
    table_version: i64,
    began: bool,
    served: bool,
    attempts: i64,
    costed: i64,
    cost_nano: i64,
    timed: i64,
    tenths: i64,
    scored: i64,
    quality_micro: i64,
}

/// The production tasks of a day.
#[derive(Default)]
pub(super) struct Tasks {
    hasher: DefaultHashBuilder,
    places: HashTable<u32>,
    tasks: Vec<Task>,
    /// The tasks' names, one after the other.
    names: Vec<u8>,
}

/// The sums of a row of `tasks_daily`.
#[derive(Clone, Debug, Default)]
struct Sums {
    whole: [i64; 13],
    cost_square: i128,
}

/// Where the square of the costs stands among the sums.
const BEFORE_SQUARE: usize = 13;

impl Tasks {
    /// Room for the tasks of so many calls altogether.
    pub(super) fn reserve(&mut self, calls: usize) {
        let Self { places, tasks, .. } = self;
        places.reserve(calls.saturating_sub(places.len()), |place| tasks[*place as usize].hash);
    }

    /// Adds an attempt.
    pub(super) fn add(
        &mut self,
        segment: Segment,
        task: &[u8],
        table_version: i64,
        call: &Measured,
    ) -> Result<(), Stop> {
        let Self { hasher, places, tasks, names } = self;
        let hash = hasher.hash_one((segment, task));
        let name = |of: &Task| of.name.0..of.name.0 + of.name.1;
        let same = |place: &u32| {
            let known = &tasks[*place as usize];
            known.hash == hash && known.segment == segment && names[name(known)] == *task
        };
        let place = match places.find(hash, same) {
            Some(place) => *place,
            None => {
                let place = u32::try_from(tasks.len()).map_err(|_| Stop::Declined)?;
                tasks.push(Task { segment, hash, name: (names.len(), task.len()), table_version, ..Task::default() });
                names.extend_from_slice(task);
                places.insert_unique(hash, place, |place| tasks[*place as usize].hash);
                place
            }
        };
        let known = &mut tasks[place as usize];
        known.table_version = known.table_version.max(table_version);
        known.began |= call.first;
        known.served |= call.succeeded;
        known.attempts += 1;
        if let Some(cost) = call.cost_nano {
            known.costed += 1;
            add(&mut known.cost_nano, cost)?;
        }
        if let Some(tenths) = call.tenths {
            known.timed += 1;
            add(&mut known.tenths, tenths)?;
        }
        if let Some(quality) = call.quality_micro {
            known.scored += 1;
            add(&mut known.quality_micro, quality)?;
        }
        Ok(())
    }

    /// The rows of `tasks_daily`.
    pub(super) fn batch(&self, day: i32, words: &Words, schema: &SchemaRef) -> Result<RecordBatch, Stop> {
        let mut sums: HashMap<(Segment, i64), Sums> = HashMap::new();
        for task in &self.tasks {
            sums.entry((task.segment, task.table_version)).or_default().add(task)?;
        }
        let ranks = words.ranks();
        let mut rows_in_order: Vec<(&(Segment, i64), &Sums)> = sums.iter().collect();
        rows_in_order
            .sort_unstable_by_key(|((segment, version), _)| (segment.map(|w| ranks[usize::from(w)]), *version));
        let mut rows = Rows::new(schema, rows_in_order.len());
        rows.day(day)?;
        for part in 0..3 {
            rows.words(words, rows_in_order.iter().map(|((segment, _), _)| segment[part]))?;
        }
        rows.whole(rows_in_order.iter().map(|((_, version), _)| *version))?;
        for part in 0..BEFORE_SQUARE {
            rows.whole(rows_in_order.iter().map(|(_, sums)| sums.whole[part]))?;
        }
        rows.squares(rows_in_order.iter().map(|(_, sums)| sums.cost_square))?;
        rows.finish()
    }

    /// The rows of `task_latency_daily`.
    pub(super) fn latency_batch(&self, day: i32, words: &Words, schema: &SchemaRef) -> Result<RecordBatch, Stop> {
        let mut counts: HashMap<(Segment, i64), i64> = HashMap::new();
        for task in self.tasks.iter().filter(|task| task.timed == task.attempts) {
            *counts.entry((task.segment, bucket(task.tenths))).or_default() += 1;
        }
        let ranks = words.ranks();
        let mut rows_in_order: Vec<((Segment, i64), i64)> = counts.into_iter().collect();
        rows_in_order.sort_by_cached_key(|((segment, bucket), _)| (segment.map(|w| ranks[usize::from(w)]), *bucket));
        let mut rows = Rows::new(schema, rows_in_order.len());
        rows.day(day)?;
        for part in 0..3 {
            rows.words(words, rows_in_order.iter().map(|((segment, _), _)| segment[part]))?;
        }
        rows.whole(rows_in_order.iter().map(|((_, bucket), _)| *bucket))?;
        rows.whole(rows_in_order.iter().map(|(_, n)| *n))?;
        rows.finish()
    }
}

impl Sums {
    /// In the order of the columns: tasks, served, attempts, n_costed, cost_sum, latency_sum, n_scored, quality_sum,
    /// scored_tasks, task_quality_sum, task_quality_square_sum, costed_tasks, task_cost_sum.
    fn add(&mut self, task: &Task) -> Result<(), Stop> {
        let has_score = task.scored > 0;
        let quality = if has_score { whole(task.quality_micro as f64 / task.scored as f64 + 0.5)? } else { 0 };
        let has_cost = task.costed == task.attempts;
        let cost = if has_cost { task.cost_nano } else { 0 };
        let parts = [
            i64::from(task.began),
            i64::from(task.served),
            task.attempts,
            task.costed,
            task.cost_nano,
            task.tenths,
            task.scored,
            task.quality_micro,
            i64::from(has_score),
            quality,
            quality.checked_mul(quality).ok_or(Stop::Declined)?,
            i64::from(has_cost),
            cost,
        ];
        for (sum, part) in self.whole.iter_mut().zip(parts) {
            add(sum, part)?;
        }
        self.cost_square += i128::from(cost) * i128::from(cost);
        if self.cost_square > LARGEST_DECIMAL {
            return Err(Stop::Declined);
        }
        Ok(())
    }
}

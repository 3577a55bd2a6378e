//! `arms_daily` and `latency_daily`: what each model did on the day.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use hashbrown::HashMap;

use super::Stop;
use super::call::{Measured, add};
use super::rows::{LARGEST_DECIMAL, Rows};
use super::words::{Word, Words};
use crate::stats::latency_histogram::bucket;

/// A call's key: the words of its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ArmKey {
    pub(super) source: Word,
    pub(super) role: Word,
    pub(super) category: Word,
    pub(super) difficulty: Word,
    pub(super) model: Word,
    pub(super) provider: Word,
}

/// The sums of a row of `arms_daily`.
#[derive(Clone, Debug, Default)]
struct Sums {
    n: i64,
    n_success: i64,
    n_scored: i64,
    quality: i64,
    quality_square: i64,
    n_costed: i64,
    cost: i64,
    cost_square: i128,
    /// Calls with tokens, and their input, cached and output tokens: with a cost, and without.
    tokens: [[i64; 4]; 2],
}

/// The arms of a day.
#[derive(Default)]
pub(super) struct Arms {
    /// By key: its number.
    numbers: HashMap<ArmKey, u32>,
    keys: Vec<ArmKey>,
    /// By arm, judge and whether it is a first attempt.
    places: HashMap<(u32, Word, bool), u32>,
    cells: Vec<(u32, Word, bool)>,
    sums: Vec<Sums>,
    /// By arm and bucket.
    latencies: HashMap<(u32, u16), i64>,
}

impl Arms {
    /// Adds a call.
    pub(super) fn add(&mut self, key: ArmKey, judge: Word, call: &Measured) -> Result<(), Stop> {
        let next = self.keys.len() as u32;
        let arm = *self.numbers.entry(key).or_insert(next);
        if arm == next {
            self.keys.push(key);
        }
        let cell = (arm, judge, call.first);
        let next = self.cells.len() as u32;
        let place = *self.places.entry(cell).or_insert(next);
        if place == next {
            self.cells.push(cell);
            self.sums.push(Sums::default());
        }
        self.sums[place as usize].add(call)?;
        if let (Some(tenths), true, true) = (call.capped_tenths, call.succeeded, call.first) {
            *self.latencies.entry((arm, bucket(tenths) as u16)).or_default() += 1;
        }
        Ok(())
    }

    /// The rows of `arms_daily`.
    pub(super) fn batch(&self, day: i32, words: &Words, schema: &SchemaRef) -> Result<RecordBatch, Stop> {
        let ranks = words.ranks();
        let rank = |word: Word| ranks[usize::from(word)];
        let mut order: Vec<usize> = (0..self.cells.len()).collect();
        order.sort_unstable_by_key(|place| {
            let (arm, judge, first) = self.cells[*place];
            let key = self.keys[arm as usize];
            // "first" comes before "later".
            let names = [key.role, key.category, key.difficulty, key.model, key.provider].map(rank);
            (rank(key.source), rank(judge), !first, names)
        });
        let mut rows = Rows::new(schema, order.len());
        rows.day(day)?;
        let key = |place: usize| self.keys[self.cells[place].0 as usize];
        rows.words(words, order.iter().map(|place| key(*place).source))?;
        rows.words(words, order.iter().map(|place| self.cells[*place].1))?;
        rows.text(order.iter().map(|place| if self.cells[*place].2 { "first" } else { "later" }))?;
        for part in [
            |key: ArmKey| key.role,
            |key: ArmKey| key.category,
            |key: ArmKey| key.difficulty,
            |key: ArmKey| key.model,
            |key: ArmKey| key.provider,
        ] {
            rows.words(words, order.iter().map(|place| part(key(*place))))?;
        }
        let sums = |of: fn(&Sums) -> i64| order.iter().map(move |place| of(&self.sums[*place]));
        rows.whole(sums(|sums| sums.n))?;
        rows.whole(sums(|sums| sums.n_success))?;
        rows.whole(sums(|sums| sums.n_scored))?;
        rows.whole(sums(|sums| sums.quality))?;
        rows.whole(sums(|sums| sums.quality_square))?;
        rows.whole(sums(|sums| sums.n_costed))?;
        rows.whole(sums(|sums| sums.cost))?;
        rows.squares(order.iter().map(|place| self.sums[*place].cost_square))?;
        for costed in [0, 1] {
            for part in 0..4 {
                rows.whole(order.iter().map(|place| self.sums[*place].tokens[costed][part]))?;
            }
        }
        rows.finish()
    }

    /// The rows of `latency_daily`.
    pub(super) fn latency_batch(&self, day: i32, words: &Words, schema: &SchemaRef) -> Result<RecordBatch, Stop> {
        let ranks = words.ranks();
        let mut order: Vec<(u32, u16)> = self.latencies.keys().copied().collect();
        let mut arms: Vec<u32> = (0..self.keys.len() as u32).collect();
        arms.sort_unstable_by_key(|arm| self.keys[*arm as usize].parts().map(|word| ranks[usize::from(word)]));
        let mut places = vec![0; arms.len()];
        arms.iter().zip(0_u32..).for_each(|(arm, place)| places[*arm as usize] = place);
        order.sort_unstable_by_key(|(arm, bucket)| (places[*arm as usize], *bucket));
        let mut rows = Rows::new(schema, order.len());
        rows.day(day)?;
        for part in 0..6 {
            rows.words(words, order.iter().map(|(arm, _)| self.keys[*arm as usize].parts()[part]))?;
        }
        rows.whole(order.iter().map(|(_, bucket)| i64::from(*bucket)))?;
        rows.whole(order.iter().map(|place| self.latencies[place]))?;
        rows.finish()
    }
}

impl ArmKey {
    /// Source, role, category, difficulty, model, provider.
    fn parts(self) -> [Word; 6] {
        [self.source, self.role, self.category, self.difficulty, self.model, self.provider]
    }
}

impl Sums {
    fn add(&mut self, call: &Measured) -> Result<(), Stop> {
        self.n += 1;
        self.n_success += i64::from(call.succeeded);
        if let Some(quality) = call.quality_micro {
            self.n_scored += 1;
            add(&mut self.quality, quality)?;
            add(&mut self.quality_square, quality.checked_mul(quality).ok_or(Stop::Declined)?)?;
        }
        if let Some(cost) = call.cost_nano {
            self.n_costed += 1;
            add(&mut self.cost, cost)?;
            self.cost_square += i128::from(cost) * i128::from(cost);
            if self.cost_square > LARGEST_DECIMAL {
                return Err(Stop::Declined);
            }
        }
        if let Some(tokens) = call.tokens {
            let sums = &mut self.tokens[usize::from(call.cost_nano.is_none())];
            sums[0] += 1;
            for (sum, tokens) in sums[1..].iter_mut().zip(tokens) {
                add(sum, tokens)?;
            }
        }
        Ok(())
    }
}

//! The history by day, in an order of its own: no result depends on the order in which it was given.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::input::BacktestHistory;
use crate::history::DayCell;
use crate::segment::Segment;

/// The source that tells what traffic there is and what a table earns; where it is missing, all sources do.
const PRODUCTION: &str = "production";

/// A history indexed by names in their order.
pub(super) struct Log {
    pub(super) segments: Vec<Segment>,
    pub(super) models: Vec<String>,
    pub(super) sources: Vec<String>,
    pub(super) judges: Vec<String>,
    /// Who serves each model, by its first arm.
    pub(super) providers: Vec<String>,
    /// By segment, then by model.
    pub(super) arms: Vec<LogArm>,
    /// The kinds of calls that occur, by arm, source and judge.
    pub(super) slots: Vec<Slot>,
    /// Days with entries, oldest first.
    pub(super) days: Vec<LogDay>,
    /// Whether any success has a score.
    pub(super) scored: bool,
    /// Whether any call has a cost.
    pub(super) costed: bool,
}

/// An arm: positions among segments and models.
pub(super) struct LogArm {
    pub(super) segment: usize,
    pub(super) model: usize,
    pub(super) provider: String,
}

/// Positions among arms, sources and judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot {
    pub(super) arm: usize,
    pub(super) source: usize,
    pub(super) judge: usize,
    /// Whether it is of production.
    pub(super) production: bool,
    /// Whether its calls are the traffic.
    pub(super) traffic: bool,
}

/// One day's sums.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct LogDay {
    /// Days since 1970.
    pub(super) day: i32,
    /// By position among the slots; `arm`, `source` and `judge` of a cell are as given.
    pub(super) cells: Vec<(usize, DayCell)>,
    /// By arm: costed calls and dollars.
    pub(super) costs: Vec<(usize, f64, f64)>,
    /// By arm: later attempts and their successes.
    pub(super) later: Vec<(usize, f64, f64)>,
}

impl Log {
    /// The log of a history that has passed its checks.
    pub(super) fn new(input: &BacktestHistory) -> Self {
        let history = &input.history;
        let segments = sorted(history.arms.iter().map(|arm| arm.segment.clone()));
        let models = sorted(history.arms.iter().map(|arm| arm.model.clone()));
        let (sources, judges) = (sorted(history.sources.iter().cloned()), sorted(history.judges.iter().cloned()));
        let mut providers: BTreeMap<(usize, usize), &String> = BTreeMap::new();
        for (arm, provider) in history.arms.iter().zip(&input.providers) {
            let entry = providers.entry((place(&segments, &arm.segment), place(&models, &arm.model)));
            // An arm listed twice has the first of its providers by name, in whatever order they came.
            entry.and_modify(|known| *known = provider.min(known)).or_insert(provider);
        }
        let keys: Vec<(usize, usize)> = providers.keys().copied().collect();
        let arm_of: Vec<usize> = history
            .arms
            .iter()
            .map(|arm| place(&keys, &(place(&segments, &arm.segment), place(&models, &arm.model))))
            .collect();
        let source_of: Vec<usize> = history.sources.iter().map(|name| place(&sources, name)).collect();
        let judge_of: Vec<usize> = history.judges.iter().map(|name| place(&judges, name)).collect();
        let is_production = |cell: &&DayCell| history.sources[cell.source as usize] == PRODUCTION;
        let produced = history.cells.iter().any(|cell| is_production(&cell) && cell.calls > 0);
        let slot = |cell: &DayCell| Slot {
            arm: arm_of[cell.arm as usize],
            source: source_of[cell.source as usize],
            judge: judge_of[cell.judge as usize],
            production: is_production(&cell),
            traffic: !produced || is_production(&cell),
        };
        let slots = sorted(history.cells.iter().filter(|cell| cell.calls > 0).map(slot));

        let mut days: BTreeMap<i32, LogDay> = BTreeMap::new();
        let mut cells: Vec<(usize, DayCell)> = history
            .cells
            .iter()
            .filter(|cell| cell.calls > 0)
            .map(|cell| (place(&slots, &slot(cell)), *cell))
            .collect();
        cells.sort_by(|one, other| (one.1.day, one.0).cmp(&(other.1.day, other.0)).then(by_sums(&one.1, &other.1)));
        for (slot, cell) in cells {
            let day = entry(&mut days, cell.day);
            match day.cells.last_mut().filter(|(last, _)| *last == slot) {
                Some((_, sums)) => {
                    sums.calls = sums.calls.saturating_add(cell.calls);
                    sums.successes = sums.successes.saturating_add(cell.successes);
                    sums.scored = sums.scored.saturating_add(cell.scored);
                    sums.quality_sum += cell.quality_sum;
                    sums.quality_square_sum += cell.quality_square_sum;
                }
                None => day.cells.push((slot, cell)),
            }
        }
        let costs = input.costs.iter().filter(|cost| cost.calls > 0);
        for (day, sums) in
            added(costs.map(|cost| (cost.day, arm_of[cost.arm as usize], cost.calls as f64, cost.cost_usd)))
        {
            entry(&mut days, day).costs.push(sums);
        }
        let later = input.later.iter().filter(|later| later.calls > 0);
        let later =
            later.map(|later| (later.day, arm_of[later.arm as usize], later.calls as f64, later.successes as f64));
        for (day, sums) in added(later) {
            entry(&mut days, day).later.push(sums);
        }
        let served_by = |model: usize| providers.iter().find(|((_, own), _)| *own == model);
        Self {
            providers: (0..models.len())
                .map(|model| served_by(model).map_or_else(String::new, |(_, provider)| (*provider).clone()))
                .collect(),
            arms: providers
                .iter()
                .map(|(&(segment, model), provider)| LogArm { segment, model, provider: (*provider).clone() })
                .collect(),
            segments,
            models,
            sources,
            judges,
            slots,
            scored: history.cells.iter().any(|cell| cell.scored > 0),
            costed: input.costs.iter().any(|cost| cost.calls > 0),
            days: days.into_values().collect(),
        }
    }

    /// The place of an arm in tables of all segments × models.
    pub(super) fn dense(&self, segment: usize, model: usize) -> usize {
        segment * self.models.len() + model
    }
}

fn sorted<T: Ord>(names: impl Iterator<Item = T>) -> Vec<T> {
    names.collect::<BTreeSet<T>>().into_iter().collect()
}

/// Where a name is among the sorted names.
pub(super) fn place<T: Ord>(names: &[T], name: &T) -> usize {
    names.binary_search(name).expect("the names are those of the same history")
}

fn entry(days: &mut BTreeMap<i32, LogDay>, day: i32) -> &mut LogDay {
    days.entry(day).or_insert_with(|| LogDay { day, ..LogDay::default() })
}

/// Some order for cells of the same day and slot: rounded sums depend on it, so it must not be that of the input.
fn by_sums(one: &DayCell, other: &DayCell) -> Ordering {
    let counts = |cell: &DayCell| (cell.calls, cell.successes, cell.scored);
    counts(one)
        .cmp(&counts(other))
        .then(one.quality_sum.total_cmp(&other.quality_sum))
        .then(one.quality_square_sum.total_cmp(&other.quality_square_sum))
}

/// Entries (day, arm, x, y) of the same day and arm added up, in an order of their own.
fn added(entries: impl Iterator<Item = (i32, usize, f64, f64)>) -> Vec<(i32, (usize, f64, f64))> {
    let mut entries: Vec<_> = entries.collect();
    entries.sort_by(|one, other| {
        (one.0, one.1).cmp(&(other.0, other.1)).then(one.2.total_cmp(&other.2)).then(one.3.total_cmp(&other.3))
    });
    let mut sums: Vec<(i32, (usize, f64, f64))> = Vec::new();
    for (day, arm, x, y) in entries {
        match sums.last_mut().filter(|(last, (known, _, _))| (*last, *known) == (day, arm)) {
            Some((_, sum)) => *sum = (arm, sum.1 + x, sum.2 + y),
            None => sums.push((day, (arm, x, y))),
        }
    }
    sums
}

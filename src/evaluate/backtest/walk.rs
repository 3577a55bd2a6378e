//! Night by night: the tables of every half-life and algorithm, and what they earn the next day.

use std::ops::Range;

use rayon::prelude::*;

use super::best_single::{SegmentDay, alone};
use super::earnings::{Earned, earned};
use super::error::BacktestError;
use super::hindsight::{BLOCK, DayOutcomes};
use super::log::Log;
use super::memory::{Benchmark, Memory};
use super::settings::BacktestSettings;
use crate::policy::{Algorithm, LeafTables, PolicyError, leaf_tables};

/// A night's tables of one half-life, one an algorithm.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Night {
    /// What each earns on the day.
    pub(super) earned: Vec<Earned>,
    pub(super) lambdas: Vec<f64>,
    /// The share of the day's traffic for which there is a row.
    pub(super) seen: f64,
    /// What each model alone earns; of the standing half-life only.
    pub(super) alone: Vec<SegmentDay>,
}

/// The nights before the days judged, for each half-life; none where a day has no outcomes or no table could be built by
/// the rules. `standing` is the half-life in force.
pub(super) fn walk(
    log: &Log,
    settings: &BacktestSettings,
    (half_lives, algorithms): (&[f64], &[Algorithm]),
    (days, judged): (&[Option<DayOutcomes>], Range<usize>),
    standing: f64,
) -> Result<Vec<Vec<Option<Night>>>, BacktestError> {
    let start = judged.start;
    each_night(log, settings, (half_lives, algorithms), judged, |half_life, day, tables| {
        let outcomes = days[day - start].as_ref()?;
        let (earned, seen) = earned(log, &tables.rows, algorithms.len(), outcomes);
        let alone = if half_life == standing { alone(log, &tables.rows, outcomes) } else { Vec::new() };
        (seen > 0.0).then(|| Night { earned, lambdas: tables.lambdas.clone(), seen, alone })
    })
}

/// Does something with the tables of each night, given their half-life and the day they serve: by half-life, then by day.
pub(super) fn each_night<T: Send>(
    log: &Log,
    settings: &BacktestSettings,
    (half_lives, algorithms): (&[f64], &[Algorithm]),
    judged: Range<usize>,
    visit: impl Fn(f64, usize, &LeafTables) -> Option<T> + Sync,
) -> Result<Vec<Vec<Option<T>>>, BacktestError> {
    let starts: Vec<usize> = judged.clone().step_by(BLOCK).collect();
    // The state at the start of each block: decayed sums only, cheap beside the nights themselves.
    let jobs: Vec<(f64, usize, Memory)> = half_lives
        .par_iter()
        .flat_map_iter(|&half_life| {
            let mut memory = Memory::new(log, half_life);
            let mut next = 0;
            let states = starts.iter().map(|&start| {
                (next..start).for_each(|day| step(log, &mut memory, day));
                next = start;
                (half_life, start, memory.clone())
            });
            states.collect::<Vec<_>>()
        })
        .collect();
    let benchmark = Benchmark { weight: settings.benchmark_weight, cap: settings.benchmark_cap };
    let night = |half_life: f64, memory: &Memory, day: usize| -> Result<Option<T>, BacktestError> {
        let evidence = memory.evidence(log, benchmark);
        if evidence.is_empty() {
            return Ok(None);
        }
        match leaf_tables(&evidence, &memory.traffic(log), &settings.policy, algorithms) {
            Ok(tables) => Ok(visit(half_life, day, &tables)),
            // The log may have begun with models that the rules forbid today.
            Err(PolicyError::NothingAllowed { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    };
    let nights: Vec<Option<T>> = jobs
        .into_par_iter()
        .with_max_len(1)
        .flat_map_iter(|(half_life, start, mut memory)| {
            let night = &night;
            (start..(start + BLOCK).min(judged.end)).map(move |day| {
                let found = night(half_life, &memory, day);
                step(log, &mut memory, day);
                found
            })
        })
        .collect::<Vec<_>>()
        .into_iter()
        .collect::<Result<_, _>>()?;
    let mut nights = nights.into_iter();
    Ok(half_lives.iter().map(|_| nights.by_ref().take(judged.len()).collect()).collect())
}

/// Adds a day and lets time pass until the next: there, yesterday has age 1.
fn step(log: &Log, memory: &mut Memory, day: usize) {
    memory.add(log, &log.days[day], false);
    if let Some(next) = log.days.get(day + 1) {
        memory.pass(next.day - log.days[day].day);
    }
}

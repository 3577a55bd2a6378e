//! What the arms turned out to do: the yardstick of a night's table, from the day it serves and those after, never from
//! the days it was built from.

use std::ops::Range;

use rayon::prelude::*;

use super::error::BacktestError;
use super::log::Log;
use super::memory::{Benchmark, Memory};
use crate::policy::{Level, PolicySettings, levels};
use crate::segment::Segment;
use crate::stats::logit_normal::{expit, logit};

/// Days by which a later day counts half for what an arm did today.
pub(super) const HALF_LIFE: f64 = 7.0;
/// Days walked from one remembered state.
pub(super) const BLOCK: usize = 16;

/// Only traffic is added up: no benchmark is weighed.
const PLAIN: Benchmark = Benchmark { weight: 1.0, cap: f64::INFINITY };

/// How it is read what arms did; the default is what the back-test uses, the others are there to be compared with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::evaluate) struct Yardstick {
    /// Days by which a later day counts half; 0: the day alone.
    pub(in crate::evaluate) half_life_days: f64,
    pub(in crate::evaluate) reading: Reading,
}

/// What stands for an arm's level.
#[cfg_attr(not(test), allow(dead_code, reason = "the proof compares them"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::evaluate) enum Reading {
    /// Its own mean of the day; without one, the posterior's.
    Today,
    /// Its own mean of the day; without one, of the days from then on; without one, the posterior's.
    Nearest,
    /// Its own mean of the days from then on; without one, the posterior's.
    Observed,
    /// The posterior's mean.
    Believed,
    /// Its own mean of the day; without one, its weight goes to the row's other arms.
    Renormalised,
}

impl Default for Yardstick {
    fn default() -> Self {
        Self { half_life_days: HALF_LIFE, reading: Reading::Today }
    }
}

/// What an arm did on a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Outcome {
    /// P(success) at a first attempt.
    pub(super) success: f64,
    /// P(success) where another model has just failed.
    pub(super) after_failure: f64,
    /// Mean score/10 of a success; 1 in a log without a score.
    pub(super) quality: f64,
    /// Of a call, in dollars.
    pub(super) cost_usd: Option<f64>,
    /// Whether it had a first attempt on the day itself.
    pub(super) called: bool,
    /// Whether it takes part; if not, its weight goes to the row's other arms.
    pub(super) known: bool,
}

/// A day's outcomes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DayOutcomes {
    /// The segments' shares of the day's traffic.
    pub(super) traffic: Vec<f64>,
    /// Of all segments × models.
    pub(super) arms: Vec<Outcome>,
}

/// The outcomes of these days of the log, by all days from each of them on; none for a day without traffic or where no
/// later success has a score.
pub(super) fn hindsight(
    log: &Log,
    policy: &PolicySettings,
    yardstick: Yardstick,
    judged: Range<usize>,
) -> Result<Vec<Option<DayOutcomes>>, BacktestError> {
    let blocks: Vec<Range<usize>> =
        judged.clone().step_by(BLOCK).map(|start| start..(start + BLOCK).min(judged.end)).collect();
    // The state after each block, from the last day back.
    let mut memory = Memory::new(log, yardstick.half_life_days);
    (judged.end..log.days.len()).rev().for_each(|day| step_back(log, &mut memory, day));
    let mut states: Vec<Memory> = Vec::new();
    for block in blocks.iter().rev() {
        states.push(memory.clone());
        block.clone().rev().for_each(|day| step_back(log, &mut memory, day));
    }
    let asked: Vec<(&Segment, &str)> =
        log.segments.iter().flat_map(|segment| log.models.iter().map(move |model| (segment, model.as_str()))).collect();
    let jobs: Vec<_> = blocks.into_iter().rev().zip(states).collect();
    let mut days: Vec<_> = jobs
        .into_par_iter()
        .flat_map_iter(|(block, mut memory)| {
            let asked = &asked;
            block.rev().map(move |day| {
                step_back(log, &mut memory, day);
                outcomes(log, policy, yardstick, &memory, day, asked)
            })
        })
        .collect::<Vec<_>>()
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?;
    days.reverse();
    Ok(days)
}

fn step_back(log: &Log, memory: &mut Memory, day: usize) {
    if let Some(after) = log.days.get(day + 1) {
        memory.pass(after.day - log.days[day].day);
    }
    memory.add(log, &log.days[day], true);
}

fn outcomes(
    log: &Log,
    policy: &PolicySettings,
    yardstick: Yardstick,
    memory: &Memory,
    day: usize,
    asked: &[(&Segment, &str)],
) -> Result<Option<DayOutcomes>, BacktestError> {
    let mut traffic = vec![0.0; log.segments.len()];
    let mut called = vec![false; asked.len()];
    for &(slot, cell) in &log.days[day].cells {
        let arm = &log.arms[log.slots[slot].arm];
        if log.slots[slot].traffic {
            traffic[arm.segment] += cell.calls as f64;
            called[log.dense(arm.segment, arm.model)] = true;
        }
    }
    let total: f64 = traffic.iter().sum();
    if total <= 0.0 {
        return Ok(None);
    }
    traffic.iter_mut().for_each(|calls| *calls /= total);
    let evidence = memory.evidence(log, PLAIN);
    let mut own_day = Memory::new(log, 0.0);
    own_day.add(log, &log.days[day], true);
    let (levels, shift) = levels(&evidence, &own_day.evidence(log, PLAIN), policy, asked)?;
    if log.scored && levels.iter().any(|levels| levels.quality.is_none()) {
        return Ok(None);
    }
    let read = |level: Level| match yardstick.reading {
        Reading::Believed => level.believed,
        Reading::Observed => level.observed.unwrap_or(level.believed),
        Reading::Today => level.today.unwrap_or(level.believed),
        Reading::Nearest | Reading::Renormalised => level.today.or(level.observed).unwrap_or(level.believed),
    };
    let arms = levels.iter().zip(called).map(|(levels, called)| Outcome {
        success: read(levels.success),
        after_failure: expit(logit(levels.success.believed) + shift),
        quality: levels.quality.map_or(1.0, read),
        cost_usd: levels.cost_usd,
        called,
        known: yardstick.reading != Reading::Renormalised
            || levels.success.today.is_some() && levels.quality.is_none_or(|quality| quality.today.is_some()),
    });
    Ok(Some(DayOutcomes { traffic, arms: arms.collect() }))
}

//! The same tables by several yardsticks and by the truth: what the proof compares.

use super::earnings::earned;
use super::error::BacktestError;
use super::hindsight::{Yardstick, hindsight};
use super::input::BacktestHistory;
use super::log::Log;
use super::run::judged;
use super::settings::{BacktestSettings, Contender};
use super::walk::each_night;
use crate::policy::LeafRow;

/// Mean values a task over the nights.
pub(in crate::evaluate) struct SideBySide {
    pub(in crate::evaluate) contenders: Vec<Contender>,
    /// The share of draws on arms with a call on the day, averaged over contenders.
    pub(in crate::evaluate) coverage: f64,
    /// By yardstick, then by contender.
    pub(in crate::evaluate) found: Vec<Vec<f64>>,
    /// By contender.
    pub(in crate::evaluate) truth: Vec<f64>,
}

/// Builds the tables of each night once and values them by every yardstick, and by `truth`, which says of a day and its
/// rows what each algorithm's table is worth.
pub(in crate::evaluate) fn side_by_side(
    input: &BacktestHistory,
    settings: &BacktestSettings,
    yardsticks: &[Yardstick],
    truth: impl Fn(i32, &[LeafRow]) -> Vec<f64> + Sync,
) -> Result<SideBySide, BacktestError> {
    let log = Log::new(input);
    let (half_lives, algorithms) = settings.grid();
    let judged = judged(&log, settings)?;
    let by_yardstick = |yardstick: &Yardstick| hindsight(&log, &settings.policy, *yardstick, judged.clone());
    let outcomes = yardsticks.iter().map(by_yardstick).collect::<Result<Vec<_>, _>>()?;
    let start = judged.start;
    let nights = each_night(&log, settings, (&half_lives, &algorithms), judged, |_, day, tables| {
        let earned = outcomes.iter().map(|days| {
            let outcomes = days[day - start].as_ref().expect("the worlds of the proof have calls and scores every day");
            earned(&log, &tables.rows, algorithms.len(), outcomes).0
        });
        Some((earned.collect::<Vec<_>>(), truth(log.days[day].day, &tables.rows)))
    })?;
    let mut contenders = Vec::new();
    let (mut found, mut truly, mut coverage) = (vec![Vec::new(); yardsticks.len()], Vec::new(), 0.0);
    for (half_life, &half_life_days) in half_lives.iter().enumerate() {
        let nights: Vec<_> = nights[half_life].iter().flatten().collect();
        let mean = |sum: f64| sum / nights.len() as f64;
        for (own, &algorithm) in algorithms.iter().enumerate() {
            contenders.push(Contender { half_life_days, algorithm });
            for (yardstick, found) in found.iter_mut().enumerate() {
                found.push(mean(nights.iter().map(|(earned, _)| earned[yardstick][own].value).sum()));
            }
            truly.push(mean(nights.iter().map(|(_, truth)| truth[own]).sum()));
            coverage += mean(nights.iter().map(|(earned, _)| earned[0][own].coverage).sum());
        }
    }
    let coverage = coverage / contenders.len() as f64;
    Ok(SideBySide { contenders, coverage, found, truth: truly })
}

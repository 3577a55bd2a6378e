//! The choice among the half-lives of the grid.

use rayon::prelude::*;

use super::noise::noise;
use super::predictive::log_likelihoods;
use super::series::series;
use crate::history::{History, HistoryError};

/// The half-lives to choose from, in days, ascending; infinity forgets nothing.
pub const GRID: [f64; 7] = [3.0, 7.0, 14.0, 30.0, 60.0, 120.0, f64::INFINITY];

/// The half-life in days where the history is too short to tell.
pub const DEFAULT: f64 = 14.0;

/// A history shorter than this many days says nothing about half-lives.
const LEAST_DAYS: i32 = 14;

/// How well one half-life predicted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GridPoint {
    /// The half-life in days, possibly infinite.
    pub half_life: f64,
    /// Sum of the one-day-ahead predictive log-likelihoods over arms and days, in nats. Only differences have a meaning:
    /// what no half-life changes is left out.
    pub log_likelihood: f64,
}

/// The half-life that fits, and by how much.
#[derive(Clone, Debug, PartialEq)]
pub struct HalfLife {
    /// The half-life to use, in days, possibly infinite.
    pub days: f64,
    /// Whether this is [`DEFAULT`] for want of history rather than a choice.
    pub is_default: bool,
    /// Every half-life of [`GRID`] with its log-likelihood, in the grid's order; empty where nothing could be predicted.
    pub grid: Vec<GridPoint>,
    /// Log-likelihood of the choice less that of the best other one, in nats; below 0 where a near-tie went to the
    /// longer one. 0 where nothing was chosen.
    pub gain_over_runner_up: f64,
    /// Log-likelihood of the choice less that of [`DEFAULT`], in nats. 0 where nothing was chosen.
    pub gain_over_default: f64,
}

impl HalfLife {
    fn default_of(grid: Vec<GridPoint>) -> Self {
        Self { days: DEFAULT, is_default: true, grid, gain_over_runner_up: 0.0, gain_over_default: 0.0 }
    }
}

/// The half-life of [`GRID`] under which each day of the source would have been predicted best from the days before it.
///
/// Prequential choice (Dawid, *JRSS A* 147, 1984, 278-292). Per arm, before each day with calls, the earlier days decayed to
/// that day (age 1 for the day before, as in [`crate::stats::decay`]) predict
/// - its successes: beta-binomial, Beta(κμ + Σw·z, κ(1−μ) + Σw·(1−z)), μ the source's mean, where the calls of days that
///   vary more than coin tosses are divided by that dispersion;
/// - its mean score: normal, variance φ·m̄(1−m̄)(1/S + 1/n), judges' constant effects taken out.
///
/// The prior's strength κ comes from how much the arms differ. With a weak constant one the arms' likeness would pass for
/// change: forgetting an arm's own noise and falling back on the mean of all would predict better in any world.
///
/// Dispersions come from differences of neighbouring days, so a level that wanders does not hide as noise.
///
/// Near-ties go to the longer half-life: of the values that lie below the best by no more than one standard error of
/// the difference, the longest is chosen (the one-standard-error rule of Breiman, Friedman, Olshen & Stone,
/// *Classification and Regression Trees*, 1984, §3.4.3). The standard error is that of a sum over days, each day's arms
/// taken together, since what moves one arm may move its neighbours (Vuong, *Econometrica* 57, 1989, 307-333).
///
/// With a history of less than two weeks, or no arm with two days, it is [`DEFAULT`], and says so.
///
/// # Errors
/// [`HistoryError`] where the history is not a possible one.
///
/// ```
/// use merit::history::{half_life, History};
/// let found = half_life(&History::default(), 0)?;
/// assert!(found.is_default && found.days == 14.0);
/// # Ok::<(), merit::history::HistoryError>(())
/// ```
pub fn half_life(history: &History, source: u32) -> Result<HalfLife, HistoryError> {
    history.validate()?;
    let all = series(history, source);
    let mut calendar: Vec<i32> = all.iter().flat_map(|arm| &arm.days).map(|day| day.day).collect();
    calendar.sort_unstable();
    calendar.dedup();
    if all.iter().all(|arm| arm.days.len() < 2) {
        return Ok(HalfLife::default_of(Vec::new()));
    }
    let noise = noise(history, &all);
    let mut by_day = vec![[0.0; GRID.len()]; calendar.len()];
    let of_arms: Vec<Vec<(usize, [f64; GRID.len()])>> =
        all.par_iter().enumerate().map(|(index, arm)| log_likelihoods(arm, index, &noise, &calendar)).collect();
    // In the order of the arms, so that the sums are the same on any number of threads.
    for (place, found) in of_arms.into_iter().flatten() {
        by_day[place].iter_mut().zip(found).for_each(|(sum, value)| *sum += value);
    }
    let mut totals = [0.0; GRID.len()];
    for day in &by_day {
        totals.iter_mut().zip(day).for_each(|(total, value)| *total += value);
    }
    let point = |(half_life, log_likelihood): (f64, f64)| GridPoint { half_life, log_likelihood };
    let grid: Vec<GridPoint> = GRID.into_iter().zip(totals).map(point).collect();
    if calendar[calendar.len() - 1] - calendar[0] + 1 < LEAST_DAYS {
        return Ok(HalfLife::default_of(grid));
    }
    let best = (0..GRID.len()).fold(0, |best, place| if totals[place] >= totals[best] { place } else { best });
    let chosen = (best..GRID.len())
        .rev()
        .find(|place| totals[best] - totals[*place] <= standard_error(&by_day, best, *place))
        .unwrap_or(best);
    let others = (0..GRID.len()).filter(|place| *place != chosen).map(|place| totals[place]);
    let runner_up = others.fold(f64::NEG_INFINITY, f64::max);
    let default = GRID.iter().zip(&totals).find(|(half_life, _)| **half_life == DEFAULT);
    let default = default.map_or(totals[chosen], |(_, total)| *total);
    Ok(HalfLife {
        days: GRID[chosen],
        is_default: false,
        grid,
        gain_over_runner_up: totals[chosen] - runner_up,
        gain_over_default: totals[chosen] - default,
    })
}

/// Of Σ over days (one − other): √(D·Σ(d − d̄)²/(D − 1)) over the D days that differ at all.
fn standard_error(by_day: &[[f64; GRID.len()]], one: usize, other: usize) -> f64 {
    let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for day in by_day {
        let difference = day[one] - day[other];
        if difference != 0.0 {
            count += 1.0;
            sum += difference;
            squares += difference * difference;
        }
    }
    if count < 2.0 {
        return 0.0;
    }
    libm::sqrt((squares - sum * sum / count).max(0.0) * count / (count - 1.0))
}

//! The whole back-test.

use std::ops::Range;

use super::best_single::{SegmentDay, best_single};
use super::error::BacktestError;
use super::hindsight::{Yardstick, hindsight};
use super::input::BacktestHistory;
use super::interval::batch_means;
use super::log::Log;
use super::result::{Backtest, BestSingle, ContenderResult, DayEarnings, SingleModel};
use super::settings::{BacktestSettings, Contender};
use super::walk::{Night, walk};
use crate::evaluate::interval::Interval;

/// Walks over a history night by night and says what the tables of each half-life and algorithm would have earned on the
/// day after.
///
/// The result depends on the arguments alone, neither on the order of the entries nor on the number of threads.
///
/// # Errors
/// Sums that no calls can have, settings out of range, or a log too short.
///
/// ```
/// use merit::evaluate::backtest::{backtest, BacktestHistory, BacktestSettings, DayCost};
/// use merit::history::{DayCell, History, HistoryArm};
/// use merit::segment::Segment;
/// let arm = |model: &str| HistoryArm { segment: Segment::new("executor", "debugging", "advanced"), model: model.into() };
/// let mut input = BacktestHistory {
///     history: History {
///         arms: vec![arm("good"), arm("poor")],
///         sources: vec!["production".into()],
///         judges: vec!["reviewer".into()],
///         cells: Vec::new(),
///     },
///     providers: vec!["north".into(), "south".into()],
///     ..BacktestHistory::default()
/// };
/// for day in 0..30 {
///     for (arm, quality) in [(0, 0.9), (1, 0.6)] {
///         input.history.cells.push(DayCell {
///             day, arm, source: 0, judge: 0, calls: 20, successes: 20, scored: 20,
///             quality_sum: 20.0 * quality, quality_square_sum: 20.0 * quality * quality,
///         });
///         input.costs.push(DayCost { day, arm, calls: 20, cost_usd: 0.2 });
///     }
/// }
/// let found = backtest(&input, &BacktestSettings::default())?;
/// assert_eq!((found.days.len(), found.contenders.len()), (16, 24));
/// // Greedy always plays the good one.
/// let greedy = &found.contenders[3];
/// assert!((greedy.value.mean - 0.9).abs() < 1e-9 && greedy.value_beyond_standing.mean > 0.0);
/// # Ok::<(), merit::evaluate::backtest::BacktestError>(())
/// ```
pub fn backtest(input: &BacktestHistory, settings: &BacktestSettings) -> Result<Backtest, BacktestError> {
    settings.check()?;
    input.check()?;
    let log = Log::new(input);
    let judged = judged(&log, settings)?;
    let (half_lives, algorithms) = settings.grid();
    let outcomes = hindsight(&log, &settings.policy, Yardstick::default(), judged.clone())?;
    let standing_days = settings.standing_half_life_days;
    let grid = (&half_lives[..], &algorithms[..]);
    let nights = walk(&log, settings, grid, (&outcomes, judged.clone()), standing_days)?;

    let kept: Vec<usize> = (0..judged.len()).filter(|&night| nights.iter().all(|h| h[night].is_some())).collect();
    if kept.is_empty() {
        return Err(too_short(&log, settings));
    }
    let of =
        |half_life: usize| kept.iter().filter_map(|&night| nights[half_life][night].as_ref()).collect::<Vec<&Night>>();
    let standing_half_life = half_lives.iter().position(|days| *days == standing_days);
    let standing_algorithm = algorithms.iter().position(|algorithm| *algorithm == settings.policy.algorithm);
    let (half_life, algorithm) = (standing_half_life.unwrap_or(0), standing_algorithm.unwrap_or(0));
    let lambda = median(of(half_life).iter().map(|night| night.lambdas[algorithm]).collect());
    let by_day = |half_life: usize, algorithm: usize| -> Vec<DayEarnings> {
        let earned = of(half_life).into_iter().map(|night| night.earned[algorithm]);
        earned
            .map(|earned| DayEarnings {
                value: earned.value,
                cost_usd: earned.cost_usd,
                utility: earned.value - lambda * earned.cost_usd,
                success: earned.success,
                coverage: earned.coverage,
            })
            .collect()
    };
    let alone: Vec<&[SegmentDay]> = of(half_life).iter().map(|night| &night.alone[..]).collect();
    let (models, single) = best_single(&alone, lambda);
    let single_utility: Vec<f64> = single.iter().map(|day| day.value - lambda * day.cost_usd).collect();
    let standing = by_day(half_life, algorithm);
    let against = Against { standing: &standing, single: &single_utility, costed: log.costed };
    let mut contenders = Vec::new();
    for (place, &half_life_days) in half_lives.iter().enumerate() {
        for (own, &algorithm) in algorithms.iter().enumerate() {
            let contender = Contender { half_life_days, algorithm };
            contenders.push(summary(contender, by_day(place, own), &against, settings.interval_level));
        }
    }
    let (best, comparison_level) = compare_with_the_best(&mut contenders, settings.interval_level);
    let mean = |figures: &mut dyn Iterator<Item = f64>| figures.sum::<f64>() / kept.len() as f64;
    let name = |&(segment, model): &(usize, usize)| SingleModel {
        segment: log.segments[segment].to_string(),
        model: log.models[model].clone(),
    };
    let best_single = BestSingle {
        value: mean(&mut single.iter().map(|day| day.value)),
        cost_usd: log.costed.then(|| mean(&mut single.iter().map(|day| day.cost_usd))),
        utility: mean(&mut single_utility.iter().copied()),
        models: models.iter().map(name).collect(),
    };
    let seen = of(half_life).iter().map(|night| night.seen).sum::<f64>() / kept.len() as f64;
    Ok(Backtest {
        days: kept.iter().map(|night| log.days[judged.start + night].day).collect(),
        days_left_out: judged.len() - kept.len(),
        lambda,
        seen,
        standing: half_life * algorithms.len() + algorithm,
        best,
        comparison_level,
        best_single,
        contenders,
    })
}

/// The days that are judged: those asked for after the burn-in that have a night before them.
pub(super) fn judged(log: &Log, settings: &BacktestSettings) -> Result<Range<usize>, BacktestError> {
    let first = log.days.first().map_or(0, |day| i64::from(day.day));
    let begun = |day: i32| {
        i64::from(day) - first >= i64::from(settings.burn_in_days) && settings.from_day.is_none_or(|from| day >= from)
    };
    let start = log.days.partition_point(|day| !begun(day.day)).max(1);
    let end = log.days.partition_point(|day| settings.before_day.is_none_or(|before| day.day < before));
    let start = settings.last_nights.map_or(start, |nights| start.max(end.saturating_sub(nights)));
    if start < end { Ok(start..end) } else { Err(too_short(log, settings)) }
}

fn too_short(log: &Log, settings: &BacktestSettings) -> BacktestError {
    BacktestError::TooShort { days: log.days.len(), burn_in_days: settings.burn_in_days }
}

/// What a contender is compared with, day by day.
struct Against<'a> {
    standing: &'a [DayEarnings],
    /// The utilities of the best single models.
    single: &'a [f64],
    costed: bool,
}

/// Says of each contender how far it is behind the best one; which that is, and at which level.
fn compare_with_the_best(contenders: &mut [ContenderResult], level: f64) -> (usize, f64) {
    let mut best = 0;
    for (place, contender) in contenders.iter().enumerate() {
        if contender.utility.mean > contenders[best].utility.mean {
            best = place;
        }
    }
    let others = contenders.len().saturating_sub(1).max(1) as f64;
    let comparison_level = 1.0 - (1.0 - level) / others;
    let of_best: Vec<f64> = contenders[best].by_day.iter().map(|day| day.utility).collect();
    for contender in contenders {
        let behind: Vec<f64> = of_best.iter().zip(&contender.by_day).map(|(best, own)| best - own.utility).collect();
        contender.behind_best = batch_means(&behind, comparison_level);
    }
    (best, comparison_level)
}

fn summary(contender: Contender, by_day: Vec<DayEarnings>, against: &Against<'_>, level: f64) -> ContenderResult {
    let mean =
        |of: fn(&DayEarnings) -> f64| -> Interval { batch_means(&by_day.iter().map(of).collect::<Vec<f64>>(), level) };
    let beyond = |of: fn(&DayEarnings) -> f64| -> Interval {
        let differences: Vec<f64> =
            by_day.iter().zip(against.standing).map(|(own, other)| of(own) - of(other)).collect();
        batch_means(&differences, level)
    };
    let regret: Vec<f64> = by_day.iter().zip(against.single).map(|(own, single)| single - own.utility).collect();
    ContenderResult {
        contender,
        value: mean(|day| day.value),
        cost_usd: against.costed.then(|| mean(|day| day.cost_usd)),
        utility: mean(|day| day.utility),
        success: mean(|day| day.success).mean,
        coverage: mean(|day| day.coverage).mean,
        value_beyond_standing: beyond(|day| day.value),
        cost_usd_beyond_standing: against.costed.then(|| beyond(|day| day.cost_usd)),
        utility_beyond_standing: beyond(|day| day.utility),
        regret: batch_means(&regret, level),
        // Known once all contenders are.
        behind_best: batch_means(&[0.0], level),
        by_day,
    }
}

/// The middle number, of an even count the lower of the two.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[(numbers.len() - 1) / 2]
}

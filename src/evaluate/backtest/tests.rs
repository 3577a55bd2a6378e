//! The back-test on logs small enough to follow, and in worlds that stand still or jump.

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::{Backtest, BacktestError, BacktestHistory, BacktestSettings, ContenderResult, DayCost, DayLater, backtest};
use crate::history::{DayCell, HistoryArm};
use crate::policy::{Algorithm, PolicySettings};
use crate::segment::Segment;

fn log_of(arms: &[(&str, &str)]) -> BacktestHistory {
    let mut input = BacktestHistory::default();
    input.history.sources = vec!["production".into(), "benchmark".into()];
    input.history.judges = vec!["reviewer".into()];
    for (category, model) in arms {
        let segment = Segment::new("executor", category, "advanced");
        input.history.arms.push(HistoryArm { segment, model: (*model).into() });
        input.providers.push(format!("{model}-provider"));
    }
    input
}

/// `calls` of an arm on a day: all succeed, all are scored this.
fn perfect(day: i32, arm: u32, calls: u64, quality: f64) -> DayCell {
    let sum = calls as f64 * quality;
    DayCell {
        day,
        arm,
        source: 0,
        judge: 0,
        calls,
        successes: calls,
        scored: calls,
        quality_sum: sum,
        quality_square_sum: sum * quality,
    }
}

fn settings(half_lives: &[f64], algorithms: &[Algorithm]) -> BacktestSettings {
    BacktestSettings {
        half_lives: half_lives.to_vec(),
        algorithms: algorithms.to_vec(),
        standing_half_life_days: half_lives[0],
        policy: PolicySettings { algorithm: algorithms[0], ..PolicySettings::default() },
        burn_in_days: 0,
        ..BacktestSettings::default()
    }
}

fn result(found: &Backtest, half_life: f64, algorithm: Algorithm) -> &ContenderResult {
    let is = |result: &&ContenderResult| {
        (result.contender.half_life_days, result.contender.algorithm) == (half_life, algorithm)
    };
    found.contenders.iter().find(is).expect("it was compared")
}

/// Three days, two kinds of work with 3/4 and 1/4 of the traffic, a good and a poor model at each.
fn three_days() -> BacktestHistory {
    let mut input = log_of(&[("debugging", "good"), ("debugging", "poor"), ("review", "good"), ("review", "poor")]);
    for (day, quality, cost_usd) in [(0, 0.9, 0.01), (1, 0.8, 0.01), (2, 0.6, 0.04)] {
        for (arm, calls, quality) in [(0, 60, quality), (1, 30, 0.2), (2, 10, 0.9), (3, 20, 0.1)] {
            input.history.cells.push(perfect(day, arm, calls, quality));
            input.costs.push(DayCost { day, arm, calls, cost_usd: calls as f64 * cost_usd });
        }
    }
    input
}

#[test]
fn three_days_worked_out_by_hand() {
    let mut settings = settings(&[14.0], &[Algorithm::Greedy, Algorithm::EpsilonGreedy]);
    settings.policy.lambda = 2.0;
    let found = backtest(&three_days(), &settings).expect("three days");
    assert_eq!((&found.days[..], found.days_left_out, found.lambda, found.seen), (&[1, 2][..], 0, 2.0, 1.0));
    let greedy = result(&found, 14.0, Algorithm::Greedy);
    let values = [0.75 * 0.8 + 0.25 * 0.9, 0.75 * 0.6 + 0.25 * 0.9];
    let costs = [0.01, 0.04];
    for ((own, value), cost) in greedy.by_day.iter().zip(values).zip(costs) {
        assert!((own.value - value).abs() < 1e-9, "{own:?}");
        assert!((own.cost_usd - cost).abs() < 1e-12);
        assert!((own.utility - (value - 2.0 * cost)).abs() < 1e-9);
        assert_eq!((own.success, own.coverage), (1.0, 1.0));
    }
    // With ε = 0.1 either model has 0.05 more or less of the draws; no attempt fails, so that no fallback is tried.
    let explored = result(&found, 14.0, Algorithm::EpsilonGreedy);
    let poor = 0.75 * 0.2 + 0.25 * 0.1;
    for (own, value) in explored.by_day.iter().zip(values) {
        assert!((own.value - (0.95 * value + 0.05 * poor)).abs() < 1e-9);
    }
    assert!((greedy.value.mean - 0.5 * (values[0] + values[1])).abs() < 1e-9);
    let beyond = 0.05 * (poor - greedy.value.mean);
    assert!(
        (explored.value_beyond_standing.mean - beyond).abs() < 1e-9 && found.standing().contender == greedy.contender
    );
    assert_eq!(greedy.utility_beyond_standing.mean, 0.0);
}

#[test]
fn an_arm_without_calls_on_the_day_is_judged_by_the_days_after() {
    let mut input = three_days();
    // The good model has no call on day 1, and thousands on the days after.
    input.history.cells.retain(|cell| (cell.day, cell.arm) != (1, 0));
    input.history.cells.extend([perfect(2, 0, 9000, 0.6), perfect(4, 0, 9000, 0.6), perfect(4, 1, 30, 0.2)]);
    let found = backtest(&input, &settings(&[14.0], &[Algorithm::Greedy])).expect("four days");
    // Day 1: 30 calls of debugging, 30 of the review.
    let day = found.contenders[0].by_day[0];
    assert!((day.value - (0.5 * 0.6 + 0.5 * 0.9)).abs() < 2e-3 && (day.coverage - 0.5).abs() < 1e-12, "{day:?}");
}

#[test]
fn a_failure_costs_and_earns_its_fallback() {
    let mut input = log_of(&[("debugging", "good"), ("debugging", "poor")]);
    for day in 0..2 {
        let cell = |arm, quality| DayCell { calls: 100, ..perfect(day, arm, 80, quality) };
        input.history.cells.extend([cell(0, 0.9), cell(1, 0.5)]);
        input.costs.extend([0, 1].map(|arm| DayCost { day, arm, calls: 100, cost_usd: 1.0 }));
        // Later attempts succeed as often as first ones, so that δ is near 0.
        input.later.extend([0, 1].map(|arm| DayLater { day, arm, calls: 4000, successes: 3200 }));
    }
    let mut settings = settings(&[14.0], &[Algorithm::Greedy]);
    settings.policy.min_reliability = 0.0;
    let found = backtest(&input, &settings).expect("two days");
    let day = found.contenders[0].by_day[0];
    assert!((day.value - (0.8 * 0.9 + 0.2 * 0.8 * 0.5)).abs() < 1e-3, "{day:?}");
    assert!((day.cost_usd - (0.01 + 0.2 * 0.01)).abs() < 1e-12);
    assert!((day.success - 0.8).abs() < 1e-12);
}

#[test]
fn benchmarks_inform_tables_and_judge_none() {
    let mut input = three_days();
    let plain = backtest(&input, &settings(&[14.0], &[Algorithm::Greedy])).expect("three days");
    for (day, arm) in [(0, 0), (1, 0), (1, 1), (2, 1)] {
        input.history.cells.push(DayCell { source: 1, ..perfect(day, arm, 1000, 0.4) });
    }
    let found = backtest(&input, &settings(&[14.0], &[Algorithm::Greedy])).expect("three days");
    assert_eq!(found.contenders[0].by_day, plain.contenders[0].by_day);
    // The night before, all that is known of the other model is its benchmark, and that is good.
    let mut input = log_of(&[("debugging", "one"), ("debugging", "other")]);
    input.history.cells.extend([perfect(0, 0, 400, 0.8), DayCell { source: 1, ..perfect(0, 1, 400, 0.99) }]);
    input.history.cells.extend([perfect(1, 0, 20, 0.8), perfect(1, 1, 20, 0.7)]);
    let found = backtest(&input, &settings(&[14.0], &[Algorithm::Greedy])).expect("two days");
    assert!((found.contenders[0].value.mean - 0.7).abs() < 1e-9, "{found:?}");
}

#[test]
fn what_nobody_knew_the_night_before_is_left_out_and_said() {
    let mut input = log_of(&[("debugging", "good"), ("writing", "good"), ("debugging", "new")]);
    for day in 0..4 {
        input.history.cells.push(perfect(day, 0, 30, 0.8));
    }
    input.history.cells.extend([perfect(2, 1, 10, 0.3), perfect(3, 1, 10, 0.3), perfect(3, 2, 10, 0.99)]);
    let found = backtest(&input, &settings(&[14.0], &[Algorithm::Greedy])).expect("four days");
    // Day 2 brings a new kind of work, a quarter of the traffic; on day 3 it has a row.
    assert!((found.seen - (1.0 + 0.75 + 1.0) / 3.0).abs() < 1e-12, "{}", found.seen);
    let value = |day: usize| found.contenders[0].by_day[day].value;
    assert!((value(0) - 0.8).abs() < 1e-9 && (value(1) - 0.8).abs() < 1e-9, "{found:?}");
    assert!((value(2) - (0.8 * 0.8 + 0.2 * 0.3)).abs() < 1e-9, "the new model is not in the table: {}", value(2));
}

/// Three models at two kinds of work: noisy scores, a tenth of the traffic on each of the two that follow. The best model
/// changes every `steady` days.
fn moving(seed: u64, days: i32, steady: i32, gap: f64) -> BacktestHistory {
    let mut input = log_of(&[
        ("debugging", "a"),
        ("debugging", "b"),
        ("debugging", "c"),
        ("review", "a"),
        ("review", "b"),
        ("review", "c"),
    ]);
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    for day in 0..days {
        for arm in 0..6 {
            let best = (day / steady + arm as i32 / 3) % 3 == arm as i32 % 3;
            let quality = if best { 0.75 + gap } else { 0.75 };
            let (mut sum, mut squares) = (0.0, 0.0);
            for _ in 0..5 {
                let score = quality + 0.2 * (random.random::<f64>() - 0.5);
                (sum, squares) = (sum + score, squares + score * score);
            }
            let cell = perfect(day, arm, 6, 0.0);
            let cell = DayCell { successes: 5, scored: 5, quality_sum: sum, quality_square_sum: squares, ..cell };
            input.history.cells.push(cell);
        }
    }
    input
}

#[test]
fn where_nothing_moves_a_long_memory_wins_and_where_the_best_changes_a_short_one() {
    let half_lives = [30.0, 2.0, f64::INFINITY];
    let settings = settings(&half_lives, &[Algorithm::Greedy]);
    for seed in 0..3 {
        let still = backtest(&moving(seed, 60, 1000, 0.02), &settings).expect("sixty days");
        let moved = backtest(&moving(seed, 60, 15, 0.1), &settings).expect("sixty days");
        let value = |found: &Backtest, half_life| result(found, half_life, Algorithm::Greedy).value.mean;
        assert!(value(&still, f64::INFINITY) > value(&still, 2.0) + 0.001, "seed {seed}: {still:?}");
        assert!(value(&moved, 2.0) > value(&moved, f64::INFINITY) + 0.01, "seed {seed}: {moved:?}");
        assert!(result(&moved, 2.0, Algorithm::Greedy).value_beyond_standing.low > 0.0, "seed {seed}");
    }
}

/// A log with everything in it.
fn mixed() -> BacktestHistory {
    let mut input = moving(7, 40, 12, 0.05);
    let mut random = ChaCha8Rng::seed_from_u64(8);
    for day in 0..40 {
        for arm in 0..6 {
            let calls = random.random_range(1..9);
            input.costs.push(DayCost { day, arm, calls, cost_usd: 0.001 * random.random::<f64>() * calls as f64 });
            input.later.push(DayLater { day, arm, calls, successes: random.random_range(0..=calls) });
            let quality = random.random::<f64>();
            input.history.cells.push(DayCell { source: 1, ..perfect(day, arm, calls, quality) });
            input.history.cells.push(perfect(day, arm, 1, random.random::<f64>()));
        }
    }
    input
}

#[test]
fn neither_order_nor_threads_change_a_bit() {
    let input = mixed();
    let settings = BacktestSettings {
        half_lives: vec![3.0, f64::INFINITY],
        policy: PolicySettings { budget_usd_per_task: Some(5e-4), ..PolicySettings::default() },
        burn_in_days: 5,
        ..BacktestSettings::default()
    };
    let on = |threads: usize, input: &BacktestHistory| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool of threads");
        pool.install(|| backtest(input, &settings)).expect("forty days")
    };
    let found = on(1, &input);
    assert_eq!((found.contenders.len(), found.days.len()), (12, 35));
    assert!(found.contenders.iter().any(|result| result.value_beyond_standing.mean != 0.0));
    assert_eq!(on(2, &input), found);
    let mut shuffled = input.clone();
    let mut random = ChaCha8Rng::seed_from_u64(9);
    let mut order: Vec<u32> = (0..6).collect();
    order.shuffle(&mut random);
    let new = |old: u32| order.iter().position(|known| *known == old).expect("all arms are there") as u32;
    shuffled.history.arms = order.iter().map(|&old| input.history.arms[old as usize].clone()).collect();
    shuffled.providers = order.iter().map(|&old| input.providers[old as usize].clone()).collect();
    shuffled.history.cells.iter_mut().for_each(|cell| cell.arm = new(cell.arm));
    shuffled.costs.iter_mut().for_each(|cost| cost.arm = new(cost.arm));
    shuffled.later.iter_mut().for_each(|later| later.arm = new(later.arm));
    shuffled.history.cells.shuffle(&mut random);
    shuffled.costs.shuffle(&mut random);
    shuffled.later.shuffle(&mut random);
    assert_eq!(on(2, &shuffled), found);
}

#[test]
fn days_without_calls_pass_all_the_same() {
    // A poor fortnight, a long pause, then good days: after the pause a short memory has forgotten the fortnight.
    let mut input = log_of(&[("debugging", "a"), ("debugging", "b")]);
    for day in (0..14).chain(200..202) {
        let (a, b) = if day < 14 { (0.9, 0.5) } else { (0.5, 0.9) };
        input.history.cells.extend([perfect(day, 0, 40, a), perfect(day, 1, 40, b)]);
    }
    let found = backtest(&input, &settings(&[f64::INFINITY, 5.0], &[Algorithm::Greedy])).expect("sixteen days");
    assert_eq!(found.days.last(), Some(&201));
    let last = |half_life| result(&found, half_life, Algorithm::Greedy).by_day.last().expect("a day").value;
    assert!((last(f64::INFINITY) - 0.5).abs() < 1e-9 && (last(5.0) - 0.9).abs() < 1e-9);
}

#[test]
fn a_log_without_scores_compares_by_success() {
    let mut input = log_of(&[("debugging", "a"), ("debugging", "b")]);
    for day in 0..3 {
        for (arm, successes) in [(0, 95), (1, 60)] {
            let cell = perfect(day, arm, 100, 0.0);
            input.history.cells.push(DayCell { successes, scored: 0, quality_sum: 0.0, ..cell });
        }
    }
    let found = backtest(&input, &settings(&[14.0], &[Algorithm::Greedy])).expect("three days");
    assert!((found.contenders[0].value.mean - 0.95).abs() < 1e-9 && found.contenders[0].cost_usd.is_none());
}

#[test]
fn what_cannot_be_is_refused_with_its_place() {
    let good = three_days();
    let fails = |change: fn(&mut BacktestHistory)| {
        let mut input = good.clone();
        change(&mut input);
        backtest(&input, &settings(&[14.0], &[Algorithm::Greedy])).expect_err("impossible")
    };
    assert!(matches!(fails(|input| input.history.cells[0].scored = 99), BacktestError::History(_)));
    assert!(matches!(fails(|input| input.providers.clear()), BacktestError::Providers { providers: 0, arms: 4 }));
    assert!(matches!(fails(|input| input.costs[2].cost_usd = f64::NAN), BacktestError::Entry { entry: 2, .. }));
    assert!(matches!(fails(|input| input.costs[1].arm = 4), BacktestError::Entry { entry: 1, .. }));
    assert!(matches!(fails(|input| input.costs[3].day = i32::MIN), BacktestError::Entry { entry: 3, .. }));
    assert!(matches!(fails(|input| input.history.cells[0].calls = u64::MAX), BacktestError::Policy(_)));
    let later = DayLater { day: 0, arm: 0, calls: 1, successes: 2 };
    let mut input = good.clone();
    input.later.push(later);
    let refused =
        |input: &BacktestHistory, settings: &BacktestSettings| backtest(input, settings).expect_err("refused");
    let plain = settings(&[14.0], &[Algorithm::Greedy]);
    assert!(matches!(refused(&input, &plain), BacktestError::Entry { what: "later attempts", .. }));
    assert!(matches!(refused(&BacktestHistory::default(), &plain), BacktestError::TooShort { days: 0, .. }));
    let long = BacktestSettings { burn_in_days: 3, ..plain.clone() };
    assert!(matches!(refused(&good, &long), BacktestError::TooShort { days: 3, burn_in_days: 3 }));
    for (half_life, level) in [(0.0, 0.9), (f64::NAN, 0.9), (-3.0, 0.9), (7.0, 1.0)] {
        let bad = BacktestSettings { half_lives: vec![half_life], interval_level: level, ..plain.clone() };
        assert!(matches!(refused(&good, &bad), BacktestError::Setting { .. }), "{half_life}, {level}");
    }
    let bad = BacktestSettings { policy: PolicySettings { epsilon: 2.0, ..PolicySettings::default() }, ..plain };
    assert!(matches!(refused(&good, &bad), BacktestError::Policy(_)));
}

#[test]
fn days_asked_for_are_judged_by_tables_of_all_days_before_and_outcomes_of_all_days_after() {
    let input = moving(3, 30, 10, 0.05);
    let all = settings(&[7.0], &[Algorithm::Greedy, Algorithm::Thompson]);
    let whole = backtest(&input, &all).expect("thirty days");
    let part = |from_day, before_day, last_nights| {
        backtest(&input, &BacktestSettings { from_day, before_day, last_nights, ..all.clone() })
    };
    let by_day = |found: &Backtest| found.contenders.iter().map(|own| own.by_day.clone()).collect::<Vec<_>>();
    let some = part(Some(12), Some(20), None).expect("eight days");
    assert_eq!(some.days, (12..20).collect::<Vec<i32>>());
    for (own, of_whole) in by_day(&some).iter().zip(by_day(&whole)) {
        assert_eq!(own[..], of_whole[11..19]);
    }
    assert_eq!(part(Some(12), Some(20), Some(3)).expect("three days").days, [17, 18, 19]);
    assert_eq!(part(None, None, Some(1)).expect("a day").days, [29]);
    assert_eq!(part(None, None, Some(99)).expect("all days").days, whole.days);
    for (from, before) in [(Some(30), None), (None, Some(1)), (Some(20), Some(20))] {
        assert!(
            matches!(part(from, before, None), Err(BacktestError::TooShort { days: 30, .. })),
            "{from:?}, {before:?}"
        );
    }
}

#[test]
fn regret_is_from_one_model_a_kind_of_work_and_the_best_is_compared_with_all() {
    let mut settings = settings(&[14.0], &[Algorithm::Greedy, Algorithm::EpsilonGreedy]);
    settings.policy.lambda = 2.0;
    let found = backtest(&three_days(), &settings).expect("three days");
    // Greedy plays the good model at both kinds of work, the same every day: there is nothing to regret.
    let names: Vec<&str> = found.best_single.models.iter().map(|single| single.model.as_str()).collect();
    assert_eq!(names, ["good", "good"]);
    let (greedy, explored) = (&found.contenders[0], &found.contenders[1]);
    assert!((found.best_single.utility - greedy.utility.mean).abs() < 1e-12 && greedy.regret.mean.abs() < 1e-12);
    assert!((explored.regret.mean - (greedy.utility.mean - explored.utility.mean)).abs() < 1e-12);
    assert_eq!((found.best, found.comparison_level), (0, 0.95));
    assert!((explored.behind_best.mean - explored.regret.mean).abs() < 1e-12 && greedy.behind_best.mean == 0.0);
    // Two nights are no two batches: nobody is told apart.
    assert!(!explored.is_behind());
    // Sixty days of a best model that stays: exploring is behind beyond noise, though 3 comparisons share the level.
    settings.half_lives = vec![14.0, 30.0];
    let found = backtest(&moving(1, 60, 1000, 0.1), &settings).expect("sixty days");
    assert!((found.comparison_level - (1.0 - 0.05 / 3.0)).abs() < 1e-12);
    let behind = |own: &&ContenderResult| own.is_behind();
    assert_eq!(found.contenders.iter().filter(behind).count(), 2, "{found:?}");
    assert!(found.contenders.iter().filter(behind).all(|own| own.contender.algorithm == Algorithm::EpsilonGreedy));
}

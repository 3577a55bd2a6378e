//! Scoreboards of days and tables whose truth is known.

use merit_router::Table;
use merit_router::table::{Candidate, Chain};

use super::*;
use crate::day::Day;
use crate::segment::Segment;

const AS_OF: Day = Day(20_600);

fn segment(name: &str) -> Segment {
    Segment::new("executor", name, "beginner")
}

/// `tasks` tasks of a day with these scores and costs, all of them served but `unserved`.
fn day(back: i32, name: &str, scores: &[f64], costs: &[f64], tasks: f64, unserved: f64) -> TaskDay {
    let square = |figures: &[f64]| figures.iter().map(|figure| figure * figure).sum();
    TaskDay {
        day: Day(AS_OF.0 - back),
        segment: segment(name),
        tasks,
        served: tasks - unserved,
        scored_tasks: scores.len() as f64,
        score_sum: scores.iter().sum(),
        score_square_sum: square(scores),
        costed_tasks: costs.len() as f64,
        cost_sum: costs.iter().sum(),
        cost_square_sum: square(costs),
    }
}

fn table() -> Table {
    let bytes = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/tables/plain.json"));
    merit_router::table::parse(bytes).expect("a golden table")
}

fn of(evidence: &Evidence, measure: Measure) -> TargetResult {
    let board = compute(evidence, &table(), AS_OF, &TargetSettings::default());
    board.targets.into_iter().find(|target| target.measure == measure).expect("all five")
}

/// Scores 9.1 and 9.5 in turn: mean 9.3, standard deviation 0.2.
fn good(count: usize) -> Vec<f64> {
    (0..count).map(|index| if index % 2 == 0 { 9.1 } else { 9.5 }).collect()
}

#[test]
fn the_mean_of_known_scores_and_its_interval() {
    let scores = good(100);
    let evidence = Evidence { tasks: vec![day(1, "debugging", &scores, &[], 200.0, 0.0)], ..Evidence::default() };
    let found = of(&evidence, Measure::Score);
    // s = 0.2·√(100/99), t(99) = 1.9842: half a width of 0.0399.
    assert!((found.actual.expect("known") - 9.3).abs() < 1e-9 && found.counted == 100);
    assert!((found.high.expect("bounded") - 9.3 - 0.0399).abs() < 1e-4, "{found:?}");
    assert_eq!((found.verdict, found.obstacle), (Verdict::Met, None));
}

#[test]
fn the_worst_segment_is_named_with_its_part_of_the_gap() {
    let weak = vec![7.0; 100];
    let evidence = Evidence {
        tasks: vec![
            day(1, "debugging", &good(100), &[], 100.0, 0.0),
            day(2, "architecture", &weak, &[], 100.0, 0.0),
            day(3, "architecture", &weak, &[], 100.0, 0.0),
            day(3, "triage", &[8.5; 100], &[], 100.0, 0.0),
        ],
        ..Evidence::default()
    };
    let found = of(&evidence, Measure::Score);
    assert_eq!(found.verdict, Verdict::NotMet);
    let sentence = found.obstacle.expect("a sentence");
    // 400 of the 450 points that are missing.
    assert_eq!(
        sentence,
        "executor / architecture / beginner has 50.0 % of the scored tasks at 7.0: 88.9 % of the points that are missing"
    );
}

#[test]
fn what_lies_outside_the_window_does_not_count() {
    let evidence = Evidence {
        tasks: vec![
            day(0, "debugging", &[1.0; 50], &[], 50.0, 50.0),
            day(1, "debugging", &good(100), &[], 100.0, 0.0),
            day(28, "debugging", &good(100), &[], 100.0, 0.0),
            day(29, "debugging", &[1.0; 50], &[], 50.0, 50.0),
        ],
        ..Evidence::default()
    };
    let board = compute(&evidence, &table(), AS_OF, &TargetSettings::default());
    assert_eq!((board.tasks, board.targets[0].verdict, board.targets[1].verdict), (200, Verdict::Met, Verdict::Met));
    assert_eq!(board.last_day, AS_OF.previous().to_string());
    let short = TargetSettings { window_days: 1, ..TargetSettings::default() };
    assert_eq!(compute(&evidence, &table(), AS_OF, &short).tasks, 100);
}

#[test]
fn a_target_within_the_interval_cannot_be_told() {
    let evidence = Evidence { tasks: vec![day(1, "debugging", &[], &[], 100.0, 5.0)], ..Evidence::default() };
    let found = of(&evidence, Measure::Success);
    assert_eq!((found.actual, found.verdict), (Some(0.95), Verdict::CannotTell));
    assert!(found.low < Some(0.95) && found.high > Some(0.95) && found.obstacle.is_some());
}

#[test]
fn unserved_tasks_name_the_model_that_failed() {
    let arm = |name: &str, arm: &str, calls: f64, successes: f64| ArmDay {
        day: AS_OF.previous(),
        segment: segment(name),
        arm: arm.into(),
        calls,
        successes,
        cost_usd: 0.0,
    };
    let evidence = Evidence {
        tasks: vec![day(1, "debugging", &[], &[], 500.0, 90.0), day(1, "triage", &[], &[], 500.0, 10.0)],
        arms: vec![
            arm("debugging", "gemini-pro", 400.0, 310.0),
            arm("debugging", "claude-opus", 100.0, 90.0),
            arm("triage", "claude-opus", 900.0, 0.0),
        ],
        ..Evidence::default()
    };
    let found = of(&evidence, Measure::Success);
    assert_eq!(found.verdict, Verdict::NotMet);
    assert_eq!(
        found.obstacle.expect("a sentence"),
        "executor / debugging / beginner has 50.0 % of the tasks and 90.0 % of those without an answer; 90.0 % of the failed \
         attempts are of gemini-pro"
    );
}

#[test]
fn dear_work_is_named_with_its_spender() {
    let cheap: Vec<f64> = (0..900).map(|index| 0.01 + 0.001 * f64::from(index % 2)).collect();
    let dear: Vec<f64> = (0..100).map(|index| 0.8 + 0.1 * f64::from(index % 2)).collect();
    let spent = |arm: &str, cost_usd: f64| ArmDay {
        day: AS_OF.previous(),
        segment: segment("code_review"),
        arm: arm.into(),
        calls: 100.0,
        successes: 100.0,
        cost_usd,
    };
    let evidence = Evidence {
        tasks: vec![day(1, "triage", &[], &cheap, 900.0, 0.0), day(1, "code_review", &[], &dear, 100.0, 0.0)],
        arms: vec![spent("claude-opus", 75.0), spent("groq-llama", 10.0)],
        ..Evidence::default()
    };
    let found = of(&evidence, Measure::CostUsdPerTask);
    assert_eq!(found.verdict, Verdict::NotMet, "{found:?}");
    assert_eq!(
        found.obstacle.expect("a sentence"),
        "executor / code_review / beginner takes 90.0 % of the cost at $0.85 a task, 88.2 % of it for claude-opus"
    );
}

#[test]
fn only_simple_tasks_count_for_latency() {
    let timed = |difficulty: &str, latency_ms: f64, tasks: f64| LatencyDay {
        day: AS_OF.previous(),
        segment: Segment::new("executor", "debugging", difficulty),
        latency_ms,
        tasks,
    };
    let tasks = vec![day(1, "debugging", &[], &[], 2000.0, 0.0)];
    let slow = timed("advanced", 60_000.0, 1000.0);
    let quick = Evidence {
        tasks: tasks.clone(),
        latencies: vec![timed("beginner", 2_000.0, 980.0), timed("beginner", 20_000.0, 20.0), slow.clone()],
        ..Evidence::default()
    };
    let found = of(&quick, Measure::LatencyP95Ms);
    assert_eq!((found.actual, found.verdict, found.counted), (Some(2_000.0), Verdict::Met, 1000));
    let late = Evidence {
        latencies: vec![timed("beginner", 2_000.0, 900.0), timed("beginner", 20_000.0, 100.0), slow],
        ..quick
    };
    let found = of(&late, Measure::LatencyP95Ms);
    assert_eq!((found.actual, found.verdict), (Some(20_000.0), Verdict::NotMet));
    assert_eq!(
        found.obstacle.expect("a sentence"),
        "executor / debugging / beginner has 100 % of the simple tasks that take 10.0 s or longer; 10.0 % of its own do"
    );
}

#[test]
fn without_tasks_only_the_table_can_be_told() {
    let board = compute(&Evidence::default(), &table(), AS_OF, &TargetSettings::default());
    for target in &board.targets[..4] {
        assert_eq!((target.actual, target.verdict), (None, Verdict::CannotTell));
        assert!(target.obstacle.as_ref().is_some_and(|sentence| sentence.starts_with("there is no production task")));
    }
    assert!(board.targets[4].actual.is_some());
    let few = Evidence { tasks: vec![day(1, "debugging", &[9.9; 12], &[], 12.0, 0.0)], ..Evidence::default() };
    let found = of(&few, Measure::Score);
    assert_eq!(found.verdict, Verdict::CannotTell, "twelve equal scores have an interval of no width");
    assert_eq!(found.obstacle.as_deref(), Some("only 12 tasks have a score"));
    let unscored = Evidence { tasks: vec![day(1, "debugging", &[], &[], 40.0, 0.0)], ..Evidence::default() };
    let sentence = of(&unscored, Measure::Score).obstacle.expect("a sentence");
    assert!(sentence.starts_with("none of the 40 tasks has a score: "), "{sentence}");
}

/// One row that gets all traffic; each candidate as weight, exploit weight, α, β.
fn one_row(candidates: &[(f64, f64, f64, f64)]) -> Table {
    let mut table = table();
    table.policy.lambda = 0.0;
    table.segments.truncate(1);
    let row = &mut table.segments[0];
    row.traffic_share = 1.0;
    let pattern = row.candidates[0].clone();
    let candidate = |(index, &(weight, exploit_weight, alpha, beta)): (usize, &(f64, f64, f64, f64))| Candidate {
        model: format!("model-{index}"),
        weight,
        exploit_weight,
        alpha,
        beta,
        chain: None,
        eligible: true,
        ..pattern.clone()
    };
    row.candidates = candidates.iter().enumerate().map(candidate).collect();
    table
}

#[test]
fn the_share_of_right_draws_has_a_closed_form_for_uniform_posteriors() {
    // U₀, U₁ uniform: P(U₀ ≥ U₁ − τ) = 1 − (1 − τ)²/2.
    let table = one_row(&[(0.9, 1.0, 1.0, 1.0), (0.1, 0.0, 1.0, 1.0)]);
    for tolerance in [0.0, 0.1, 0.5] {
        let expected = 1.0 - (1.0 - tolerance) * (1.0 - tolerance) / 2.0;
        let found = right_model(&table, tolerance, 0.95).expect("a row");
        assert!((found.share.value - expected).abs() < 1e-3, "{tolerance}: {found:?}");
    }
}

#[test]
fn a_clear_winner_is_missed_by_exploration_alone() {
    let table = one_row(&[(0.95, 1.0, 9_000.0, 1_000.0), (0.05, 0.0, 5_000.0, 5_000.0)]);
    let found = right_model(&table, 0.01, 0.95).expect("a row");
    assert!((found.share.value - 0.95).abs() < 1e-6 && (found.exploited - 1.0).abs() < 1e-6, "{found:?}");
    // Of two that are as good as each other every draw is right.
    let table = one_row(&[(0.5, 0.5, 90_000.0, 10_000.0), (0.5, 0.5, 90_000.0, 10_000.0)]);
    assert!(right_model(&table, 0.01, 0.95).expect("a row").share.value > 0.999);
}

#[test]
fn cost_and_chains_count_as_the_policy_counts_them() {
    let mut table = one_row(&[(1.0, 1.0, 9_000.0, 1_000.0), (0.0, 0.0, 8_800.0, 1_200.0)]);
    let chain = |value, cost_usd| Some(Chain { value, cost_usd: Some(cost_usd), success: 0.99 });
    let row = &mut table.segments[0];
    (row.candidates[0].chain, row.candidates[1].chain) = (chain(0.9, 0.02), chain(0.88, 0.001));
    assert!(right_model(&table, 0.01, 0.95).expect("a row").share.value > 0.99);
    // At 2 a dollar the dear one loses 0.04, the cheap one 0.002.
    table.policy.lambda = 2.0;
    assert!(right_model(&table, 0.001, 0.95).expect("a row").share.value < 0.01);
    // A model that is not eligible is never right, however good.
    table.policy.lambda = 0.0;
    table.segments[0].candidates[0].eligible = false;
    assert_eq!(right_model(&table, 0.01, 0.95).expect("a row").share.value, 0.0);
}

#[test]
fn no_traffic_is_no_share_and_many_rows_narrow_the_interval() {
    let mut table = one_row(&[(1.0, 1.0, 1.0, 1.0), (0.0, 0.0, 1.0, 1.0)]);
    let width = |table: &Table| {
        let share = right_model(table, 0.0, 0.95).expect("a row").share;
        share.high.expect("bounded") - share.low.expect("bounded")
    };
    let one = width(&table);
    let row = table.segments[0].clone();
    table.segments = vec![row; 25];
    assert!((width(&table) - 2.0 * 1.959_964 * 0.5 / 5.0).abs() < 1e-3 && one == 1.0, "{one}");
    table.segments.iter_mut().for_each(|row| row.traffic_share = 0.0);
    assert_eq!(right_model(&table, 0.01, 0.95), None);
}

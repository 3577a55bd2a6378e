//! Logs hang together: tasks and attempts, calls and outcomes, outages and benchmarks.

use std::collections::BTreeMap;

use super::rows::rows;
use crate::simulate::clock::{DAY_US, epoch_day};
use crate::simulate::{Outage, SimulationSettings, World};

#[test]
fn outcomes_name_successful_unscored_calls_and_come_in_time() {
    let settings = SimulationSettings { days: 20, calls_per_day: 500, max_delay_days: 3, ..Default::default() };
    let (calls, outcomes) = rows(&World::standard(), &settings);
    let mut rows_by_id: BTreeMap<&str, usize> = BTreeMap::new();
    for row in 0..calls.len() {
        let earlier = rows_by_id.insert(calls.text("call_id", row).expect("named"), row);
        assert_eq!(earlier, None, "ids are unique");
        assert_eq!(calls.number("score", row).is_some(), calls.text("judge", row).is_some());
    }
    let mut seen = BTreeMap::new();
    let mut by_delay = [0_u32; 3];
    for row in 0..outcomes.len() {
        let call_id = outcomes.text("call_id", row).expect("named");
        let call = *rows_by_id.get(call_id).expect("the call exists");
        assert_eq!(seen.insert(call_id, row), None, "one outcome a call");
        assert_eq!(calls.boolean("success", call), Some(true));
        assert_eq!(calls.number("score", call), None, "scored later, so not in the call");
        assert!(outcomes.number("score", row).is_some_and(|score| (0.0..=10.0).contains(&score)));
        assert!(outcomes.text("judge", row).is_some());
        let waited = outcomes.instant("observed_at", row).zip(calls.instant("timestamp", call)).map(|(a, b)| a - b);
        let waited = waited.expect("both have an instant");
        assert!((0..=3 * DAY_US).contains(&waited), "{waited}");
        by_delay[((waited.max(1) - 1) / DAY_US) as usize] += 1;
    }
    let inline = (0..calls.len()).filter(|&row| calls.number("score", row).is_some()).count();
    let scored = (inline + outcomes.len()) as f64;
    let successes = (0..calls.len()).filter(|&row| calls.boolean("success", row) == Some(true)).count() as f64;
    assert!((scored - 0.3 * successes).abs() < 4.0 * (successes * 0.3 * 0.7).sqrt(), "{scored} of {successes}");
    for count in by_delay.into_iter().map(f64::from).chain([inline as f64]) {
        assert!((count - scored / 4.0).abs() < 4.0 * (scored * 0.25 * 0.75).sqrt(), "{by_delay:?}, {inline}");
    }
}

#[test]
fn without_delay_scores_are_in_the_calls() {
    let settings = SimulationSettings { days: 1, calls_per_day: 400, max_delay_days: 0, ..Default::default() };
    let sink = crate::simulate::MemorySink::default();
    let summary = crate::simulate::run(&World::standard(), &settings, &sink).expect("a valid world");
    assert_eq!(summary.outcomes, 0);
    let (calls, _) = sink.into_batches();
    let column = calls[0].column_by_name("score").expect("a field of the record");
    assert!(column.null_count() < column.len());
}

#[test]
fn a_failure_is_followed_by_a_fallback_of_the_same_task() {
    let world = World::standard();
    let settings = SimulationSettings { days: 10, calls_per_day: 1_000, ..Default::default() };
    let (calls, _) = rows(&world, &settings);
    let mut fallbacks = 0;
    for row in 0..calls.len() {
        let attempt = calls.integer("attempt", row).expect("always logged");
        let failed = calls.boolean("success", row) == Some(false);
        assert_eq!(failed, calls.text("error_kind", row).is_some());
        if attempt > 1 {
            fallbacks += 1;
            let before = row - 1;
            assert_eq!(calls.text("task_id", row), calls.text("task_id", before));
            assert_eq!(calls.integer("attempt", before), Some(attempt - 1));
            assert_eq!(calls.boolean("success", before), Some(false));
            assert!(calls.instant("timestamp", row) > calls.instant("timestamp", before));
            assert_ne!(calls.text("model", row), calls.text("model", before));
            assert_eq!(calls.text("arm", row), Some("fallback"));
            assert_eq!(calls.number("propensity", row), None);
            assert_eq!(calls.text("drawn_model", row), calls.text("drawn_model", before));
        } else {
            assert!(matches!(calls.text("arm", row), Some("exploit" | "explore")));
        }
        let goes_on = row + 1 < calls.len() && calls.text("task_id", row + 1) == calls.text("task_id", row);
        assert_eq!(goes_on, failed && attempt < i64::from(world.policy.max_attempts), "row {row}");
    }
    assert!(fallbacks > 100);
}

#[test]
fn costs_are_tokens_times_price_and_logged_for_most_calls() {
    let world = World::standard();
    let settings = SimulationSettings { days: 5, calls_per_day: 2_000, ..Default::default() };
    let (calls, _) = rows(&world, &settings);
    let mut logged = 0;
    for row in 0..calls.len() {
        let count = |name| calls.integer(name, row).expect("always logged");
        let (input, cached, output) = (count("input_tokens"), count("cached_input_tokens"), count("output_tokens"));
        assert!(0 <= cached && cached <= input && output >= 0);
        let model = world.model_index(calls.text("model", row).expect("always logged")).expect("of the world");
        if let Some(cost) = calls.number("cost_usd", row) {
            logged += 1;
            assert_eq!(cost, world.models[model].price.cost_usd(input, cached, output));
        }
    }
    let (count, share) = (calls.len() as f64, world.cost_logged_share);
    assert!((f64::from(logged) - count * share).abs() < 4.0 * (count * share * (1.0 - share)).sqrt());
}

#[test]
fn an_outage_fails_its_model_in_its_hours_only() {
    let outage = Outage { model: "claude-sonnet".into(), day: 1, hour: 9.0, hours: 6.0, failing_share: 0.9 };
    let world = World { outages: vec![outage], ..World::standard() };
    let settings = SimulationSettings { days: 3, calls_per_day: 3_000, ..Default::default() };
    let (calls, _) = rows(&world, &settings);
    let from = (epoch_day(settings.start) + 1) * DAY_US + 9 * DAY_US / 24;
    let until = from + 6 * DAY_US / 24;
    let failed_share = |model: &str, within: bool| {
        let wanted = (0..calls.len()).filter(|&row| {
            let instant = calls.instant("timestamp", row).expect("always logged");
            calls.text("model", row) == Some(model) && (from..until).contains(&instant) == within
        });
        let (failed, count) = wanted.fold((0.0, 0.0), |(failed, count), row| {
            (failed + f64::from(u8::from(calls.boolean("success", row) == Some(false))), count + 1.0)
        });
        assert!(count > 100.0);
        failed / count
    };
    assert!(failed_share("claude-sonnet", true) > 0.8);
    assert!(failed_share("claude-sonnet", false) < 0.05);
    assert!(failed_share("claude-opus", true) < 0.05);
}

#[test]
fn benchmark_runs_are_scored_at_once_and_have_no_propensity() {
    let settings = SimulationSettings { days: 4, calls_per_day: 1_000, benchmark_share: 0.25, ..Default::default() };
    let world = World::standard();
    let (calls, _) = rows(&world, &settings);
    let benchmark: Vec<usize> =
        (0..calls.len()).filter(|&row| calls.text("source", row) == Some("benchmark")).collect();
    for &row in &benchmark {
        assert_eq!(calls.number("propensity", row), None);
        assert_eq!(calls.text("arm", row), None);
        assert_eq!(calls.integer("table_version", row), None);
        assert_eq!(calls.integer("attempt", row), Some(1));
        let success = calls.boolean("success", row) == Some(true);
        assert_eq!(calls.number("score", row).is_some(), success);
        assert_eq!(calls.text("judge", row), success.then_some(world.scoring.benchmark_judge.as_str()));
    }
    let tasks = (0..calls.len()).filter(|&row| calls.integer("attempt", row) == Some(1)).count() as f64;
    assert!((benchmark.len() as f64 - tasks * 0.25).abs() < 4.0 * (tasks * 0.25 * 0.75).sqrt());
}

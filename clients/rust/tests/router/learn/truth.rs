//! A known truth: models that break and recover, and shares that are what they are said to be.

use std::collections::BTreeMap;

use merit_router::{LearnSettings, Learner, Observation, Request, Table, distribution};

use super::stage::{Known, REQUEST, bad, good, hours, known, learner, observe, weight};
use crate::chance::Chance;

/// What the nightly build makes of such posteriors: a clear leader.
const CLEAR: [Known<'static>; 4] =
    [("a", 1.0, 0.95, 400.0), ("b", 0.0, 0.90, 400.0), ("c", 0.0, 0.85, 150.0), ("d", 0.0, 0.80, 60.0)];
/// Two that are close.
const CLOSE: [Known<'static>; 3] = [("a", 0.7, 0.93, 200.0), ("b", 0.3, 0.925, 200.0), ("c", 0.0, 0.85, 150.0)];

#[test]
fn a_broken_model_loses_most_of_its_share_within_twenty_failures() {
    for models in [&CLEAR[..], &CLOSE[..]] {
        for strength in [0.1, 1.0, 10.0, 100.0] {
            let models: Vec<Known<'_>> = models.iter().map(|one| (one.0, one.1, one.2, one.3 * strength)).collect();
            let learner = learner(&known(&models));
            let before = weight(&learner, "a");
            for _ in 0..20 {
                observe(&learner, bad("a", hours(1.0)));
            }
            let after = weight(&learner, "a");
            assert!(after < 0.2 * before, "strength × {strength}: {before} to {after}");
            let heir = weight(&learner, "b");
            assert!(heir > 0.5, "strength × {strength}: the second best has {heir}");
            // It works again, and many calls of it say so.
            (0..400).for_each(|_| observe(&learner, good("a", hours(2.0))));
            assert!(weight(&learner, "a") > 0.9 * before, "strength × {strength}: {}", weight(&learner, "a"));
        }
    }
}

/// Runs tasks against true values, observing each; gives the mean true value of what was drawn.
pub(super) fn run(
    learner: &Learner,
    chance: &mut Chance,
    tasks: std::ops::Range<usize>,
    observes: bool,
    truth: impl Fn(&str) -> f64,
) -> f64 {
    let count = tasks.len() as f64;
    let mut sum = 0.0;
    for task in tasks {
        let id = format!("task-{task}");
        let router = learner.current();
        let answer = router.choose(&Request { task_id: Some(&id), ..REQUEST }).expect("open");
        let value = truth(answer.model);
        sum += value / count;
        if observes {
            let success = chance.happens(value);
            let at = hours(task as f64 / 250.0);
            observe(learner, Observation { success, ..good(answer.model, at) });
        }
    }
    sum
}

#[test]
fn in_the_loop_a_break_is_left() {
    let learner = learner(&known(&CLEAR));
    let truth = |model: &str| CLEAR.iter().find(|one| one.0 == model).map_or(0.0, |one| one.2);
    let broken = |model: &str| if model == "a" { 0.0 } else { truth(model) };
    let mut chance = Chance(1);
    run(&learner, &mut chance, 0..300, true, truth);
    assert!(weight(&learner, "a") > 0.9, "steady: {}", weight(&learner, "a"));
    run(&learner, &mut chance, 300..400, true, broken);
    assert!(weight(&learner, "a") < 0.1, "broken: {}", weight(&learner, "a"));
}

#[test]
fn learned_propensities_are_the_realised_shares() {
    const TASKS: usize = 100_000;
    /// The 1 − 10⁻⁶ quantile of χ² with 3 degrees of freedom.
    const LIMIT: f64 = 30.7;
    let learner = learner(&known(&CLEAR));
    for _ in 0..13 {
        observe(&learner, bad("a", hours(1.0)));
    }
    let router = learner.current();
    for request in [REQUEST, Request { attempt: 2, exclude: &["b"], ..REQUEST }] {
        let mut counts: BTreeMap<String, f64> = BTreeMap::new();
        for task in 0..TASKS {
            let id = format!("task-{task}");
            let answer = router.choose(&Request { task_id: Some(&id), ..request }).expect("open");
            assert!(answer.learned() && answer.table_version == 1);
            *counts.entry(answer.model.to_owned()).or_default() += 1.0;
        }
        let mut sum = 0.0;
        for share in distribution(&router, &request).expect("open") {
            let (expected, count) = (share.propensity * TASKS as f64, counts.get(share.model).copied().unwrap_or(0.0));
            sum += if expected > 0.0 { (count - expected).powi(2) / expected } else { count * f64::INFINITY.min(1e9) };
        }
        assert!(sum < LIMIT, "{sum}: {counts:?}");
    }
}

#[test]
fn a_model_without_a_weight_gets_one_only_when_it_may_be_best() {
    let table: Table = known(&CLEAR);
    let learner = learner(&table);
    observe(&learner, bad("a", hours(1.0)));
    assert_eq!(weight(&learner, "d"), 0.0, "one failure of another");
    (0..300).for_each(|_| observe(&learner, good("d", hours(1.0))));
    assert!(weight(&learner, "d") > 0.5, "{}", weight(&learner, "d"));
}

#[test]
fn slower_settings_learn_slower() {
    let after = |table_calls: f64| {
        let settings = LearnSettings { table_calls, ..LearnSettings::default() };
        let learner = Learner::new(&known(&CLEAR), settings).expect("sound");
        for _ in 0..20 {
            observe(&learner, bad("a", hours(1.0)));
        }
        weight(&learner, "a")
    };
    assert!(after(50.0) < 0.5 * after(400.0), "{} {}", after(50.0), after(400.0));
}

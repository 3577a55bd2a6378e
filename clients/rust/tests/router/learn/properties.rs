//! What holds of any row and any observations.

use merit_router::{LearnSettings, Learner, Observation, Request, Router, distribution};

use super::stage::{
    EPSILON, KEY, NAMES, REQUEST, bad, bits, good, hours, known, known_draft, learner, observe, random_models, weight,
};
use crate::chance::Chance;
use crate::tables::{plain, probes, sealed, unicode};

#[test]
fn a_row_without_observations_has_the_tables_weights_to_the_bit() {
    for draft in [plain(), probes(), unicode()] {
        let (table, _) = sealed(draft);
        let (router, learner) = (Router::new(&table).expect("sound"), learner(&table));
        let row = &table.segments[table.segments.len() - 1];
        let asked = Request::new(&row.role, &row.category, &row.difficulty);
        let seen = row.candidates.iter().find(|candidate| candidate.exploit_weight > 0.0).expect("somebody is played");
        let same = |learned: &Router, row: &merit_router::table::Row| {
            let request = Request::new(&row.role, &row.category, &row.difficulty);
            for task in 0..50 {
                let id = format!("{task}");
                let request = Request { task_id: Some(&id), ..request };
                assert_eq!(router.choose(&request), learned.choose(&request));
                assert!(!learned.choose(&request).expect("open").learned());
            }
            assert_eq!(bits(&router, &request), bits(learned, &request), "{row}");
        };
        table.segments.iter().for_each(|row| same(&learner.current(), row));
        for hour in 1..20 {
            observe(&learner, Observation::failed(&asked, &seen.model, hours(f64::from(hour))));
        }
        assert!(learner.current().choose(&asked).expect("open").learned());
        let others = table.segments.iter().filter(|other| other.key() != row.key());
        others.for_each(|row| same(&learner.current(), row));
        learner.fade(hours(24.0 * 14.0 * 60.0));
        table.segments.iter().for_each(|row| same(&learner.current(), row));
    }
}

#[test]
fn weights_and_propensities_sum_to_one_whatever_is_observed() {
    let mut chance = Chance(11);
    for case in 0..60 {
        let models = random_models(&mut chance);
        let algorithm = *chance.pick(&["thompson", "thompson", "ucb", "greedy"]);
        let epsilon = if algorithm == "greedy" { 0.0 } else { *chance.pick(&[0.0, EPSILON, 1.0]) };
        let table = sealed(known_draft(algorithm, epsilon, &models)).0;
        let learner = learner(&table);
        for call in 0..20 {
            let model = chance.pick(&models).0;
            let success = chance.happens(0.6);
            let score = chance.happens(0.5).then(|| 10.0 * chance.unit());
            let at = hours(400.0 * chance.unit());
            observe(&learner, Observation { success, score, ..bad(model, at) });
            let standings = learner.standings(KEY[0], KEY[1], KEY[2]);
            let sum: f64 = standings.iter().map(|one| one.exploit_weight).sum();
            assert!((sum - 1.0).abs() < 1e-12, "case {case}, call {call}: {sum}");
            for one in &standings {
                assert!(one.exploit_weight > 0.0 || one.table_exploit_weight == 0.0 || algorithm != "thompson");
                assert!((0.0..=1.0).contains(&one.value) && one.calls >= 0.0);
            }
            let exclude = [*chance.pick(&NAMES)];
            let router = learner.current();
            let shares = distribution(&router, &Request { exclude: &exclude, ..REQUEST }).expect("others are left");
            let sum: f64 = shares.iter().map(|share| share.propensity).sum();
            assert!((sum - 1.0).abs() < 1e-12, "case {case}, call {call}: {sum} without {exclude:?}");
        }
    }
}

#[test]
fn a_success_never_lowers_and_a_failure_never_raises_a_share() {
    let mut chance = Chance(5);
    let mut moved = 0;
    for case in 0..120 {
        let models = random_models(&mut chance);
        let algorithm = *chance.pick(&["thompson", "thompson", "thompson", "ucb", "epsilon_greedy"]);
        let table = sealed(known_draft(algorithm, EPSILON, &models)).0;
        let learner = learner(&table);
        let at = hours(30.0);
        for call in 0..12 {
            let model = chance.pick(&models).0;
            let before = weight(&learner, model);
            if chance.happens(0.5) {
                observe(&learner, good(model, at));
                assert!(weight(&learner, model) >= before * (1.0 - 1e-9), "case {case}, call {call}: {models:?}");
            } else {
                observe(&learner, bad(model, at));
                assert!(weight(&learner, model) <= before * (1.0 + 1e-9), "case {case}, call {call}: {models:?}");
            }
            moved += usize::from(weight(&learner, model) != before);
        }
    }
    assert!(moved > 400, "too little happens: {moved}");
}

#[test]
fn the_order_of_observations_does_not_matter_at_all() {
    let mut chance = Chance(3);
    for _ in 0..10 {
        let models = random_models(&mut chance);
        let table = known(&models);
        let calls: Vec<Observation<'_>> = (0..15)
            .map(|_| {
                let (at, model) = (hours(*chance.pick(&[1.0, 1.0, 40.5, 100.0])), chance.pick(&models).0);
                Observation { success: chance.happens(0.7), score: Some(10.0 * chance.unit()), ..bad(model, at) }
            })
            .collect();
        let learned = |order: &[usize]| {
            let learner = learner(&table);
            order.iter().for_each(|&call| observe(&learner, calls[call]));
            bits(&learner.current(), &REQUEST)
        };
        let mut order: Vec<usize> = (0..calls.len()).collect();
        let first = learned(&order);
        for _ in 0..3 {
            (1..order.len()).rev().for_each(|place| order.swap(place, chance.below(place + 1)));
            assert_eq!(learned(&order), first);
        }
    }
}

#[test]
fn one_call_moves_no_weight_by_more_than_the_factor_against_the_table() {
    let mut chance = Chance(8);
    for case in 0..60 {
        let models = random_models(&mut chance);
        let table = known(&models);
        let settings = LearnSettings { most_factor: 1.5, ..LearnSettings::default() };
        let learner = Learner::new(&table, settings).expect("sound");
        let model = chance.pick(&models).0;
        observe(&learner, if chance.happens(0.5) { good(model, hours(1.0)) } else { bad(model, hours(1.0)) });
        for one in learner.standings(KEY[0], KEY[1], KEY[2]) {
            // Once for the weight itself and once for the sum of all.
            let (now, table) = (one.exploit_weight, one.table_exploit_weight);
            assert!(now <= 2.25 * table.max(1e-6) + 1e-12, "case {case}: {one:?}");
            assert!(now >= table / 2.25 - 1e-12, "case {case}: {one:?}");
        }
    }
}

#[test]
fn observations_fade_by_the_tables_half_life_or_the_settings() {
    let models = [("a", 0.9, 0.95, 300.0), ("b", 0.1, 0.93, 300.0)];
    let mut draft = known_draft("thompson", EPSILON, &models);
    let days = |days: Option<f64>| merit_router::table::HalfLife { days, origin: "auto".into(), gain: None };
    let calls = |learner: &Learner, day: f64| {
        observe(learner, bad("a", hours(0.0)));
        learner.fade(hours(24.0 * day));
        learner.standings(KEY[0], KEY[1], KEY[2])[0].calls
    };
    let of_the_policy = calls(&learner(&sealed(draft.clone()).0), 28.0);
    assert!((of_the_policy - 0.25).abs() < 1e-9, "14 days: {of_the_policy}");
    draft.policy.half_lives.insert("production".into(), days(Some(7.0)));
    let table = sealed(draft.clone()).0;
    assert!((calls(&learner(&table), 28.0) - 0.0625).abs() < 1e-9);
    let settings = |days: f64| LearnSettings { half_life_days: Some(days), ..LearnSettings::default() };
    assert!((calls(&Learner::new(&table, settings(28.0)).expect("sound"), 28.0) - 0.5).abs() < 1e-9);
    assert_eq!(calls(&Learner::new(&table, settings(f64::INFINITY)).expect("sound"), 9_000.0), 1.0);
    draft.policy.half_lives.insert("production".into(), days(None));
    assert_eq!(calls(&learner(&sealed(draft).0), 9_000.0), 1.0, "the table's evidence does not age");
}

#[test]
fn a_late_outcome_counts_as_old_as_it_is() {
    let models = [("a", 0.9, 0.95, 300.0), ("b", 0.1, 0.93, 300.0)];
    let learner = learner(&known(&models));
    observe(&learner, good("b", hours(24.0 * 14.0)));
    observe(&learner, bad("a", hours(0.0)));
    let standings = learner.standings(KEY[0], KEY[1], KEY[2]);
    assert!((standings[0].calls - 0.5).abs() < 1e-9 && standings[1].calls == 1.0, "{standings:?}");
}

//! Draws that a table really made, judged by hand.

use merit_router::{Request, Router, Table, choose, distribution};

use super::*;
use crate::day::Day;
use crate::evaluate::ope::OpeError;

const PLAIN: &str = include_str!("../../../tests/golden/tables/plain.json");

fn table() -> Table {
    merit_router::table::parse(PLAIN.as_bytes()).expect("a golden table")
}

fn registry(table: &Table) -> Registry {
    let mut registry = Registry::default();
    registry.add(Router::new(table).expect("a golden table"));
    registry
}

/// The table with all exploitation on one model of each row that has it.
fn all_on(table: &Table, model: &str) -> Router {
    let mut table = table.clone();
    let epsilon = table.policy.epsilon;
    for row in &mut table.segments {
        if !row.candidates.iter().any(|candidate| candidate.model == model && candidate.eligible) {
            continue;
        }
        let probes: f64 = row.candidates.iter().map(|candidate| candidate.probe_weight).sum();
        let eligible = row.candidates.iter().filter(|candidate| candidate.eligible).count() as f64;
        for candidate in &mut row.candidates {
            candidate.exploit_weight = f64::from(u8::from(candidate.model == model));
            let explored = if candidate.eligible { (epsilon - probes) / eligible } else { candidate.probe_weight };
            candidate.weight = (1.0 - epsilon) * candidate.exploit_weight + explored;
        }
    }
    Router::new(&table).expect("sound weights")
}

const SEGMENT: [&str; 3] = ["executor", "debugging", "advanced"];

fn draw(router: &Router, task: usize, u: f64, good: &str) -> LoggedDraw {
    let answer = choose(router, &Request::new(SEGMENT[0], SEGMENT[1], SEGMENT[2]), u).expect("nothing is excluded");
    LoggedDraw {
        day: Day(20_000),
        task: format!("task-{task:05}"),
        role: SEGMENT[0].into(),
        category: SEGMENT[1].into(),
        difficulty: SEGMENT[2].into(),
        table_version: Some(answer.table_version as i64),
        row_used: Some(answer.row_used.to_string()),
        drawn: answer.model.into(),
        propensity: Some(answer.propensity),
        excluded: None,
        max_cost: None,
        est_input_tokens: None,
        est_output_tokens: None,
        attempts: vec![Attempt {
            model: answer.model.into(),
            provider: answer.provider.into(),
            success: true,
            score: Some(if answer.model == good { 9.0 } else { 5.0 }),
            cost_usd: Some(0.001),
        }],
    }
}

/// Evenly spread draws of the golden table; `good` scores 9, everybody else 5.
fn draws(router: &Router, good: &str) -> Vec<LoggedDraw> {
    (0..2000).map(|task| draw(router, task, (task as f64 + 0.5) / 2000.0, good)).collect()
}

/// Two models of the segment's row that exploration draws.
fn two(table: &Table) -> [String; 2] {
    let router = Router::new(table).expect("a golden table");
    let shares = distribution(&router, &Request::new(SEGMENT[0], SEGMENT[1], SEGMENT[2])).expect("a row");
    let drawn: Vec<String> =
        shares.iter().filter(|share| share.propensity > 0.02).map(|share| share.model.to_string()).collect();
    [drawn[0].clone(), drawn[1].clone()]
}

#[test]
fn the_better_table_is_found_by_every_estimator_that_weighs() {
    let table = table();
    let [first, second] = two(&table);
    let registry = registry(&table);
    let router = Router::new(&table).expect("a golden table");
    let (candidate, baseline) = (all_on(&table, &second), all_on(&table, &first));
    let draws = draws(&router, &second);
    let rewards = Rewards::new(&table, 0.0, &draws);
    let pair = Pair { candidate: &candidate, baseline: &baseline };
    let judged = log(&draws, Origin::Registry(&registry), pair, &rewards);
    assert_eq!((judged.left_out.draws, judged.left_out.used()), (2000, 2000), "{:?}", judged.left_out);
    let found = compare(&judged, rewards.range()).expect("draws");
    // Both tables explore alike, so they differ in (1 − ε) of the draws by 0.4.
    let truth = (1.0 - table.policy.epsilon) * 0.4;
    for estimates in &found.overall.estimates {
        let difference = estimates.difference.expect("an estimate");
        assert!((difference.value - truth).abs() < 0.03, "{estimates:?}, {truth}");
        assert!(difference.low <= truth + 0.03 && difference.high >= truth - 0.03, "{estimates:?}");
    }
    assert_eq!(found.rows.len(), 1);
    assert_eq!(found.rows[0].draws, 2000);
    assert!(found.rows[0].row.as_ref().is_some_and(|row| row.contains("debugging")), "{:?}", found.rows[0].row);
}

#[test]
fn draws_that_no_table_made_are_counted_by_reason() {
    let table = table();
    let router = Router::new(&table).expect("a golden table");
    let good = draw(&router, 0, 0.4, "");
    let with = |change: &dyn Fn(&mut LoggedDraw)| {
        let mut draw = good.clone();
        change(&mut draw);
        draw
    };
    let everybody = serde_json::to_string(&table.models.keys().collect::<Vec<_>>()).expect("a list");
    let draws = vec![
        good.clone(),
        with(&|draw| draw.propensity = None),
        with(&|draw| draw.propensity = Some(0.0)),
        with(&|draw| draw.propensity = Some(1.5)),
        with(&|draw| draw.table_version = None),
        with(&|draw| draw.table_version = Some(77)),
        with(&|draw| draw.excluded = Some("[\"opus".into())),
        with(&|draw| draw.row_used = Some("somebody/*/*".into())),
        with(&|draw| draw.est_input_tokens = Some(-3)),
        with(&|draw| draw.excluded = Some(everybody.clone())),
        with(&|draw| draw.propensity = draw.propensity.map(|propensity| propensity / 2.0)),
        with(&|draw| draw.drawn = "nobody".into()),
    ];
    let rewards = Rewards::new(&table, 0.0, &draws);
    let judged =
        log(&draws, Origin::Registry(&registry(&table)), Pair { candidate: &router, baseline: &router }, &rewards);
    let expected = LeftOut {
        draws: 12,
        missing_propensity: 1,
        impossible_propensity: 2,
        unknown_table: 2,
        unreadable_context: 3,
        other_table: 3,
        no_answer: 0,
    };
    assert_eq!((judged.left_out, judged.left_out.used()), (expected, 1));
    assert_eq!(expected.sentences().len(), 5);
    let nothing = log(
        &draws[1..2],
        Origin::Registry(&registry(&table)),
        Pair { candidate: &router, baseline: &router },
        &rewards,
    );
    assert!(matches!(compare(&nothing, rewards.range()), Err(OpeError::NoDraws { .. })));
}

#[test]
fn a_table_that_excludes_nobody_left_has_no_answer() {
    let table = table();
    let router = Router::new(&table).expect("a golden table");
    let mut small = table.clone();
    let only = small.segments.iter().find(|row| row.key() == (SEGMENT[0], SEGMENT[1], SEGMENT[2])).expect("a row");
    let only = only.candidates[0].model.clone();
    for row in small.segments.iter_mut().filter(|row| row.key() == (SEGMENT[0], SEGMENT[1], SEGMENT[2])) {
        row.candidates.retain(|candidate| candidate.model == only);
        row.fallback.retain(|model| *model == only);
        (row.candidates[0].weight, row.candidates[0].exploit_weight, row.candidates[0].probe_weight) = (1.0, 1.0, 0.0);
    }
    let small = Router::new(&small).expect("sound");
    let exclude = [only.as_str()];
    let request = Request { exclude: &exclude, ..Request::new(SEGMENT[0], SEGMENT[1], SEGMENT[2]) };
    let answer = choose(&router, &request, 0.3).expect("others are left");
    let mut draw = draw(&router, 1, 0.3, "");
    draw.excluded = serde_json::to_string(&exclude).ok();
    (draw.drawn, draw.propensity) = (answer.model.into(), Some(answer.propensity));
    let draws = [draw];
    let rewards = Rewards::new(&table, 0.0, &draws);
    let judged =
        log(&draws, Origin::Registry(&registry(&table)), Pair { candidate: &small, baseline: &router }, &rewards);
    assert_eq!((judged.left_out.no_answer, judged.left_out.used()), (1, 0), "{:?}", judged.left_out);
    let judged =
        log(&draws, Origin::Registry(&registry(&table)), Pair { candidate: &router, baseline: &router }, &rewards);
    assert_eq!(judged.left_out.used(), 1);
}

#[test]
fn partly_scored_successes_are_worth_their_mean_score() {
    let table = table();
    let router = Router::new(&table).expect("a golden table");
    let mut draws = draws(&router, "");
    // A third are scored, evenly; the scores are 8 and 4 in turn, far from what the table expects.
    for (task, draw) in draws.iter_mut().enumerate() {
        draw.attempts[0].score = task.is_multiple_of(3).then_some(if task.is_multiple_of(2) { 8.0 } else { 4.0 });
    }
    let rewards = Rewards::new(&table, 0.0, &draws);
    let mean = draws.iter().map(|draw| rewards.of(draw)).sum::<f64>() / draws.len() as f64;
    assert!((mean - 0.6).abs() < 0.01, "{mean}");
    let (low, high) = rewards.range();
    assert!(draws.iter().all(|draw| (low..=high).contains(&rewards.of(draw))) && low < 0.0 && high > 1.0);
    // A failure is worth nothing, and is no reason to think its model unscored.
    draws[0].attempts[0].success = false;
    assert_eq!(Rewards::new(&table, 0.0, &draws).of(&draws[0]), 0.0);
}

#[test]
fn all_attempts_of_a_task_count() {
    let table = table();
    let router = Router::new(&table).expect("a golden table");
    let mut draw = draw(&router, 0, 0.1, "");
    let rescue = Attempt { score: Some(7.0), cost_usd: Some(0.004), ..draw.attempts[0].clone() };
    draw.attempts[0] = Attempt { success: false, score: None, ..draw.attempts[0].clone() };
    draw.attempts.push(rescue);
    let draws = [draw];
    let free = Rewards::new(&table, 0.0, &draws);
    assert!((free.of(&draws[0]) - 0.7).abs() < 1e-12);
    let dear = Rewards::new(&table, 10.0, &draws);
    assert!((dear.of(&draws[0]) - (0.7 - 10.0 * 0.005)).abs() < 1e-12);
    assert!(dear.of(&draws[0]) >= dear.range().0);
}

#[test]
fn at_their_word_the_same_draws_say_the_same_and_nobody_needs_the_table() {
    let table = table();
    let [first, second] = two(&table);
    let registry = registry(&table);
    let router = Router::new(&table).expect("a golden table");
    let (candidate, baseline) = (all_on(&table, &second), all_on(&table, &first));
    let mut draws = draws(&router, &second);
    let pair = Pair { candidate: &candidate, baseline: &baseline };
    let rewards = Rewards::new(&table, 0.0, &draws);
    let checked = log(&draws, Origin::Registry(&registry), pair, &rewards);
    let checked = compare(&checked, rewards.range()).expect("draws");
    draws.iter_mut().for_each(|draw| (draw.table_version, draw.row_used) = (Some(999), Some("theirs".into())));
    let rewards = Rewards::new(&table, 0.0, &draws);
    assert_eq!(log(&draws, Origin::Registry(&registry), pair, &rewards).left_out.unknown_table, 2000);
    let as_logged = AsLogged::read(&draws);
    let judged = log(&draws, Origin::AsLogged(&as_logged), pair, &rewards);
    assert_eq!((judged.left_out.used(), judged.rows.clone()), (2000, vec!["theirs".to_string()]));
    // What was drawn makes up all of 1, so a model that was never drawn had no chance.
    let logged: Vec<f64> = judged.log.contexts[0].candidates.iter().map(|candidate| candidate.logged).collect();
    assert_eq!(judged.log.contexts.len(), 1);
    assert!((logged.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{logged:?}");
    let found = compare(&judged, rewards.range()).expect("draws");
    for (one, other) in checked.overall.estimates.iter().zip(&found.overall.estimates) {
        let values = [one, other].map(|estimates| estimates.difference.expect("an estimate").value);
        assert!((values[0] - values[1]).abs() < 1e-9, "{}: {values:?}", one.estimator);
    }
    // Propensities that no one table gives: each draw stands alone, at its own word.
    draws[0].propensity = draws[0].propensity.map(|propensity| propensity / 2.0);
    let as_logged = AsLogged::read(&draws);
    let rewards = Rewards::new(&table, 0.0, &draws);
    let judged = log(&draws, Origin::AsLogged(&as_logged), pair, &rewards);
    assert_eq!(judged.left_out.used(), 2000);
    assert!(judged.log.contexts.len() > 1 && judged.log.validate().is_ok());
}

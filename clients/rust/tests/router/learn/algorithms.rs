//! Policies that play one model alone, and what nothing can be learned of.

use merit_router::Arm;

use super::stage::{EPSILON, KEY, REQUEST, bad, good, hours, known_draft, learner, observe, weight};
use crate::tables::sealed;

#[test]
fn the_leader_changes_when_the_order_of_mean_utilities_does() {
    let models = [("a", 1.0, 0.95, 100.0), ("b", 0.0, 0.90, 100.0), ("c", 0.0, 0.70, 100.0)];
    for (algorithm, epsilon) in [("greedy", 0.0), ("epsilon_greedy", EPSILON), ("ucb", EPSILON)] {
        let learner = learner(&sealed(known_draft(algorithm, epsilon, &models)).0);
        // 95/(100 + n) < 0.90 from n = 6 on.
        for failure in 1..=6 {
            assert_eq!(weight(&learner, "a"), 1.0, "{algorithm} before failure {failure}");
            observe(&learner, bad("a", hours(1.0)));
        }
        assert_eq!((weight(&learner, "a"), weight(&learner, "b")), (0.0, 1.0), "{algorithm}");
        let router = learner.current();
        let answer = merit_router::choose(&router, &REQUEST, 0.99).expect("open");
        assert_eq!((answer.model, answer.arm, answer.propensity < 1.0), ("b", Arm::Exploit, epsilon > 0.0));
        assert!(answer.reason.contains("since the table: calls of others"), "{}", answer.reason);
        // 95 + n of 106 + n again above 0.9, and so ahead.
        for _ in 0..5 {
            observe(&learner, good("a", hours(1.0)));
        }
        assert_eq!(weight(&learner, "a"), 1.0, "{algorithm}");
    }
}

#[test]
fn a_leader_whom_the_table_has_for_other_reasons_keeps_its_head_start() {
    let models = [("a", 1.0, 0.80, 100.0), ("b", 0.0, 0.90, 100.0)];
    let learner = learner(&sealed(known_draft("ucb", EPSILON, &models)).0);
    observe(&learner, good("a", hours(1.0)));
    assert_eq!(weight(&learner, "a"), 1.0);
    observe(&learner, good("b", hours(1.0)));
    observe(&learner, bad("a", hours(1.0)));
    assert_eq!(weight(&learner, "b"), 1.0);
}

#[test]
fn what_cost_alone_decides_stays() {
    let models = [("a", 0.9, 0.95, 300.0), ("b", 0.1, 0.90, 300.0)];
    let mut draft = known_draft("thompson", EPSILON, &models);
    draft.policy.lambda = 1e12;
    draft.segments[0].candidates[1].cost_usd.mean = Some(0.002);
    let learner = learner(&sealed(draft).0);
    for _ in 0..40 {
        observe(&learner, bad("a", hours(1.0)));
    }
    assert!((weight(&learner, "a") - 0.9).abs() < 1e-9);
}

#[test]
fn fallbacks_count_where_the_table_says_what_a_choice_is_worth_with_them() {
    // By itself b is worth more; with its fallbacks a is, for less.
    let models = [("a", 0.95, 0.70, 300.0), ("b", 0.05, 0.90, 300.0)];
    let mut draft = known_draft("thompson", EPSILON, &models);
    for (candidate, value) in draft.segments[0].candidates.iter_mut().zip([0.95, 0.92]) {
        candidate.chain = Some(merit_router::table::Chain { value, cost_usd: Some(0.001), success: 0.99 });
    }
    let learner = learner(&sealed(draft).0);
    for _ in 0..15 {
        observe(&learner, bad("a", hours(1.0)));
    }
    assert!(weight(&learner, "a") < 0.05, "{}", weight(&learner, "a"));
}

#[test]
fn an_unknown_algorithm_and_a_model_that_is_not_exploited_teach_nothing() {
    let models = [("a", 1.0, 0.95, 100.0), ("b", 0.0, 0.90, 100.0)];
    let unknown = learner(&sealed(known_draft("oracle", EPSILON, &models)).0);
    assert_eq!(unknown.observe(&bad("a", hours(1.0))), Ok(false));
    assert!(unknown.standings(KEY[0], KEY[1], KEY[2]).is_empty());
    let mut draft = known_draft("thompson", EPSILON, &models);
    let shut_out = &mut draft.segments[0].candidates[1];
    (shut_out.eligible, shut_out.probe_weight, shut_out.weight) = (false, 0.05, 0.05);
    draft.segments[0].candidates[0].weight = 0.95;
    let learner = learner(&sealed(draft).0);
    assert_eq!(learner.observe(&good("b", hours(1.0))), Ok(false));
    observe(&learner, bad("a", hours(1.0)));
    assert_eq!(weight(&learner, "a"), 1.0, "it is alone");
}

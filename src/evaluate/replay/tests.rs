//! The replay against figures worked out by hand.

use std::collections::BTreeSet;

use super::worlds::{World, world};
use super::*;
use crate::evaluate::metrics::arena_score;
use crate::policy::{Algorithm, PolicySettings};
use crate::segment::Segment;

fn model(name: &str) -> ReplayModel {
    ReplayModel { name: name.into(), provider: format!("{name}-provider") }
}

fn answer(score: f64, cost_usd: f64) -> Option<Outcome> {
    Some(Outcome::once(true, Some(score), Some(cost_usd)))
}

fn task(id: &str, category: &str, outcomes: Vec<Option<Outcome>>) -> Task {
    Task { id: id.into(), segment: Segment::new("unknown", category, "unknown"), outcomes }
}

/// 40 build tasks of two kinds; `large` answers all, `small` the even half (maths), at a tenth of the cost.
fn built() -> Vec<Task> {
    let of = |place: usize| {
        let (id, maths) = (format!("build {place:02}"), place.is_multiple_of(2));
        let small = answer(if maths { 1.0 } else { 0.0 }, 0.01);
        task(&id, if maths { "maths" } else { "code" }, vec![small, answer(1.0, 0.1)])
    };
    (0..40).map(of).collect()
}

fn replayed(tested: Vec<Task>, budgets: Vec<Option<f64>>) -> Replay {
    let test: BTreeSet<String> = tested.iter().map(|task| task.id.clone()).collect();
    let tasks = built().into_iter().chain(tested).collect();
    let matrix = Matrix::new(vec![model("small"), model("large")], tasks).expect("valid");
    let policy = PolicySettings { algorithm: Algorithm::Greedy, ..PolicySettings::default() };
    let settings = ReplaySettings { parts: Parts::Given { test }, budgets, policy, ..ReplaySettings::default() };
    replay(&matrix, &settings).expect("valid")
}

#[test]
fn every_figure_of_three_tasks_worked_out_by_hand() {
    let found = replayed(
        vec![
            task("1", "maths", vec![answer(0.8, 0.02), answer(0.9, 0.2)]),
            task("2", "code", vec![answer(0.5, 0.02), answer(0.5, 0.2)]),
            task("3", "code", vec![answer(0.1, 0.05), answer(0.7, 0.2)]),
            task("4", "code", vec![None, answer(0.7, 0.2)]),
        ],
        vec![Some(0.062), Some(0.0101)],
    );
    let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-6, "{found}, not {expected}");
    let coverage = Coverage { models: 2, tasks: 44, tested: 3, left_out: 1, parts: 1 };
    assert_eq!(found.coverage, coverage);
    // 0.062 pays for large at code (0.1) and small at maths (0.01), 0.055 on average; what is left pays for some of large
    // at maths, less than 7/45 of it: the table puts something by for failures, which it never rules out.
    let at = &found.budgets[0];
    let share = (3.0 * at.exploit.score.cost_usd.expect("known").mean - 0.42) / 0.18;
    assert!(share > 0.0 && share < 7.0 / 45.0, "{share}");
    close(at.exploit.score.quality.mean, (0.8 + share * 0.1 + 0.5 + 0.7) / 3.0);
    // Right: large at tasks 1 and 3, small at task 2 (as good, cheaper).
    close(at.exploit.score.right.mean, (share + 0.0 + 1.0) / 3.0);
    assert_eq!(at.exploit.score, at.drawn.score, "greedy does not explore");
    // Small is all that a mean of 0.062 pays for; the zero router mixes: 52/90 of large.
    assert_eq!(at.best_single_models, ["small"]);
    close(at.best_single.quality.mean, 1.4 / 3.0);
    let mixed = 0.052 / 0.09;
    close(at.zero_router.quality.mean, ((1.0 - mixed) * 1.4 + mixed * 2.1) / 3.0);
    close(at.exploit.beyond_best_single.mean, (2.0 + share * 0.1 - 1.4) / 3.0);
    close(at.exploit.gain_over_best_single.expect("defined"), (2.0 + share * 0.1) / 1.4 - 1.0);
    close(found.oracle.quality.mean, 2.1 / 3.0);
    close(found.oracle.cost_usd.expect("known").mean, (0.2 + 0.02 + 0.2) / 3.0);
    close(found.oracle.right.mean, 1.0);
    close(found.random.quality.mean, 0.5 * (1.4 + 2.1) / 3.0);
    close(at.exploit.oracle_gap.expect("defined"), (0.1 - share * 0.1) / 2.1);
    assert_eq!(found.models.iter().map(|model| model.model.as_str()).collect::<Vec<_>>(), ["large", "small"]);
    close(found.models[0].quality, 0.7);
    // Hardly anything but small at the other budget.
    assert!(found.budgets[1].exploit.score.quality.mean < 0.5);
    let aiq = found.aiq.expect("two points each");
    assert!(aiq.exploit > aiq.zero_router && aiq.from_usd < aiq.to_usd);
    // The area from each one's own cheapest point, flat to the largest cost, by that cost.
    let points = |of: fn(&AtBudget) -> &Score| -> [(f64, f64); 2] {
        [1, 0].map(|place: usize| {
            let score = of(&found.budgets[place]);
            (score.cost_usd.expect("known").mean, score.quality.mean)
        })
    };
    let (table, zero) = (points(|at| &at.exploit.score), points(|at| &at.zero_router));
    let largest = table[1].0.max(zero[1].0);
    let area = |[low, high]: [(f64, f64); 2]| {
        (0.5 * (low.1 + high.1) * (high.0 - low.0) + high.1 * (largest - high.0)) / largest
    };
    close(aiq.as_coded.largest_usd, largest);
    close(aiq.as_coded.exploit, area(table));
    close(aiq.as_coded.zero_router, area(zero));
    // Two models: small (1.4/3) is the weak one, large (0.7) the strong one.
    close(at.exploit.pgr.expect("a gap"), (2.0 + share * 0.1 - 1.4) / 0.7);
    assert_eq!(found.cost_saved, None, "no budget is unlimited");
}

#[test]
fn work_that_was_never_seen_is_decided_by_the_row_it_falls_back_to() {
    let found = replayed(vec![task("1", "poems", vec![answer(0.2, 0.01), answer(0.6, 0.1)])], vec![None]);
    assert_eq!(found.budgets[0].exploit.score.quality.mean, 0.6, "large leads over all");
    assert_eq!(found.best_by_segment.quality.mean, 0.6, "and is the best single model");
    assert_eq!(found.cost_saved, Some(0.0));
}

#[test]
fn unknown_costs_are_left_out_of_the_mean_and_said() {
    let unknown = |score| Some(Outcome::once(true, Some(score), None));
    let tested = vec![
        task("1", "code", vec![answer(0.2, 0.01), unknown(0.6)]),
        task("2", "code", vec![answer(0.2, 0.01), answer(0.6, 0.3)]),
    ];
    let found = replayed(tested, vec![None]);
    let score = found.budgets[0].exploit.score;
    assert_eq!((score.cost_usd.map(|cost| cost.mean), score.costed), (Some(0.3), 0.5));
    assert_eq!(found.budgets[0].exploit.arena_score, arena_score(0.6, 300.0));
    // No cost at all: no budget.
    let tasks = (0..4).map(|place| task(&place.to_string(), "code", vec![unknown(0.1 * f64::from(place))])).collect();
    let matrix = Matrix::new(vec![model("a")], tasks).expect("valid");
    let folds = Parts::Folds { count: 2, seed: 1 };
    let settings = ReplaySettings { parts: folds, budgets: vec![Some(0.1)], ..ReplaySettings::default() };
    assert_eq!(replay(&matrix, &settings), Err(ReplayError::NoCost { budget: 0.1 }));
    let unlimited = replay(&matrix, &ReplaySettings { budgets: vec![None], ..settings }).expect("valid");
    assert_eq!((unlimited.random.cost_usd, unlimited.aiq, unlimited.cost_saved), (None, None, None));
    assert_eq!(unlimited.budgets[0].exploit.arena_score, None);
    let nobody = replay(&matrix.with_costs(0.5), &ReplaySettings::default()).expect_err("no model is left");
    assert!(nobody.to_string().contains("no model is left"), "{nobody}");
}

#[test]
fn models_without_costs_can_be_left_out() {
    let tasks = (0..10).map(|place: usize| {
        let costed = Some(Outcome::once(true, Some(1.0), (place < 6).then_some(0.01)));
        let rare = (place < 2).then(|| Outcome::once(true, Some(1.0), Some(0.01)));
        task(&place.to_string(), "code", vec![costed, rare])
    });
    let matrix = Matrix::new(vec![model("costed"), model("rare")], tasks.collect()).expect("valid");
    let kept = |matrix: Matrix| -> Vec<String> { matrix.models().iter().map(|model| model.name.clone()).collect() };
    assert_eq!(kept(matrix.with_costs(0.6)), ["costed", "rare"], "of the tasks it ran");
    assert_eq!(kept(matrix.with_costs(0.7)), ["rare"]);
    assert_eq!(matrix.with_costs(0.7).tasks().len(), 2, "tasks that nobody is left for are dropped");
    assert_eq!(kept(matrix.with_coverage(0.3)), ["costed"]);
}

#[test]
fn a_part_that_no_model_ran_whole_is_an_error() {
    let tasks = (0..10).map(|place| {
        let ran = |model: usize| (place % 2 == model).then(|| Outcome::once(true, Some(1.0), None));
        task(&place.to_string(), "code", vec![ran(0), ran(1)])
    });
    let matrix = Matrix::new(vec![model("a"), model("b")], tasks.collect()).expect("valid");
    let error = replay(&matrix, &ReplaySettings::default()).expect_err("nothing to compare");
    assert!(error.to_string().contains("run by all 2 models"), "{error}");
    for wrong in [
        ReplaySettings { budgets: vec![], ..ReplaySettings::default() },
        ReplaySettings { budgets: vec![Some(-1.0)], ..ReplaySettings::default() },
        ReplaySettings { interval_level: 1.0, ..ReplaySettings::default() },
    ] {
        assert!(matches!(replay(&matrix, &wrong), Err(ReplayError::Setting { .. })));
    }
}

#[test]
fn the_same_tasks_in_any_order_on_any_number_of_threads_give_the_same_bytes() {
    let matrix = world(World::Dominant, 3, 200);
    let settings = ReplaySettings { budgets: vec![None, Some(0.003)], replicates: 50, ..ReplaySettings::default() };
    let found = replay(&matrix, &settings).expect("valid");
    let reversed = Matrix::new(
        matrix.models().iter().rev().cloned().collect(),
        matrix
            .tasks()
            .iter()
            .rev()
            .map(|task| Task { outcomes: task.outcomes.iter().rev().copied().collect(), ..task.clone() })
            .collect(),
    );
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let again = alone.install(|| replay(&reversed.expect("valid"), &settings).expect("valid"));
    let bytes = |found: &Replay| serde_json::to_string(found).expect("finite figures");
    assert_eq!(bytes(&found), bytes(&again));
}

#[test]
fn budgets_are_kept_on_tasks_that_were_not_seen() {
    let matrix = world(World::Specialists, 2, 1500);
    let policy = PolicySettings { epsilon: 0.0, ..PolicySettings::default() };
    let budgets = vec![Some(0.0015), Some(0.003), None];
    let settings = ReplaySettings { budgets, policy, replicates: 0, ..ReplaySettings::default() };
    let found = replay(&matrix, &settings).expect("valid");
    let mut last = 0.0;
    for at in &found.budgets {
        let cost = at.exploit.score.cost_usd.expect("known").mean;
        assert!(at.budget_usd.is_none_or(|budget| cost <= 1.02 * budget), "{cost} of {:?}", at.budget_usd);
        assert!(at.exploit.score.quality.mean > last, "more money buys more");
        last = at.exploit.score.quality.mean;
    }
    let aiq = found.aiq.expect("three points");
    assert!(aiq.exploit > aiq.zero_router + 0.02, "{aiq:?}");
}

#[test]
fn a_threshold_curve_worked_out_by_hand() {
    // The gap is 0.5 at law, 0.1 at chat; two tasks each in every fold, so ties are broken within a kind only.
    let of = |place: usize| {
        let (kind, weak) = if place.is_multiple_of(2) { ("law", 0.3) } else { ("chat", 0.7) };
        task(&format!("{place:02}"), kind, vec![answer(weak, 0.01), answer(0.8, 0.1)])
    };
    let matrix = Matrix::new(vec![model("small"), model("large")], (0..20).map(of).collect()).expect("valid");
    let settings = ReplaySettings { replicates: 100, ..ReplaySettings::default() };
    let found = threshold_curve(&matrix, "large", "small", &settings).expect("valid");
    let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
    assert_eq!(found.curve.len(), 21);
    close(found.weak, 0.5);
    close(found.strong, 0.8);
    // PGR is 5/6 at half of the calls, straight before and after: (0 + 5/6)/4 + (5/6 + 1)/4.
    close(found.apgr.expect("a gap").mean, 2.0 / 3.0);
    let cpt: Vec<f64> = found.cpt.iter().map(|calls| calls.strong_calls.mean).collect();
    for (found, wanted) in cpt.iter().zip([0.2, 0.5, 0.8]) {
        close(*found, 0.5 * wanted * 6.0 / 5.0);
    }
    // The other way round there is no gap to recover.
    let inverted = threshold_curve(&matrix, "small", "large", &settings).expect("valid");
    assert_eq!((inverted.apgr, inverted.cpt.len()), (None, 0));
    assert!(threshold_curve(&matrix, "small", "nobody", &settings).is_err());
}

#[test]
fn without_differences_between_kinds_of_work_a_threshold_is_worth_nothing() {
    // Kinds that differ by chance alone: random calls have an APGR of 0.5.
    let mut sum = 0.0;
    for seed in 0..6 {
        let matrix = world(World::Dominant, seed, 800);
        let names: Vec<(f64, &str)> = matrix
            .models()
            .iter()
            .enumerate()
            .map(|(model, of)| {
                let right = |task: usize| matrix.value(task, model).unwrap_or(0.0);
                ((0..matrix.tasks().len()).map(right).sum(), of.name.as_str())
            })
            .collect();
        let best = names.iter().max_by(|one, other| one.0.total_cmp(&other.0)).expect("eight models").1;
        let worst = names.iter().min_by(|one, other| one.0.total_cmp(&other.0)).expect("eight models").1;
        let settings = ReplaySettings { replicates: 0, ..ReplaySettings::default() };
        sum += threshold_curve(&matrix, best, worst, &settings).expect("valid").apgr.expect("a gap").mean;
    }
    assert!((sum / 6.0 - 0.5).abs() < 0.06, "{}", sum / 6.0);
}

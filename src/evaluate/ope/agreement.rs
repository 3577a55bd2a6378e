//! Agreement with the Open Bandit Pipeline on the same draws.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use serde_json::{Value, json};

use super::{Candidate, Context, Draw, Log, Observation, OpeSettings, Policy, RewardModel, evaluate, reward_model};

/// What obp 0.5.7 makes of [`input`], by `tests/python/ope_in_numpy.py`.
const ESTIMATES: &str = include_str!("../../../tests/golden/ope.json");

/// Draws with uneven propensities, a model that some contexts leave out and one that the log never draws.
fn log() -> Log {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let (rows, models) = (3, 5);
    let shares = |random: &mut ChaCha8Rng, out: &[usize]| -> Vec<f64> {
        let raw: Vec<f64> = (0..models)
            .map(|model| if out.contains(&model) { 0.0 } else { random.random::<f64>().powi(3) + 0.01 })
            .collect();
        let total: f64 = raw.iter().sum();
        raw.into_iter().map(|share| share / total).collect()
    };
    let contexts: Vec<Context> = (0..6)
        .map(|place| {
            let logged = shares(&mut random, if place % 2 == 0 { &[3] } else { &[1, 3] });
            let target = shares(&mut random, if place % 2 == 0 { &[] } else { &[1] });
            let candidate = |model: usize| Candidate {
                model: model as u32,
                logged: logged[model],
                target: target[model],
                baseline: logged[model],
            };
            Context { row: place % rows, candidates: (0..models).map(candidate).collect() }
        })
        .collect();
    let draw = |task: u64| {
        let context = random.random_range(0..contexts.len());
        let mut left: f64 = random.random();
        let candidates = &contexts[context].candidates;
        let drawn = candidates.iter().position(|candidate| {
            left -= candidate.logged;
            left < 0.0
        });
        let candidate = drawn.unwrap_or(0);
        let level = 0.3 + 0.1 * candidate as f64 + 0.05 * context as f64;
        let reward = if random.random::<f64>() < level { 0.5 + 0.5 * random.random::<f64>() } else { 0.0 };
        Draw {
            task: task / 2,
            context: context as u32,
            candidate: candidate as u32,
            reward,
            propensity: Some(candidates[candidate].logged),
        }
    };
    let draws = (0..400).map(draw).collect();
    Log { rows: rows as usize, models, contexts, draws }
}

fn settings() -> OpeSettings {
    OpeSettings { switch_threshold: 2.0, shrinkage: 5.0, ..OpeSettings::default() }
}

/// The same for obp: the reward model's predictions are given, so that it estimates from the same numbers.
fn input() -> Value {
    let (log, settings) = (log(), settings());
    let rewards = RewardModel::cross_fit(&log, &settings);
    let candidates = |draw: &Draw| log.drawn(draw).0.candidates.clone();
    let targets = |draw: &Draw| candidates(draw).iter().map(|one| one.target).collect::<Vec<_>>();
    let predictions = |draw: &Draw| {
        let of = &rewards[reward_model::fold(draw.task, settings.folds)];
        let row = log.drawn(draw).0.row;
        candidates(draw).iter().map(|one| of.predict(row, one.model)).collect::<Vec<_>>()
    };
    json!({
        "reward": log.draws.iter().map(|draw| draw.reward).collect::<Vec<_>>(),
        "action": log.draws.iter().map(|draw| draw.candidate).collect::<Vec<_>>(),
        "pscore": log.draws.iter().map(|draw| draw.propensity).collect::<Vec<_>>(),
        "action_dist": log.draws.iter().map(targets).collect::<Vec<_>>(),
        "q_hat": log.draws.iter().map(predictions).collect::<Vec<_>>(),
        "threshold": settings.switch_threshold,
        "shrinkage": settings.shrinkage,
    })
}

/// The same draws through the formulas in Python, now; the golden file is what the package itself made of them.
#[test]
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn numpy_says_the_same_of_the_same_draws() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = folder.join(".venv/bin/python");
    if !python.exists() {
        assert!(std::env::var("MERIT_NO_SKIP").as_deref() != Ok("1"), "there is no .venv, and skipping is forbidden");
        eprintln!("skipped: there is no .venv; make python");
        return;
    }
    let mut child = Command::new(python)
        .arg(folder.join("tests/python/ope_in_numpy.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python runs");
    child.stdin.take().expect("a pipe").write_all(input().to_string().as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    let theirs: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    agrees(&theirs);
}

#[test]
fn estimates_are_those_of_the_open_bandit_pipeline() {
    agrees(&serde_json::from_str(ESTIMATES).expect("a golden file of JSON"));
}

fn agrees(theirs: &Value) {
    let found = evaluate(&log(), Policy::Target, &settings()).expect("a valid log").overall;
    assert_eq!(found.estimates.len(), 6);
    for (estimate, name) in found.estimates.iter().zip(["ipw", "snipw", "dm", "dr", "switch_dr", "dros"]) {
        let theirs = theirs[name].as_f64().expect("a number for each estimator");
        assert!((estimate.value - theirs).abs() <= 1e-9, "{name}: {} here, {theirs} there", estimate.value);
    }
    // The comparison means something: the six differ.
    let mut values: Vec<f64> = found.estimates.iter().map(|estimate| estimate.value).collect();
    values.sort_by(f64::total_cmp);
    assert!(values.windows(2).all(|pair| pair[1] - pair[0] > 1e-4), "{values:?}");
}

#[test]
fn clusters_only_move_the_interval() {
    let mut log = log();
    let paired = evaluate(&log, Policy::Target, &settings()).expect("a valid log").overall;
    assert_eq!((paired.draws, paired.tasks), (400, 200));
    let rewards = RewardModel::fit(&[Default::default(); 15], 5, 10.0, (0.0, 1.0));
    let seen = Observation::new(&log, &log.draws[0], 0.5, Policy::Target, &rewards);
    assert!((seen.expected - 0.5).abs() < 1e-12 && (seen.unsupported_expected - 0.5 * seen.unsupported).abs() < 1e-12);
    for (task, draw) in log.draws.iter_mut().enumerate() {
        draw.task = task as u64;
    }
    let alone = evaluate(&log, Policy::Target, &settings()).expect("a valid log").overall;
    assert_eq!(alone.tasks, 400);
    assert!((alone.estimates[0].value - paired.estimates[0].value).abs() < 1e-12);
    assert!(alone.estimates[0].standard_error != paired.estimates[0].standard_error);
}

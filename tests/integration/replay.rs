//! Full feedback: tables built on part of a benchmark's tasks, replayed on the rest, where every model's answer is known.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use merit::evaluate::full_feedback::{FullFeedback, Selection, Wanted, attempts, files};
use merit::evaluate::replay::{Matrix, Parts, Replay, ReplaySettings, replay};
use merit::ingest::{Adapter, IngestSettings};
use merit::night::NightInputs;
use merit::policy::{Algorithm, PolicySettings};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use serde_json::Value;

use crate::harness::{Place, shared};

/// Random halves that are built on and tested on.
const SPLITS: u64 = 20;
/// Student's t at .975 with 19 degrees of freedom.
const STUDENT_19: f64 = 2.093;
/// Where between the cheapest model's cost and the unlimited cost the budgets lie.
const BUDGETS: [f64; 5] = [0.1, 0.3, 0.5, 0.7, 0.9];
/// The models of RouteLLM's figures.
const PAIR: &str = "gpt-4-1106-preview,mistralai/Mixtral-8x7B-Instruct-v0.1";

/// The committed example of docs/evaluation.md.
fn example() -> String {
    repository("docs/examples/benchmark.csv").to_string_lossy().into_owned()
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn json(place: &Place, arguments: &[&str]) -> Value {
    let asked = [&["evaluate", "replay", "--format", "json"], arguments].concat();
    serde_json::from_str(&place.succeed(&asked)).expect("JSON")
}

#[test]
fn routellms_figures_on_mmlu_by_one_command() {
    let Some(log) = shared("routellm/outcomes.parquet") else { return };
    let place = Place::new();
    let mmlu = "judge = 'routellm_mmlu'";
    // No interval is looked at here, and the router's seed is the one that the documents name.
    let from_log = ["--logs", &log, "--adapter", "routellm", "--where", mmlu, "--threshold", PAIR, "--replicates", "0"];
    let found = json(&place, &from_log);
    let curve = &found["threshold"];
    let coverage = (&curve["coverage"]["tested"], &curve["coverage"]["parts"], &found["replay"]["coverage"]["models"]);
    assert_eq!(coverage, (&Value::from(14_042), &Value::from(5), &Value::from(2)));
    let apgr = curve["apgr"]["mean"].as_f64().expect("a gap");
    let cpt = |place: usize, wanted: f64| {
        let calls = &curve["cpt"][place];
        assert_eq!(calls["wanted"].as_f64(), Some(wanted));
        calls["strong_calls"]["mean"].as_f64().expect("a share")
    };
    let (half, most) = (cpt(1, 0.5), cpt(2, 0.8));
    eprintln!("APGR {apgr:.4}, CPT(50 %) {:.2} %, CPT(80 %) {:.2} %", 100.0 * half, 100.0 * most);
    assert!(apgr >= 0.67, "APGR {apgr}");
    assert!(half <= 0.28, "CPT(50 %) {half}");
    assert!(most <= 0.59, "CPT(80 %) {most}");
}

#[test]
fn the_documents_show_what_the_command_prints() {
    let place = Place::new();
    let asked = ["--budget", "0.003", "--budget", "0.006", "--threshold", "large,small"];
    let printed = place.succeed(&[&["evaluate", "replay", "--logs", &example()], &asked[..]].concat());
    let text = std::fs::read_to_string(repository("docs/evaluation.md")).expect("the document");
    let command = "merit evaluate replay --logs docs/examples/benchmark.csv --budget 0.003 --budget 0.006 --threshold \
                   large,small";
    assert!(text.contains(command), "docs/evaluation.md does not name the command");
    for line in printed.lines() {
        assert!(text.contains(line.trim_end()), "docs/evaluation.md does not show this line: {line}");
    }
    assert!(!place.data().exists(), "files are looked at, not taken in");
}

#[test]
fn the_store_and_the_files_it_was_filled_from_give_the_same() {
    let (place, log) = (Place::new(), example());
    place.succeed(&["ingest", &log]);
    let asked = ["--budget", "0.004", "--replicates", "20"];
    let stored = json(&place, &asked);
    let twice = [&asked[..], &["--logs", &log, &log]].concat();
    assert_eq!(stored, json(&place, &twice), "a row that is there twice counts once");
    assert_eq!(stored, json(&place, &[&asked[..], &["--source", "benchmark", "--threads", "1"]].concat()));
    assert_eq!(stored["replay"]["budgets"].as_array().map(Vec::len), Some(2), "and without a budget");
    let two = json(&place, &["--model", "large,small", "--where", "task_category <> 'chat'", "--replicates", "0"]);
    let coverage = &two["replay"]["coverage"];
    assert_eq!((&coverage["models"], &coverage["tested"]), (&Value::from(2), &Value::from(60)));
    assert!(two["replay"]["budgets"][0]["exploit"]["pgr"].is_number());
    assert!(stored["replay"]["budgets"][0]["exploit"]["pgr"].is_null(), "three models have no weak and strong one");
}

#[test]
fn given_test_tasks_are_tested_by_a_table_built_on_the_others() {
    let place = Place::new();
    let text = std::fs::read_to_string(example()).expect("the example");
    let (header, rows) = text.split_once('\n').expect("a header");
    // The last 30 of 90 tasks of three rows each, and one of an adapter's own making.
    let lines: Vec<&str> = rows.lines().collect();
    let part = |lines: &[&str]| format!("{header}\n{}\n", lines.join("\n"));
    let test = place.write("test.csv", &part(&lines[180..]));
    let build = place.write("build.csv", &part(&lines[..180]));
    let (test, build) = (test.to_string_lossy(), build.to_string_lossy());
    let apart = json(&place, &["--logs", &build, "--test", &test, "--replicates", "0"]);
    assert_eq!((&apart["replay"]["coverage"]["tested"], &apart["folds"]), (&Value::from(30), &Value::Null));
    assert_eq!(apart["replay"]["coverage"]["tasks"], 90);
    // Where the store has the test tasks as well, they are not built on.
    place.succeed(&["ingest", &example()]);
    let stored = json(&place, &["--test", &test, "--replicates", "0"]);
    assert_eq!((&stored["replay"], &stored["left_out"]["build_tasks_tested"]), (&apart["replay"], &Value::from(30)));
    place.fail(2, &["evaluate", "replay", "--test", &test, "--folds", "3"]);
}

#[test]
fn what_is_no_full_feedback_is_left_out_and_said() {
    let place = Place::new();
    let call = |task: &str, model: &str, rest: &str| {
        format!(
            "{{\"timestamp\":\"2026-11-01T00:00:00Z\",\"model\":\"{model}\",\"success\":true,\"score\":5,\
             \"role\":\"executor\"{task}{rest}}}\n"
        )
    };
    let task = |id: &str| format!(",\"task_id\":\"{id}\"");
    let mut log = String::new();
    for id in ["1", "2", "3", "4"] {
        log += &call(&task(id), "small", "");
        log += &call(&task(id), "large", "");
    }
    // The same id at another kind of work is another task; `rare` ran one task of five.
    log += &call(&task("4"), "small", ",\"task_category\":\"maths\"");
    log += &call(&task("4"), "large", ",\"task_category\":\"maths\"");
    log += &call(&task("4"), "rare", ",\"task_category\":\"maths\"");
    log += &call(&task("alone"), "large", "");
    log += &call(&task("1"), "rare", ",\"attempt\":2");
    log += &call("", "small", "");
    let log = place.write("log.jsonl", &log);
    let log = log.to_string_lossy();
    let asked = ["evaluate", "replay", "--logs", &log, "--folds", "2", "--replicates", "0"];
    let found = json(&place, &asked[2..]);
    let left = &found["left_out"];
    let counts = ["calls_without_task", "later_attempts", "tasks_of_one_model"].map(|name| left[name].as_u64());
    assert_eq!(counts, [Some(1); 3], "{left}");
    assert_eq!(left["models_of_few_tasks"], serde_json::json!(["rare"]));
    assert_eq!(found["replay"]["coverage"]["tested"], 5);
    let text = place.succeed(&asked);
    for said in
        ["1 calls that name no task", "1 tasks that one model alone ran", "1 models that ran too few of the tasks"]
    {
        assert!(text.contains(said), "{text}");
    }
    let fail = |rest: &[&str]| place.fail(1, &[&asked[..], rest].concat());
    assert!(fail(&["--where", "task_id = 'alone'"]).contains("none of the 1 tasks read was run by two models"));
    assert!(fail(&["--where", "no such"]).contains("docs/sql.md lists them"));
    assert!(fail(&["--where", "nothing = 1"]).contains("--where nothing = 1"));
    assert!(fail(&["--model", "nobody"]).contains("the models are: large, rare, small"));
    assert!(fail(&["--threshold", "large,nobody"]).contains("no task was run by the model nobody"));
    assert!(fail(&["--budget", "0.01"]).contains("no model is left"), "no cost is known");
    assert!(fail(&["--coverage", "1.5"]).contains("between 0 and 1"));
    place.fail(2, &[&asked[..], &["--threshold", "large"]].concat());
    assert!(place.fail(1, &["evaluate", "replay", "--adapter", "bfcl"]).contains("--logs or --test"));
    let bad = place.write("bad.jsonl", "{\"model\":\"small\"}\n");
    assert!(place.fail(4, &["evaluate", "replay", "--logs", &bad.to_string_lossy()]).contains("line 1"));
}

/// A benchmark as the command reads it: models that ran nearly all tasks, with known costs where asked for.
fn benchmark(name: &str, wanted: Wanted, costed: bool) -> Option<Matrix> {
    let log = PathBuf::from(shared(&format!("{name}/outcomes.parquet"))?);
    let place = Place::new();
    let inputs = NightInputs::read(&place.data(), Default::default(), 2).expect("nothing is read of it");
    let adapter = Adapter::named(name, &inputs.queries).expect("a built-in adapter");
    // Plans are walked recursively; an unoptimised build has large frames.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).thread_stack_size(16 << 20).build();
    let read = runtime.expect("a runtime").block_on(async {
        let settings = IngestSettings::new(1_800_000_000_000_000);
        let found = files(&inputs, &[log], &adapter, &settings).await.expect("a readable file");
        attempts(&found.engine, &inputs, &wanted).await.expect("its calls")
    });
    let feedback = FullFeedback::new(read, None).expect("full feedback");
    Some(Selection { costed, ..Selection::default() }.of(&feedback).expect("models").matrix)
}

/// Half of the tasks at random, a new half for each split.
fn half(matrix: &Matrix, split: u64) -> Parts {
    let mut random = ChaCha8Rng::seed_from_u64(split);
    let tasks = matrix.tasks().iter();
    let test: BTreeSet<String> = tasks.filter(|_| random.random::<bool>()).map(|task| task.id.clone()).collect();
    Parts::Given { test }
}

fn replayed(matrix: &Matrix, parts: Parts, budgets: &[Option<f64>], policy: PolicySettings) -> Replay {
    let settings =
        ReplaySettings { parts, budgets: budgets.to_vec(), policy, replicates: 0, ..ReplaySettings::default() };
    replay(matrix, &settings).expect("a replay")
}

/// The mean of paired differences over splits and its standard error.
fn mean(differences: &[f64]) -> (f64, f64) {
    let count = differences.len() as f64;
    let mean = differences.iter().sum::<f64>() / count;
    let squares: f64 = differences.iter().map(|difference| (difference - mean) * (difference - mean)).sum();
    (mean, (squares / (count - 1.0) / count).sqrt())
}

#[test]
#[ignore = "proof: 20 splits × 5 budgets of 51 models at 12 kinds of work"]
fn proof_the_policy_beats_the_best_single_model_and_the_zero_router_on_held_out_tasks() {
    let Some(matrix) = benchmark("bfcl", Wanted::default(), true) else { return };
    // The exploit part alone: exploration would take its share of the budget.
    let policy = || PolicySettings { epsilon: 0.0, ..PolicySettings::default() };
    let whole = replayed(&matrix, Parts::Folds { count: 2, seed: 1 }, &[None], policy());
    let costs = whole.models.iter().filter_map(|model| model.cost_usd);
    let cheapest = costs.fold(f64::INFINITY, f64::min);
    let unlimited = whole.budgets[0].exploit.score.cost_usd.expect("known").mean;
    let budgets = BUDGETS.map(|share| Some(cheapest + share * (unlimited - cheapest)));
    let splits: Vec<Replay> =
        (0..SPLITS).map(|split| replayed(&matrix, half(&matrix, split), &budgets, policy())).collect();
    for (place, budget) in budgets.iter().flatten().enumerate() {
        let over = |of: &dyn Fn(&Replay) -> f64| mean(&splits.iter().map(of).collect::<Vec<_>>());
        let cost = over(&|found| found.budgets[place].exploit.score.cost_usd.expect("known").mean).0;
        let quality = over(&|found| found.budgets[place].exploit.score.quality.mean).0;
        let of_single = over(&|found| found.budgets[place].exploit.beyond_best_single.mean);
        let of_zero = over(&|found| found.budgets[place].exploit.beyond_zero_router.mean);
        eprintln!(
            "budget ${budget:.6}, cost ${cost:.6}: {quality:.4}; beyond best single {:+.4} ± {:.4}, beyond zero router \
             {:+.4} ± {:.4}",
            of_single.0,
            STUDENT_19 * of_single.1,
            of_zero.0,
            STUDENT_19 * of_zero.1
        );
        assert!(of_single.0 > STUDENT_19 * of_single.1, "not above the best single model at ${budget:.6}");
        assert!(of_zero.0 > STUDENT_19 * of_zero.1, "not above the zero router at ${budget:.6}");
        assert!(cost <= 1.05 * budget, "${cost:.6} of ${budget:.6}");
    }
}

#[test]
#[ignore = "proof: 20 splits of three benchmarks, up to 196 models"]
fn proof_greedy_is_not_below_the_best_single_model_on_published_benchmarks() {
    let judge = |name: &str| Wanted { condition: Some(format!("judge = '{name}'")), ..Wanted::default() };
    let all = [
        ("bfcl", Wanted::default()),
        ("can_ai_code", Wanted::default()),
        ("routellm", judge("routellm_mmlu")),
        ("routellm", Wanted::default()),
    ];
    for (name, wanted) in all {
        let shown = wanted.condition.clone().unwrap_or_default();
        let Some(matrix) = benchmark(name, wanted, false) else { return };
        let splits = |algorithm| -> Vec<Replay> {
            let policy = || PolicySettings { algorithm, ..PolicySettings::default() };
            (0..SPLITS).map(|split| replayed(&matrix, half(&matrix, split), &[None], policy())).collect()
        };
        let over = |splits: &[Replay], of: &dyn Fn(&Replay) -> f64| mean(&splits.iter().map(of).collect::<Vec<_>>());
        let (greedily, exploringly) = (splits(Algorithm::Greedy), splits(Algorithm::EpsilonGreedy));
        let greedy = over(&greedily, &|found| found.budgets[0].exploit.beyond_best_single.mean);
        let exploring = over(&exploringly, &|found| found.budgets[0].drawn.beyond_best_single.mean);
        let naive =
            over(&greedily, &|found| found.best_by_segment.quality.mean - found.budgets[0].best_single.quality.mean);
        eprintln!(
            "{name} {shown} ({} models, {} tasks), beyond the best single model: greedy {:+.4} ± {:.4}, with ε = 0.1 {:+.4} \
             ± {:.4}, naive choice by kind of work {:+.4} ± {:.4} (standard errors)",
            matrix.models().len(),
            matrix.tasks().len(),
            greedy.0,
            greedy.1,
            exploring.0,
            exploring.1,
            naive.0,
            naive.1
        );
        assert!(greedy.0 >= -(0.002 + 2.0 * greedy.1), "{name} {shown}: {greedy:?}");
    }
}

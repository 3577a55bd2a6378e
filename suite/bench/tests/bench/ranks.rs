//! Three stub models of different quality, with the suite's own projects.

use std::collections::{BTreeMap, BTreeSet};

use merit_backends::{BackendSettings, Surroundings, open, settings::BackendKind};
use merit_bench::{Options, Plan, Run, Target, Tools, Workflow, compare};
use merit_grade::Suite;
use merit_grade::project::Expected;
use serde_json::{Value, json};

use crate::fake::{extra, inbox, price};
use crate::stub::{Stub, projects};
use crate::toys::grader;

const IDS: [&str; 4] = ["review-hive-scales", "document-gate-outage", "snapshot-retention", "triage-night-builds"];

/// What the good, the fair and the poor model answer, and what that scores.
fn answers(suite: &Suite) -> (Value, BTreeMap<(&'static str, &'static str), Expected>) {
    let (mut answers, mut expected) = (json!({}), BTreeMap::new());
    for id in IDS {
        let project = suite.project(id).expect("a project of the suite");
        let (category, difficulty) = (project.category.name(), project.difficulty.name());
        let proofs = project.proofs().expect("sound proofs");
        let best = proofs.iter().filter(|proof| proof.name.starts_with("faulty-")).max_by(|a, b| {
            let score = |expected| if let Expected::Score(score) = expected { score } else { 0.0 };
            score(a.expected).total_cmp(&score(b.expected))
        });
        let named = |name: &str| proofs.iter().find(|proof| proof.name == name).expect("it is due");
        let three = [("good", named("reference")), ("fair", best.expect("three are due")), ("poor", named("empty"))];
        for (model, proof) in three {
            answers[model][id] = json!(proof.answer);
            expected.insert((model, id), proof.expected);
            answers[model][format!("{id} (judge)")] = match model {
                "good" => json!("{\"score\": 9, \"reason\": \"all there\"}"),
                "fair" => json!("```json\n{\"score\": 6.5}\n```"),
                _ => json!("I would give it a 3."),
            };
            // A triage project's work is triage, under the name of the project alone.
            if id != "triage-night-builds" {
                answers[model][format!("{id} (triage)")] = match model {
                    "good" => json!(format!("{{\"category\": \"{category}\", \"difficulty\": \"{difficulty}\"}}")),
                    "fair" => json!("{\"category\": \"architecture\", \"difficulty\": \"intermediate\"}"),
                    _ => json!("hard to say"),
                };
            }
        }
    }
    (answers, expected)
}

#[test]
fn models_are_ranked_by_what_their_answers_are_worth() {
    let suite = Suite::read(&projects()).expect("the suite");
    let (answers, expected) = answers(&suite);
    let stub = Stub::start(&answers);
    let settings = BackendSettings {
        kind: Some(BackendKind::OpenAi),
        base_url: Some(format!("{}/v1", stub.url)),
        models: ["good", "fair", "poor"].map(str::to_owned).to_vec(),
        provider: Some("north".into()),
        concurrency: Some(2),
        ..BackendSettings::named("stub")
    };
    let runners = open(&[settings], &Surroundings::default()).expect("a backend");
    let targets = runners[0].models().iter().map(|model| Target::of(&runners[0], model)).collect();
    let chosen = IDS.map(|id| suite.project(id).expect("a project"));
    let tag = Some("nightly".to_owned());
    let plan = Plan { judge_repeats: 2, tag, ..Plan::new(targets, chosen, Workflow::Triaged) };
    // Three projects with triage, work and two judges, and one that is triage itself.
    assert_eq!(plan.calls(), 3 * (3 * 4 + 3));
    let data = tempfile::tempdir().expect("a data folder");
    let (grader, options) = (grader(), Options::default());
    let tools = Tools { suite: &suite, grader: &grader, runners: &runners, prices: &price };
    let last = std::sync::Mutex::new((0, 0));
    let report = {
        let mut run = Run::open(data.path(), &plan, Some("first")).expect("a new run");
        let tell = |progress: &merit_bench::Progress| {
            let mut last = last.lock().expect("no panic");
            assert!(progress.done >= last.0 && progress.done <= progress.total);
            *last = (progress.done, progress.total);
        };
        run.execute(&tools, &options, &tell).expect("carried out")
    };
    assert_eq!(last.into_inner().expect("no panic"), (45, 45));
    assert_eq!((report.stop.clone(), report.settled, report.failed, report.defects.len()), (None, 45, 0, 0));
    let scores: Vec<f64> = report.models.iter().map(|model| model.figures.score.expect("scored")).collect();
    assert!(scores[0] == 10.0 && scores[0] > scores[1] && scores[1] > scores[2] && scores[2] <= 1.0, "{scores:?}");

    let records = inbox(data.path());
    assert_eq!(records.len(), 45, "no call was tried twice");
    let names: BTreeSet<&str> = records.iter().map(|record| record["call_id"].as_str().expect("named")).collect();
    assert_eq!(names.len(), 45);
    let mut tasks: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut work = 0;
    for record in &records {
        let (extra, model) = (extra(record), record["model"].as_str().expect("named"));
        let (project, role) = (extra["project"].as_str().expect("named"), record["role"].as_str().expect("named"));
        tasks.entry(record["task_id"].as_str().expect("bound")).or_default().push(role);
        for (field, value) in [("source", "benchmark"), ("provider", "north"), ("tag", "nightly")] {
            assert_eq!(record[field], value);
        }
        assert_eq!(record["task_category"], suite.project(project).expect("known").category.name());
        assert_eq!(
            (&extra["run"], &extra["workflow"], &extra["repeat"]),
            (&json!("first"), &json!("triaged"), &json!(1))
        );
        let tokens = |field: &str| record[field].as_u64().expect("told");
        let (input, cached) = (tokens("input_tokens"), tokens("cached_input_tokens"));
        let cost = ((input - cached) as f64 + cached as f64 * 0.5 + tokens("output_tokens") as f64 * 10.0) / 1e6;
        assert!((record["cost_usd"].as_f64().expect("priced") - cost).abs() < 1e-15);
        assert!(record["latency_ms"].as_f64().expect("timed") >= 0.0 && record["timestamp"].as_i64() > Some(0));
        let is_work = role == "executor" || project == "triage-night-builds" && role == "triage";
        if is_work {
            work += 1;
            let (model, _) = expected.keys().find(|key| key.0 == model && key.1 == project).expect("one of three");
            let id = IDS.into_iter().find(|id| *id == project).expect("planned");
            let score = record["score"].as_f64().expect("graded");
            assert!(expected[&(*model, id)].holds(score), "{model} {project}: {score}");
            assert_eq!((&record["judge"], &record["success"]), (&json!("merit-grade 1"), &json!(true)));
        } else if role == "judge" {
            assert!(record["score"].is_null() && record["judge"].is_null(), "a judge's score replaces none: {record}");
            assert_eq!(record["success"], model != "poor");
            assert_eq!(record["error_kind"] == "malformed", model == "poor");
            let said = match model {
                "good" => json!(9.0),
                "fair" => json!(6.5),
                _ => Value::Null,
            };
            assert_eq!(extra["judge_score"], said);
            assert_eq!(extra["judged_model"], format!("{model}@north"));
        } else {
            assert_eq!((record["success"] == true, record["score"].is_number()), (model != "poor", model != "poor"));
            assert!(
                model != "good" || record["score"] == 10.0 && record["judge"] == "merit-bench labels 1",
                "{record}"
            );
        }
    }
    assert_eq!((work, tasks.len()), (12, 12));
    let full = ["triage", "executor", "judge", "judge"];
    assert!(tasks.values().all(|roles| roles == &full || roles == &["triage", "judge", "judge"]), "{tasks:?}");

    // Once more is once.
    let again = Run::open(data.path(), &plan, Some("first")).expect("the same").execute(&tools, &options, &|_| ());
    let delivered = again.expect("nothing to do").delivered.expect("before");
    assert!(!delivered.is_new && delivered.is_complete && delivered.records == 45);
    assert_eq!((stub.chats(), inbox(data.path()).len()), (45, 45));

    let compared = compare(data.path(), "poor", "first:good").expect("both have results");
    assert!(compared.categories.iter().all(|row| row.b.score > row.a.score), "{compared:?}");
    assert_eq!((compared.categories.len(), compared.overall.paired.expect("paired").projects), (4, 4));
    let noise = compared.b.judge.expect("judged");
    assert_eq!((noise.scores, noise.answers, noise.self_deviation, noise.mean), (8, 4, Some(0.0), Some(9.0)));
    assert_eq!((noise.difference, noise.correlation), (Some(-1.0), None));
    assert_eq!(compared.a.judge.expect("asked").malformed, 8);
}

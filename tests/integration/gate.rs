//! The gate from night to night: first table, frozen challenger, bounded step, acceptance, refusal, crashes.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command as Process;

use merit_router::{Request, Router, Table, choose};
use serde_json::{Value, json};

use crate::harness::{Place, texts};

const SETTINGS: &str = "[evidence]\nhalf_life_days = 3.0\n";
/// Where a dollar is worth so much, the cheap model is the best; no model's level need change for a table to.
const THRIFTY: &str = "[evidence]\nhalf_life_days = 3.0\n[policy]\nlambda = 50.0\n";
/// What a call of the dear model costs, US dollars.
const DEAR: f64 = 0.02;
const SEGMENT: [&str; 3] = ["executor", "debugging", "advanced"];

/// What a success of each model is worth on a day.
type Scores<'a> = &'a [(&'a str, f64)];

/// Calls that nobody's table chose: both models in turn.
fn unrouted(place: &Place, day: &str, calls: usize, scores: Scores<'_>) {
    let line = |n: usize| {
        let (model, score) = scores[n % scores.len()];
        record(day, n, model, "p", score, json!({}))
    };
    place.write(&format!("data/inbox/unrouted-{day}.jsonl"), &(0..calls).map(line).collect::<String>());
}

/// Calls that the standing table drew, logged as an orchestrator logs them.
fn routed(place: &Place, day: &str, calls: usize, scores: Scores<'_>) {
    routed_at(place, day, calls, scores, DEAR);
}

/// The same where a call of the dear model costs this.
fn routed_at(place: &Place, day: &str, calls: usize, scores: Scores<'_>, dear: f64) {
    let table = merit_router::table::parse(&place.table()).expect("a table stands");
    let router = Router::new(&table).expect("a sound table");
    let line = |n: usize| {
        let request = Request::new(SEGMENT[0], SEGMENT[1], SEGMENT[2]);
        // The golden ratio's multiples are spread evenly.
        let answer = choose(&router, &request, (n as f64 * 0.618_033_988_749_895).fract()).expect("nobody is excluded");
        let score = scores.iter().find(|(model, _)| *model == answer.name).map_or(5.0, |(_, score)| *score);
        let choice = json!({
            "cost_usd": if answer.name == "b" { dear } else { 0.001 }, "table_version": answer.table_version, "drawn_model": answer.model, "propensity": answer.propensity,
            "row_used": answer.row_used.to_string(),
        });
        record(day, n, answer.name, answer.provider, score, choice)
    };
    place.write(&format!("data/inbox/routed-{day}.jsonl"), &(0..calls).map(line).collect::<String>());
}

fn record(day: &str, n: usize, model: &str, provider: &str, score: f64, more: Value) -> String {
    let (minute, second) = (n / 60 % 60, n % 60);
    // Scores scatter a little, so that dispersion is no artefact.
    let score = (score + 0.5 * ((n * 7 % 11) as f64 / 5.0 - 1.0)).clamp(0.0, 10.0);
    let mut call = json!({
        "call_id": format!("{day}-{n}"), "task_id": format!("{day}-{n}"), "model": model, "provider": provider,
        "timestamp": format!("{day}T{:02}:{minute:02}:{second:02}Z", n / 3600), "success": true, "score": score,
        "role": SEGMENT[0], "task_category": SEGMENT[1], "task_difficulty": SEGMENT[2], "cost_usd": if model == "b" { DEAR } else { 0.001 },
        "latency_ms": 900,
    });
    for (name, value) in more.as_object().expect("an object") {
        call[name] = value.clone();
    }
    format!("{call}\n")
}

fn night(place: &Place, as_of: &str) -> Value {
    let out = place.succeed(&["analyze", "--as-of", as_of, "--format", "json"]);
    serde_json::from_str(&out).expect("JSON")
}

fn table(place: &Place) -> Table {
    merit_router::table::parse(&place.table()).expect("a table stands")
}

fn exploit(table: &Table) -> BTreeMap<String, f64> {
    let row = table.segments.iter().find(|row| row.key() == (SEGMENT[0], SEGMENT[1], SEGMENT[2])).expect("the row");
    row.candidates.iter().map(|one| (table.models[&one.model].model.clone(), one.exploit_weight)).collect()
}

/// ½ Σ |one − other|.
fn distance(one: &Table, other: &Table) -> f64 {
    let (one, other) = (exploit(one), exploit(other));
    0.5 * one.iter().map(|(model, weight)| (weight - other[model]).abs()).sum::<f64>()
}

/// The dear model is better.
const SCORES: Scores<'static> = &[("a", 6.0), ("b", 8.5)];

/// Before the second night: the first table, a thrifty one, has drawn for a day, and thrift is over.
fn before_the_second_night() -> Place {
    let place = Place::new();
    place.write("merit.toml", THRIFTY);
    unrouted(&place, "2026-03-01", 400, SCORES);
    let first = night(&place, "2026-03-02");
    place.write("merit.toml", SETTINGS);
    assert_eq!((first["ending"].as_str(), first["gate"]["decision"].as_str()), (Some("published"), Some("first")));
    routed(&place, "2026-03-02", 1500, SCORES);
    place
}

#[test]
fn a_challenger_is_frozen_bounded_and_accepted() {
    let place = before_the_second_night();
    let first = table(&place);
    assert!(exploit(&first)["a"] > 0.9, "{:?}", exploit(&first));
    let second = night(&place, "2026-03-03");
    assert_eq!(second["gate"]["decision"], "frozen", "{second}");
    assert_eq!(second["gate"]["anchor"]["version"], 1);
    assert_eq!(second["gate"]["challenger"]["frozen_on"], "2026-03-03");
    let bounded = table(&place);
    let moved = distance(&bounded, &first);
    assert!((0.0999..=0.1 + 1e-9).contains(&moved), "{moved} {:?}", exploit(&bounded));
    let status = place.succeed(&["status"]);
    assert!(status.contains("challenger 1 judged from 2026-03-03 on"), "{status}");
    place.succeed(&["table", "verify"]);

    routed(&place, "2026-03-03", 1500, SCORES);
    let third = night(&place, "2026-03-04");
    assert_eq!(third["gate"]["decision"], "accepted", "{third}");
    assert!(third["gate"]["judged"]["lower"].as_f64().is_some_and(|lower| lower > -0.01), "{third}");
    assert!(exploit(&table(&place))["b"] > 0.8, "the anchor is the challenger: {:?}", exploit(&table(&place)));
    place.succeed(&["table", "verify"]);

    // The same days, asked by hand: v3 would have earned more than v1.
    let found = place.succeed(&["evaluate", "ope", "--candidate", "3", "--baseline", "1", "--format", "json"]);
    let found: Value = serde_json::from_str(&found).expect("JSON");
    assert_eq!(found["left_out"]["missing_propensity"], 400, "the first day has no propensities");
    let robust = &found["overall"]["estimates"][3];
    assert_eq!(robust["estimator"], "dr");
    assert!(robust["difference"]["low"].as_f64().is_some_and(|low| low > 0.2), "{robust}");
    let text = place.succeed(&["evaluate", "ope", "--candidate", "latest", "--baseline", "v1", "--from", "2026-03-02"]);
    assert!(text.contains("table v3 instead of v1") && text.contains("snipw"), "{text}");
    assert!(
        place.fail(1, &["evaluate", "ope", "--baseline", "1", "--to", "2026-03-02"]).contains("have no propensity")
    );
}

#[test]
fn a_challenger_that_earns_less_is_refused_and_the_old_table_stands() {
    let place = before_the_second_night();
    place.write("merit.toml", &format!("{SETTINGS}[policy]\nlambda = 5.0\n"));
    night(&place, "2026-03-03");
    let before = place.table();
    // b is as good as ever, but not worth what it costs now.
    routed_at(&place, "2026-03-03", 3000, SCORES, 10.0 * DEAR);
    a_model_that_may_not_be_used_any_more_goes_at_once(&copy(&place));
    let refused = ["analyze", "--as-of", "2026-03-04", "--format", "json"];
    let output = place.run(&refused);
    let (out, error) = texts(&output);
    assert_eq!(output.status.code(), Some(3), "{out}\n{error}");
    assert!(
        error.contains("challenger 1 is refuted after 1 night") && error.contains("the old table stands"),
        "{error}"
    );
    let summary: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((summary["ending"].as_str(), summary["table_version"].as_u64()), (Some("refused_by_gate"), Some(2)));
    assert_eq!(place.table(), before);
    let candidate = Path::new(summary["candidate_file"].as_str().expect("a file"));
    let candidate = merit_router::table::load(place.path("x").with_file_name(candidate)).expect("a sound table");
    assert_eq!(candidate.evaluation.gate["decision"], "refuted");
    let report = std::fs::read_to_string(place.data().join("reports/report.md")).expect("a report");
    assert!(report.contains("refuted after 1 night"), "the report says why");
    // Asked again, the night says the same and works no more.
    let again = place.run(&refused);
    assert_eq!(again.status.code(), Some(3));
    let again: Value = serde_json::from_slice(&again.stdout).expect("JSON");
    assert_eq!((again["bytes_read"].as_u64(), again["ending"].as_str()), (Some(0), Some("refused_by_gate")));
    // Who knows better.
    let forced = place.succeed(&["analyze", "--as-of", "2026-03-04", "--no-gate", "--format", "json"]);
    let forced: Value = serde_json::from_str(&forced).expect("JSON");
    assert_eq!((forced["ending"].as_str(), forced["table_version"].as_u64()), (Some("published"), Some(3)));
    assert_eq!(table(&place).evaluation.gate["decision"], "skipped by --no-gate");
    assert_eq!(exploit(&table(&place)), exploit(&candidate));
    place.succeed(&["table", "verify"]);
}

/// The same refuted night where, besides, a rule now forbids a model that the table in use draws.
fn a_model_that_may_not_be_used_any_more_goes_at_once(place: &Place) {
    let before = exploit(&table(place));
    assert!(before["b"] > 0.05, "{before:?}");
    place.write("merit.toml", &format!("{SETTINGS}[[policy.allowed_models]]\nmodels = [\"a*\"]\n"));
    let found = night(place, "2026-03-04");
    assert_eq!((found["ending"].as_str(), found["gate"]["decision"].as_str()), (Some("published"), Some("refuted")));
    assert_eq!(found["gate"]["anchor"]["version"], 2, "measured from the table in use");
    let after = exploit(&table(place));
    assert_eq!((after["a"], after.get("b").copied().unwrap_or(0.0)), (1.0, 0.0));
    place.succeed(&["table", "verify"]);
}

#[test]
fn a_table_restored_by_hand_is_the_anchor() {
    let place = before_the_second_night();
    let first = table(&place);
    night(&place, "2026-03-03");
    place.succeed(&["table", "rollback", "1"]);
    place.succeed(&["table", "release"]);
    routed(&place, "2026-03-03", 200, SCORES);
    let found = night(&place, "2026-03-04");
    assert_eq!(found["gate"]["anchor"]["version"], 3, "{found}");
    assert_eq!(found["gate"]["decision"], "frozen", "who was judged against another anchor is judged no more: {found}");
    assert!(distance(&table(&place), &first) <= 0.1 + 1e-9);
    place.succeed(&["table", "verify"]);
}

#[test]
fn a_candidate_that_lost_its_rows_is_refused() {
    let place = Place::new();
    place.write("merit.toml", SETTINGS);
    unrouted(&place, "2026-03-01", 200, SCORES);
    let other = |n: usize| record("2026-03-01", 1000 + n, "a", "p", 8.0, json!({"task_category": "triage"}));
    place.write("data/inbox/other.jsonl", &(0..200).map(other).collect::<String>());
    night(&place, "2026-03-02");
    let before = place.table();
    let evidence = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("queries/marts/evidence.sql"));
    let broken = evidence
        .expect("readable")
        .replace("\nORDER BY s.role", "\nWHERE s.task_category <> 'triage'\nORDER BY s.role");
    place.write("queries/marts/evidence.sql", &broken);
    place.write("merit.toml", &format!("queries = \"queries\"\n{SETTINGS}"));
    let error = place.fail(3, &["analyze", "--as-of", "2026-03-03"]);
    assert!(error.contains("rows with 50.0 % of the traffic are gone (executor/triage/advanced)"), "{error}");
    assert_eq!(place.table(), before);
    place.succeed(&["analyze", "--as-of", "2026-03-03", "--no-gate"]);
    assert_ne!(place.table(), before);
}

#[test]
fn without_draws_of_its_tables_the_step_is_measured_from_the_table_in_use() {
    let place = Place::new();
    place.write("merit.toml", THRIFTY);
    unrouted(&place, "2026-03-01", 400, SCORES);
    night(&place, "2026-03-02");
    place.write("merit.toml", SETTINGS);
    let mut before = table(&place);
    let first = before.clone();
    for (logged, as_of) in [("2026-03-02", "2026-03-03"), ("2026-03-03", "2026-03-04")] {
        unrouted(&place, logged, 400, SCORES);
        let found = night(&place, as_of);
        assert_eq!(found["gate"]["decision"], "no traffic", "{found}");
        let after = table(&place);
        assert!((0.0999..=0.1 + 1e-9).contains(&distance(&after, &before)), "{}", distance(&after, &before));
        before = after;
    }
    assert!(distance(&before, &first) > 0.19);
    place.succeed(&["table", "verify"]);
}

/// The files of the registry with their bytes.
fn registry(place: &Place) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(place.data().join("tables")).expect("a registry");
    let entries = entries.map(|entry| entry.expect("readable").path());
    let named = entries.filter(|path| !path.file_name().expect("a name").to_string_lossy().starts_with('.'));
    named
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read(path).expect("readable"))
        })
        .collect()
}

fn copy(from: &Place) -> Place {
    let place = Place::new();
    let copied =
        Process::new("cp").arg("-a").arg(from.data()).arg(from.path("merit.toml")).arg(place.path(".")).status();
    assert!(copied.expect("cp runs").success());
    place
}

/// Crashes the second night, which freezes a challenger, at every `stride`-th step.
fn crash_everywhere(stride: usize) -> usize {
    let ready = before_the_second_night();
    let args = ["analyze", "--as-of", "2026-03-03", "--quiet"];
    let undisturbed = copy(&ready);
    undisturbed.succeed(&args);
    let expected = registry(&undisturbed);
    assert!(expected.contains_key("gate.json"));
    for (crashes, step) in (3..).step_by(stride).enumerate() {
        let place = copy(&ready);
        let crashed = place.command().args(args).env("MERIT_FAILPOINT", format!("any:{step}")).output().expect("runs");
        if !crashed.status.success() {
            place.succeed(&args);
        }
        let found = registry(&place);
        assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "step {step}");
        assert!(found == expected, "the bytes differ after a crash at step {step}");
        if crashed.status.success() {
            return crashes;
        }
    }
    unreachable!("the steps end")
}

#[test]
fn a_crash_between_table_and_record_is_made_good() {
    assert!(crash_everywhere(13) > 3, "the night has many steps");
}

#[test]
#[ignore = "proof: a night for every third of its steps"]
fn proof_crashes_all_over_a_night_with_a_gate_are_made_good() {
    let crashes = crash_everywhere(3);
    eprintln!("{crashes} crashes, each made good");
    assert!(crashes > 20, "{crashes}");
}

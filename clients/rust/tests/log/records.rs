//! What stands in a line.

use std::collections::BTreeSet;
use std::time::{Duration, UNIX_EPOCH};

use merit_router::{Arm, CallLog, CallRecord, LogSettings, OutcomeRecord, Request};
use serde_json::{Map, Value, json};

use crate::folder::{Clock, Folder, NOON, router};

/// The names of merit's call record in stored order, copied from its definition (`src/call.rs`).
const CALL: [&str; 31] = [
    "call_id",
    "timestamp",
    "source",
    "task_id",
    "attempt",
    "model",
    "provider",
    "role",
    "task_category",
    "task_difficulty",
    "score",
    "success",
    "error_kind",
    "latency_ms",
    "input_tokens",
    "cached_input_tokens",
    "output_tokens",
    "token_count",
    "cost_usd",
    "judge",
    "table_version",
    "drawn_model",
    "propensity",
    "arm",
    "row_used",
    "excluded",
    "max_cost",
    "est_input_tokens",
    "est_output_tokens",
    "tag",
    "extra",
];

/// The names of its outcome record.
const OUTCOME: [&str; 6] = ["call_id", "observed_at", "score", "success", "cost_usd", "judge"];

fn one(write: impl FnOnce(&CallLog)) -> Map<String, Value> {
    let folder = Folder::new("record");
    let log = CallLog::open(folder.path(), Clock::new().settings()).expect("a log");
    write(&log);
    log.close();
    assert_eq!((log.written(), log.dropped(), log.failed()), (1, 0, 0));
    folder.records().pop().expect("one record")
}

#[test]
fn a_full_record_has_every_name_of_the_definition_and_no_other() {
    let router = router();
    let request = Request {
        task_id: Some("task-17"),
        exclude: &["haiku", "gpt"],
        max_cost: Some(9.5),
        input_tokens: Some(1_200),
        output_tokens: Some(300),
        ..Request::new("executor", "debugging", "advanced")
    };
    let answer = router.choose(&request).expect("not all are excluded");
    let line = one(|log| {
        log.record(&CallRecord {
            source: Some("production"),
            score: Some(8.5),
            error_kind: Some("timeout"),
            latency_ms: Some(812.25),
            input_tokens: Some(1_100),
            cached_input_tokens: Some(1_000),
            output_tokens: Some(280),
            token_count: Some(1_380),
            cost_usd: Some(0.0042),
            judge: Some("tests"),
            tag: Some("blue"),
            extra: Some(r#"{"retries":2}"#),
            ..CallRecord::succeeded(&request, &answer)
        });
    });
    let names: BTreeSet<&str> = line.keys().map(String::as_str).collect();
    assert_eq!(names, BTreeSet::from(CALL));
    let call_id = line["call_id"].as_str().expect("text");
    let (random, counter) = call_id.split_once('-').expect("a name and a number");
    assert!(random.len() == 16 && random.bytes().all(|byte| byte.is_ascii_hexdigit()), "{call_id}");
    assert_eq!(counter, "1");
    for (name, value) in [
        ("timestamp", json!("2026-11-23T12:34:56.000000Z")),
        ("task_id", json!("task-17")),
        ("attempt", json!(1)),
        ("model", json!(answer.model)),
        ("provider", json!(answer.provider)),
        ("role", json!("executor")),
        ("task_category", json!("debugging")),
        ("task_difficulty", json!("advanced")),
        ("success", json!(true)),
        ("latency_ms", json!(812.25)),
        ("cost_usd", json!(0.0042)),
        ("table_version", json!(answer.table_version)),
        ("drawn_model", json!(answer.model)),
        ("propensity", json!(answer.propensity)),
        ("arm", serde_json::to_value(answer.arm).expect("a word")),
        ("row_used", json!(answer.row_used.to_string())),
        ("excluded", json!(r#"["haiku","gpt"]"#)),
        ("max_cost", json!(9.5)),
        ("est_input_tokens", json!(1_200)),
        ("est_output_tokens", json!(300)),
        ("extra", json!(r#"{"retries":2}"#)),
    ] {
        assert_eq!(line[name], value, "{name}");
    }
}

#[test]
fn a_full_outcome_has_every_name_of_the_definition_and_no_other() {
    let line = one(|log| {
        log.outcome(&OutcomeRecord {
            observed_at: Some(UNIX_EPOCH + NOON + Duration::from_micros(7)),
            score: Some(6.0),
            success: Some(false),
            cost_usd: Some(0.5),
            judge: Some("nightly tests"),
            ..OutcomeRecord::new("call-of-another-process")
        });
    });
    let names: BTreeSet<&str> = line.keys().map(String::as_str).collect();
    assert_eq!(names, BTreeSet::from(OUTCOME));
    assert_eq!(line["call_id"], "call-of-another-process");
    assert_eq!(line["observed_at"], "2026-11-23T12:34:56.000007Z");
    assert_eq!((&line["score"], &line["success"]), (&json!(6.0), &json!(false)));
}

#[test]
fn the_names_are_those_of_the_document() {
    let document = include_str!("../../../../docs/call-record.md");
    let names = |section: &str| -> Vec<&str> {
        let text = document.split(section).nth(1).expect("the section is there");
        let text = text.split("\n## ").next().expect("some text");
        let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| name"));
        rows.map(|row| row.split('|').nth(1).expect("a first cell").trim()).collect()
    };
    assert_eq!(names("\n## Call\n"), CALL);
    assert_eq!(names("\n## Outcome\n"), OUTCOME);
}

#[test]
fn what_is_not_known_is_left_out() {
    let line = one(|log| {
        log.record(&CallRecord::new("opus", false));
    });
    let names: BTreeSet<&str> = line.keys().map(String::as_str).collect();
    assert_eq!(names, BTreeSet::from(["call_id", "timestamp", "attempt", "model", "success"]));
    let line = one(|log| {
        let numbers =
            CallRecord { cost_usd: Some(f64::NAN), max_cost: Some(f64::INFINITY), ..CallRecord::new("m", true) };
        log.record(&CallRecord { score: Some(f64::NEG_INFINITY), latency_ms: Some(1.5), ..numbers });
    });
    assert!(line.values().all(|value| !value.is_null()), "{line:?}");
    assert_eq!(line.get("latency_ms"), Some(&json!(1.5)));
    assert!(["cost_usd", "max_cost", "score"].iter().all(|name| !line.contains_key(*name)), "{line:?}");
}

#[test]
fn a_fallback_has_no_propensity_and_keeps_the_draw() {
    let router = router();
    let request = Request { task_id: Some("t"), ..Request::new("executor", "debugging", "advanced") };
    let answer = router.choose(&request).expect("nothing is excluded");
    let next = answer.fallback.iter().next().expect("there is one");
    let record = CallRecord::failed(&request, &answer, "rate_limit").fallback(next, "elsewhere", 2);
    assert_eq!((record.arm, record.propensity, record.attempt), (Some(Arm::Fallback), None, 2));
    let line = one(|log| {
        log.record(&record);
    });
    assert_eq!((&line["model"], &line["drawn_model"]), (&json!(next), &json!(answer.model)));
    assert_eq!(
        (&line["arm"], &line["success"], &line["error_kind"]),
        (&json!("fallback"), &json!(false), &json!("rate_limit"))
    );
    assert!(!line.contains_key("propensity"));
}

#[test]
fn any_text_comes_back_as_it_was() {
    let texts =
        ["задача-1 ✓", "line\nbreak\r\n\ttab", "quote\" back\\slash", "\u{2028}\u{0}\u{7f}", "👩‍🚀", "a\u{301}", ""];
    let folder = Folder::new("texts");
    let log = CallLog::open(folder.path(), LogSettings::default()).expect("a log");
    for text in texts {
        log.record(&CallRecord { task_id: Some(text), excluded: &texts, ..CallRecord::new(text, true) });
    }
    log.close();
    let records = folder.records();
    assert_eq!(records.len(), texts.len());
    for (record, text) in records.iter().zip(texts) {
        assert_eq!((&record["task_id"], &record["model"]), (&json!(text), &json!(text)));
        let excluded: Vec<String> = serde_json::from_str(record["excluded"].as_str().expect("text")).expect("a list");
        assert_eq!(excluded, texts);
    }
}

#[test]
fn an_outcome_names_the_call_that_record_named_and_silence_is_not_written() {
    let folder = Folder::new("outcome");
    let log = CallLog::open(folder.path(), LogSettings::default()).expect("a log");
    let call_id = log.record(&CallRecord::new("opus", true));
    log.outcome(&OutcomeRecord::new(&call_id));
    log.outcome(&OutcomeRecord { judge: Some("nobody"), score: Some(f64::NAN), ..OutcomeRecord::new(&call_id) });
    log.outcome(&OutcomeRecord { success: Some(false), ..OutcomeRecord::new(&call_id) });
    drop(log);
    let records = folder.records();
    assert_eq!(records.len(), 2);
    assert_eq!((&records[0]["call_id"], &records[1]["call_id"]), (&json!(call_id), &json!(call_id)));
    assert!(records[0].contains_key("timestamp") && !records[1].contains_key("timestamp"));
    assert!(!records[0].contains_key("observed_at") && records[1].contains_key("observed_at"));
}

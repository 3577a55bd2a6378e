//! The report through the program: the scoreboard of tasks whose truth is known, and its targets.

use serde_json::Value;

use crate::harness::Place;

/// A task: an attempt that fails ($0.01, 1 s), then one that scores ($0.03, 2 s). The cost of one attempt may be unknown.
fn task(number: usize, score: f64, costed: bool) -> String {
    let attempt = |attempt: u32, success: bool, cost: Option<f64>, latency_ms: f64, score: Option<f64>| {
        let known =
            |name: &str, value: Option<f64>| value.map_or(String::new(), |value| format!(",\"{name}\":{value}"));
        format!(
            "{{\"call_id\":\"c{number}-{attempt}\",\"task_id\":\"t{number}\",\"attempt\":{attempt},\"success\":{success},\
             \"timestamp\":\"2026-06-10T10:00:00Z\",\"model\":\"claude-opus\",\"role\":\"executor\",\
             \"task_category\":\"debugging\",\"task_difficulty\":\"beginner\",\"latency_ms\":{latency_ms}{}{}}}\n",
            known("cost_usd", cost),
            known("score", score)
        )
    };
    attempt(1, false, costed.then_some(0.01), 1000.0, None) + &attempt(2, true, Some(0.03), 2000.0, Some(score))
}

fn targets(place: &Place) -> Value {
    let out = place.succeed(&["analyze", "--as-of", "2026-06-12", "--format", "json"]);
    serde_json::from_str::<Value>(&out).expect("JSON")["scoreboard"].clone()
}

#[test]
fn the_scoreboard_counts_tasks_not_calls() {
    let place = Place::new();
    let tasks: String = (0..80).map(|number| task(number, 9.0 + (number % 2) as f64, number > 0)).collect();
    place.write("data/inbox/calls.jsonl", &tasks);
    let board = targets(&place);
    assert_eq!((board["tasks"].as_u64(), board["last_day"].as_str()), (Some(80), Some("2026-06-11")));
    let target = |name: &str| {
        let found = board["targets"].as_array().expect("a list").iter().find(|target| target["measure"] == name);
        found.unwrap_or_else(|| panic!("{name}")).clone()
    };
    let actual = |name: &str| target(name)["actual"].as_f64().expect("known");
    assert!((actual("score") - 9.5).abs() < 1e-9 && target("score")["counted"] == 80);
    assert!(actual("success") == 1.0 && target("success")["verdict"] == "met");
    assert!((actual("cost_usd_per_task") - 0.04).abs() < 1e-9, "both attempts count");
    assert_eq!(target("cost_usd_per_task")["counted"], 79, "a task with an attempt of unknown cost does not count");
    assert!((actual("latency_p95_ms") / 3000.0 - 1.0).abs() < 0.01 && target("latency_p95_ms")["verdict"] == "met");
    assert!(actual("right_model") > 0.99, "one model alone is the right one");

    // Other targets make no other table, but another report.
    place.write("merit.toml", "[targets]\nscore = 9.8\ncost_usd_per_task = 0.001\n");
    let board = targets(&place);
    assert_eq!(
        (&board["targets"][0]["verdict"], &board["targets"][2]["verdict"]),
        (&"not_met".into(), &"not_met".into())
    );
    let sentence = board["targets"][2]["obstacle"].as_str().expect("a sentence").to_string();
    assert!(
        sentence.starts_with("executor / debugging / beginner takes 100 % of the cost at $0.040 a task"),
        "{sentence}"
    );
    assert_eq!(place.count("SELECT MAX(table_version) FROM routing_table"), 1);
    let page = std::fs::read_to_string(place.data().join("reports/report.html")).expect("a report");
    assert!(page.replace("&#x2f;", "/").contains(&sentence));
    let status = place.succeed(&["status", "--format", "json"]);
    let status: Value = serde_json::from_str(&status).expect("JSON");
    assert_eq!(status["scoreboard"], board);
    assert!(place.fail(1, &["status", "--config", "absent.toml"]).contains("is not there"));
    place.write("merit.toml", "[targets]\nwindow_days = 0\n");
    assert!(place.fail(1, &["status"]).contains("targets.window_days = 0 is out of range"));
}

//! Late scores, early scores, two judges: the same marts whatever the order they come in.

use crate::harness::{Place, call};

const CALLS: [&str; 3] = ["a", "b", "c"];

fn calls() -> String {
    CALLS.iter().map(|id| call(id, "2026-03-01T10:00:00Z", "m", "\"latency_ms\":1200,\"cost_usd\":0.01")).collect()
}

/// A score three days late, two judges of whom the later counts, a tie in time, a cost correction.
fn outcomes() -> Vec<String> {
    let outcome =
        |id: &str, at: &str, rest: &str| format!("{{\"call_id\":\"{id}\",\"observed_at\":\"{at}\",{rest}}}\n");
    vec![
        outcome("a", "2026-03-04T09:00:00Z", "\"score\":9,\"judge\":\"late\""),
        outcome("b", "2026-03-01T11:00:00Z", "\"score\":4,\"judge\":\"one\""),
        outcome("b", "2026-03-02T11:00:00Z", "\"score\":8,\"judge\":\"two\""),
        outcome("c", "2026-03-02T12:00:00Z", "\"score\":5,\"judge\":\"two\""),
        outcome("c", "2026-03-02T12:00:00Z", "\"score\":6,\"judge\":\"three\""),
        outcome("c", "2026-03-03T12:00:00Z", "\"cost_usd\":0.02"),
    ]
}

/// The marts and the table after taking files in this order, with a night after every file or only at the end.
fn marts(files: &[String], every_night: bool) -> (String, Vec<u8>) {
    let place = Place::new();
    for (n, text) in files.iter().enumerate() {
        let file = place.write(&format!("log-{n}.jsonl"), text);
        place.succeed(&["ingest", &file.to_string_lossy()]);
        if every_night && place.count("SELECT COUNT(*) FROM call_log") > 0 {
            place.succeed(&["analyze", "--as-of", "2026-03-05", "--quiet"]);
        }
    }
    place.succeed(&["analyze", "--as-of", "2026-03-05", "--quiet"]);
    let marts = ["decayed_scores", "costs", "evidence"]
        .map(|mart| format!("{:?}", place.sql(&format!("SELECT * FROM {mart}"))));
    let rows = place.sql("SELECT call_id, score, judge, cost_usd FROM calls ORDER BY call_id");
    (format!("{marts:?} {rows:?}"), std::fs::read(evidence(&place)).expect("readable"))
}

/// The evidence of the newest table: named by its content, so equal bytes mean equal evidence.
fn evidence(place: &Place) -> std::path::PathBuf {
    let table: serde_json::Value = serde_json::from_slice(&place.table()).expect("JSON");
    let digest = table["inputs"]["arms"].as_str().expect("a digest").to_string();
    place.data().join(format!("tables/arms-{}.parquet", &digest[..32]))
}

#[test]
fn the_order_of_arrival_does_not_matter() {
    let mut forward = vec![calls()];
    forward.extend(outcomes());
    let mut backward = outcomes();
    backward.reverse();
    backward.push(calls());
    let together = vec![outcomes().concat(), calls()];
    let reference = marts(&forward, false);
    assert!(reference.0.contains("\"judge\": String(\"late\")"), "{}", reference.0);
    for (files, every_night) in [(&forward, true), (&backward, false), (&backward, true), (&together, false)] {
        assert_eq!(marts(files, every_night), reference);
    }
}

#[test]
fn the_latest_word_counts_for_each_kind_of_news() {
    let place = Place::new();
    let file = place.write("log.jsonl", &[vec![calls()], outcomes()].concat().concat());
    place.succeed(&["ingest", &file.to_string_lossy()]);
    let rows = place.sql("SELECT call_id, score, judge, cost_usd FROM calls ORDER BY call_id");
    assert_eq!((rows[0]["score"].as_f64(), rows[0]["judge"].as_str()), (Some(9.0), Some("late")));
    assert_eq!((rows[1]["score"].as_f64(), rows[1]["judge"].as_str()), (Some(8.0), Some("two")));
    assert_eq!((rows[2]["score"].as_f64(), rows[2]["cost_usd"].as_f64()), (Some(6.0), Some(0.02)));
}

#[test]
fn an_outcome_at_or_after_as_of_is_not_known_yet() {
    let place = Place::new();
    let late = "{\"call_id\":\"a\",\"observed_at\":\"2026-03-04T00:00:00Z\",\"score\":9}\n";
    let file = place.write("log.jsonl", &(calls() + late));
    place.succeed(&["ingest", &file.to_string_lossy()]);
    place.succeed(&["analyze", "--as-of", "2026-03-04", "--quiet"]);
    assert_eq!(place.count("SELECT SUM(n_scored) FROM decayed_scores"), 0);
    place.succeed(&["analyze", "--as-of", "2026-03-05", "--quiet"]);
    assert_eq!(place.count("SELECT SUM(n_scored) FROM decayed_scores"), 1);
}

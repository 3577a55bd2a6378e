//! The night on the committed sample: published once, then standing, verified, asked, routed.

use crate::harness::{Place, sample};

const AS_OF: &str = "2026-08-30";

fn with_sample() -> Place {
    let place = Place::new();
    place.succeed(&["analyze", "--as-of", AS_OF, "--logs", &sample("calls.parquet"), &sample("outcomes.parquet")]);
    place
}

#[test]
fn a_night_publishes_and_the_same_night_again_reads_nothing() {
    let place = with_sample();
    let first = place.table();
    let again = place.succeed(&["analyze", "--as-of", AS_OF, "--format", "json"]);
    let again: serde_json::Value = serde_json::from_str(&again).expect("JSON");
    assert_eq!(again["ending"], "standing");
    assert_eq!((again["bytes_read"].as_u64(), again["days_rolled_up"].as_u64()), (Some(0), Some(0)));
    assert_eq!(place.table(), first);
    assert_eq!(place.succeed(&["table", "list", "--format", "json"]).matches("\"version\"").count(), 1);
}

#[test]
fn the_next_day_reads_only_what_is_new() {
    let place = with_sample();
    // Late scores come until 2026-09-01: from then on nothing changes but the calendar.
    place.write("merit.toml", "[ingest]\nmax_staleness_days = 0\n");
    place.succeed(&["analyze", "--as-of", "2026-09-05", "--quiet"]);
    let night = |as_of: &str| {
        let summary = place.succeed(&["analyze", "--as-of", as_of, "--format", "json"]);
        serde_json::from_str::<serde_json::Value>(&summary).expect("JSON")
    };
    let next = night("2026-09-06");
    assert_eq!((next["ending"].as_str(), next["days_rolled_up"].as_u64()), (Some("published"), Some(0)));
    let line = "{\"timestamp\":\"2026-09-06T08:00:00Z\",\"model\":\"claude-opus\",\"provider\":\"anthropic\",\"success\":true}\n";
    place.write("data/inbox/new.jsonl", line);
    let third = night("2026-09-07");
    assert_eq!((third["days_rolled_up"].as_u64(), third["table_version"].as_u64()), (Some(1), Some(4)));
    assert!(!place.path("data/inbox/new.jsonl").exists(), "the log has moved to inbox/done");
    assert_eq!(place.count("SELECT COUNT(*) FROM calls WHERE day = DATE '2026-09-06'"), 1);
}

#[test]
fn the_table_is_sound_rebuilds_and_answers() {
    let place = with_sample();
    place.succeed(&["table", "verify"]);
    let table: serde_json::Value = serde_json::from_slice(&place.table()).expect("JSON");
    let rows = table["segments"].as_array().expect("rows");
    assert!(rows.len() > 54, "3 roles × 6 categories × 3 difficulties and their back-off rows: {}", rows.len());
    let chosen = place.succeed(&[
        "route",
        "--role",
        "executor",
        "--category",
        "debugging",
        "--difficulty",
        "advanced",
        "--task-id",
        "t1",
        "--format",
        "json",
    ]);
    assert_eq!(
        chosen,
        place.succeed(&[
            "route",
            "--role",
            "executor",
            "--category",
            "debugging",
            "--difficulty",
            "advanced",
            "--task-id",
            "t1",
            "--format",
            "json"
        ])
    );
    let report = std::fs::read_to_string(place.data().join("reports/report.md")).expect("a report");
    assert!(report.contains("claude-sonnet"), "{report}");
}

#[test]
fn equal_inputs_give_equal_bytes_with_one_thread_and_with_two() {
    let tables: Vec<Vec<u8>> = ["1", "2"]
        .map(|threads| {
            let place = Place::new();
            let logs = [sample("calls.parquet"), sample("outcomes.parquet")];
            place.succeed(&["analyze", "--threads", threads, "--as-of", AS_OF, "--logs", &logs[0], &logs[1]]);
            place.table()
        })
        .into();
    assert!(tables[0] == tables[1], "the tables differ");
}

#[test]
fn questions_see_everything_and_change_nothing() {
    let place = with_sample();
    for table in [
        "calls",
        "outcome_log",
        "arms_daily",
        "latency_daily",
        "tasks_daily",
        "decayed_scores",
        "evidence",
        "frontiers",
        "routing_table",
        "price_list",
        "models",
    ] {
        assert!(place.count(&format!("SELECT COUNT(*) AS n FROM {table}")) > 0, "{table}");
    }
    for forbidden in ["DROP TABLE calls", "CREATE TABLE x AS SELECT 1", "COPY calls TO 'x.parquet'"] {
        assert!(place.fail(1, &["sql", "-c", forbidden]).contains("merit sql only reads"), "{forbidden}");
    }
    for format in ["csv", "ndjson", "parquet"] {
        let file = place.path(&format!("answer.{format}"));
        place.succeed(&["sql", "-c", "SELECT 1 AS one", "-o", &file.to_string_lossy()]);
        assert!(std::fs::metadata(&file).expect("written").len() > 3);
    }
}

#[test]
fn late_outcomes_of_the_sample_find_their_calls() {
    let place = with_sample();
    let scored = place.count("SELECT COUNT(*) FROM calls WHERE score IS NOT NULL");
    let inline = place.count("SELECT COUNT(*) FROM call_log WHERE score IS NOT NULL");
    let late = place.count("SELECT COUNT(DISTINCT call_id) FROM outcome_log WHERE score IS NOT NULL");
    assert_eq!(scored, inline + late);
    let status = place.succeed(&["status", "--format", "json"]);
    assert!(status.contains("\"waiting_outcomes\": 0"), "{status}");
}

#[test]
fn many_small_files_are_merged_and_nothing_changes() {
    let place = Place::new();
    for n in 0..10 {
        let line = crate::harness::call(&format!("c{n}"), "2026-03-01T10:00:00Z", "m", "\"latency_ms\":900");
        let file = place.write(&format!("log-{n}.jsonl"), &line);
        place.succeed(&["ingest", &file.to_string_lossy(), "--quiet"]);
    }
    let before = place.sql("SELECT * FROM calls ORDER BY call_id");
    place.succeed(&["analyze", "--as-of", "2026-03-02", "--quiet"]);
    assert_eq!(place.sql("SELECT * FROM calls ORDER BY call_id"), before);
    let status = place.succeed(&["status", "--format", "json"]);
    assert!(status.contains("\"call_files\": 1"), "{status}");
    place.succeed(&["store", "verify"]);
}

#[test]
fn the_latency_quantiles_are_within_one_percent_of_the_logged_ones() {
    let place = Place::new();
    let config = place.write("merit.toml", "[evidence]\nhalf_life_days = inf\n");
    place.succeed(&[
        "--config",
        &config.to_string_lossy(),
        "analyze",
        "--as-of",
        AS_OF,
        "--logs",
        &sample("calls.parquet"),
    ]);
    let rows = place.sql(
        "WITH ranked AS (SELECT l.role, l.task_category, l.task_difficulty, m.arm, l.latency_ms, \
            ROW_NUMBER() OVER (PARTITION BY l.role, l.task_category, l.task_difficulty, m.arm ORDER BY l.latency_ms) AS r, \
            COUNT(*) OVER (PARTITION BY l.role, l.task_category, l.task_difficulty, m.arm) AS n \
          FROM calls AS l JOIN models AS m ON m.logged_model = l.model AND m.logged_provider = l.provider \
          WHERE l.attempt = 1 AND l.success AND l.latency_ms IS NOT NULL) \
         SELECT q.p50_ms, q.p95_ms, \
            MIN(CASE WHEN r.r >= 0.5 * r.n THEN r.latency_ms END) AS p50, \
            MIN(CASE WHEN r.r >= 0.95 * r.n THEN r.latency_ms END) AS p95 \
         FROM ranked AS r JOIN latency_quantiles AS q ON q.role = r.role AND q.task_category = r.task_category \
            AND q.task_difficulty = r.task_difficulty AND q.arm = r.arm \
         GROUP BY r.role, r.task_category, r.task_difficulty, r.arm, q.p50_ms, q.p95_ms",
    );
    assert!(rows.len() >= 200, "{}", rows.len());
    for row in rows {
        let number = |name: &str| row[name].as_f64().expect("a number");
        for (bucketed, exact) in [("p50_ms", "p50"), ("p95_ms", "p95")] {
            assert!((number(bucketed) / number(exact) - 1.0).abs() < 0.01, "{row}");
        }
    }
}

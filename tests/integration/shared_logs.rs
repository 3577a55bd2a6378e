//! Real, published logs through the whole night.

use crate::harness::{Place, shared};

/// The account of an ingest: read = taken + duplicate + skipped + quarantined.
fn account(place: &Place, adapter: &str, files: &[&str]) -> serde_json::Value {
    let mut arguments = vec!["ingest", "--format", "json", "--adapter", adapter];
    arguments.extend(files);
    let account: serde_json::Value = serde_json::from_str(&place.succeed(&arguments)).expect("JSON");
    let of = |name: &str| account[name].as_u64().expect("a count");
    let sum = of("calls") + of("outcomes") + of("duplicate") + of("skipped") + of("quarantined");
    assert_eq!(of("read"), sum, "{account}");
    account
}

#[test]
fn bfcl_is_accounted_for_and_has_a_row_a_category() {
    let Some(log) = shared("bfcl/outcomes.parquet") else { return };
    let place = Place::new();
    let taken = account(&place, "bfcl", &[&log]);
    assert_eq!((taken["read"].as_u64(), taken["calls"].as_u64()), (Some(224_460), Some(224_460)));
    let config = place.write("merit.toml", "[evidence]\nhalf_life_days = inf\n");
    place.succeed(&["--config", &config.to_string_lossy(), "analyze", "--as-of", "2024-08-12"]);
    let table: serde_json::Value = serde_json::from_slice(&place.table()).expect("JSON");
    let rows = table["segments"].as_array().expect("rows");
    let leaves = rows.iter().filter(|row| row["difficulty"] != "*" && row["role"] != "*").count();
    assert_eq!(leaves, 12, "one row a category");
    assert!(rows.len() > leaves, "and back-off rows");
    assert_eq!(table["models"].as_object().expect("models").len(), 77);
    let means = place.sql(
        "SELECT model, AVG(score) AS score, AVG(cost_usd) AS cost_usd FROM calls WHERE task_category = 'simple' \
         GROUP BY model ORDER BY model",
    );
    assert_eq!(means.len(), 77);
    place.succeed(&["table", "verify"]);
    let page = std::fs::metadata(place.data().join("reports/report.html")).expect("a report").len();
    assert!(page < 5_000_000, "{page} bytes");
    let again = account(&place, "bfcl", &[&log]);
    assert_eq!(again["duplicate"].as_u64(), Some(224_460), "the same log again adds nothing");
}

#[test]
fn tau2bench_is_the_same_whichever_file_comes_first() {
    let Some(calls) = shared("tau2bench/calls.parquet") else { return };
    let Some(outcomes) = shared("tau2bench/outcomes.parquet") else { return };
    let tables: Vec<Vec<u8>> = [[&calls, &outcomes], [&outcomes, &calls]]
        .map(|files| {
            let place = Place::new();
            let taken: u64 =
                files.iter().map(|file| account(&place, "tau2bench", &[file])["read"].as_u64().expect("read")).sum();
            assert_eq!(taken, 7_297 + 634);
            place.succeed(&["analyze", "--as-of", "2026-03-15", "--quiet"]);
            assert_eq!(place.count("SELECT COUNT(*) FROM calls WHERE score IS NOT NULL"), 584);
            let status: serde_json::Value =
                serde_json::from_str(&place.succeed(&["status", "--format", "json"])).expect("JSON");
            assert_eq!(status["waiting_outcomes"], 50, "they have no call");
            place.table()
        })
        .into();
    assert!(tables[0] == tables[1], "the tables differ");
}

#[test]
fn the_other_published_logs_are_accounted_for() {
    for (adapter, file, read, skipped) in [
        ("routellm", "routellm/outcomes.parquet", 31_361, 319),
        ("can_ai_code", "can_ai_code/outcomes.parquet", 22_584, 0),
        ("llmperf", "llmperf/outcomes.parquet", 2_845, 0),
    ] {
        let Some(log) = shared(file) else { return };
        let place = Place::new();
        let taken = account(&place, adapter, &[&log]);
        assert_eq!((taken["read"].as_u64(), taken["skipped"].as_u64()), (Some(read), Some(skipped)), "{adapter}");
        assert_eq!(taken["quarantined"].as_u64(), Some(0), "{adapter}");
        let last = place.sql("SELECT CAST(MAX(day) AS VARCHAR) AS day FROM calls");
        let last: merit::day::Day = last[0]["day"].as_str().expect("a day").parse().expect("a day");
        place.succeed(&["analyze", "--as-of", &last.next().to_string(), "--quiet"]);
        place.succeed(&["table", "verify"]);
    }
}

//! The registry's commands over nights of a simulated world: compare, explain, go back, release, forget.

use std::path::Path;

use serde_json::Value;

use crate::harness::{Place, texts};

/// Tables are compared as they are built: what the gate lets through depends on the nights before.
const UNGATED: &str = "[gate]\nenabled = false\n";

/// Two nights, two days apart, each with its table.
fn two_nights() -> Place {
    let place = Place::new();
    let folder = place.path("logs").to_string_lossy().into_owned();
    place.write("merit.toml", UNGATED);
    place.succeed(&["simulate", "--days", "12", "--calls-per-day", "300", "-o", &folder]);
    place.succeed(&["analyze", "--quiet", "--as-of", "2026-06-10", "--logs", &folder]);
    place.succeed(&["analyze", "--quiet", "--as-of", "2026-06-12"]);
    place
}

/// One test, since nights take their time: each part has a copy of the same two.
#[test]
fn the_registry_over_simulated_nights() {
    let home = two_nights();
    let nights = home.data();
    compare_and_explain(&copy(&nights));
    damage_evidence(&copy(&nights));
    crash_in_a_rollback(&nights);
    roll_back_and_release(&copy(&nights));
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn version(place: &Place, version: u64) -> Value {
    json(&place.succeed(&["table", "show", &version.to_string(), "--format", "json"]))
}

const BACK: [&str; 7] = ["table", "rollback", "1", "--as-of", "2026-06-13", "--reason", "opus answers with nonsense"];

fn night(place: &Place, as_of: &str) -> Value {
    json(&place.succeed(&["analyze", "--as-of", as_of, "--format", "json"]))
}

/// Two nights are compared and a row is explained.
fn compare_and_explain(place: &Place) {
    let diff = json(&place.succeed(&["table", "diff", "1", "latest", "--format", "json"]));
    let (one, two) = (version(place, 1), version(place, 2));
    assert_eq!([&diff["tables"]["from"]["digest"], &diff["tables"]["to"]["digest"]], [&one["digest"], &two["digest"]]);
    assert_eq!(diff["inputs"], serde_json::json!(["calls", "arms"]));
    let rows = diff["rows"].as_array().expect("rows");
    assert_eq!(
        rows.len() + diff["rows_same"].as_u64().expect("a count") as usize,
        one["segments"].as_array().expect("rows").len()
    );
    let weight =
        |row: &Value| row["traffic_share"].as_f64().expect("a share") * row["moved"].as_f64().expect("a share");
    assert!(rows.windows(2).all(|pair| weight(&pair[0]) >= weight(&pair[1])), "the weightiest first");
    // Every weight that differs between the files is told, with its reason.
    let weights = |table: &Value| -> std::collections::BTreeMap<String, f64> {
        let rows = table["segments"].as_array().expect("rows").iter();
        rows.flat_map(|row| {
            let name = ["role", "category", "difficulty"].map(|part| row[part].as_str().expect("a name")).join("/");
            let candidates = row["candidates"].as_array().expect("candidates").clone();
            candidates.into_iter().map(move |candidate| {
                (format!("{name} {}", candidate["model"]), candidate["weight"].as_f64().expect("a weight"))
            })
        })
        .collect()
    };
    let (before, after) = (weights(&one), weights(&two));
    let mut told = 0;
    for row in rows {
        for candidate in row["candidates"].as_array().expect("candidates") {
            let name = format!("{} {}", row["row"].as_str().expect("a name"), candidate["model"]);
            let moved = candidate["moved"].as_f64().expect("a number");
            assert!((after[&name] - before[&name] - moved).abs() < 1e-12, "{name}");
            assert!(!candidate["why"].as_str().expect("a sentence").is_empty(), "{name}");
            told += usize::from(moved != 0.0);
        }
    }
    assert_eq!(told, before.iter().filter(|(name, weight)| after[*name] != **weight).count());
    let page = place.succeed(&["table", "diff", "v1", "v2", "--rows", "1"]);
    assert!(page.starts_with("v1 → v2\nas of     2026-06-10 → 2026-06-12\n"), "{page}");

    let asked = ["--role", "executor", "--category", "debugging", "--difficulty", "unheard-of"];
    let explained = place.succeed(&[&["table", "explain", "--version", "1"], &asked[..]].concat());
    assert!(explained.contains("row executor/debugging/*, as there is none for executor/debugging/unheard-of"));
    assert!(explained.contains("standing is v2, row executor/debugging/*: “"), "{explained}");
    let explained = json(&place.succeed(&[&["table", "explain", "--format", "json"], &asked[..]].concat()));
    assert_eq!((explained["table_version"].as_u64(), &explained["standing"]), (Some(2), &Value::Null));
    for candidate in explained["candidates"].as_array().expect("candidates") {
        let part = |name: &str| candidate[name].as_f64().expect("a share");
        assert!((part("exploited") + part("explored") + part("probed") - part("weight")).abs() < 1e-9, "{candidate}");
    }
    place.succeed(&["table", "verify", "--version", "1"]);
}

/// A rollback holds until it is released; then the table that was held back is published, and old versions go.
fn roll_back_and_release(place: &Place) {
    place.succeed(&BACK);
    let (one, three) = (version(place, 1), version(place, 3));
    assert_eq!((three["restored_from"].as_u64(), &three["segments"]), (Some(1), &one["segments"]));
    assert_eq!([&three["created_as_of"], &three["expires_at"]], ["2026-06-13", "2026-06-20T00:00:00Z"]);
    place.succeed(&["table", "verify"]);
    let restored = place.table();
    let status = place.succeed(&["status"]);
    assert!(
        status.contains("held         v3, the content of v1, is held since 2026-06-13: opus answers with nonsense")
    );

    let held = night(place, "2026-06-13");
    assert_eq!((held["ending"].as_str(), held["table_version"].as_u64()), (Some("held"), Some(3)));
    let file = held["candidate_file"].as_str().expect("a candidate").to_owned();
    let candidate = std::fs::read(&file).expect("there");
    assert_eq!(place.table(), restored);
    assert_eq!(place.succeed(&["table", "list", "--format", "json"]).matches("\"version\"").count(), 3);
    let report = std::fs::read_to_string(place.data().join("reports/report.md")).expect("a report");
    assert!(
        report.contains("nothing was published: table v3, the content of v1, is held since 2026-06-13"),
        "{report}"
    );
    let again = night(place, "2026-06-13");
    assert_eq!((again["ending"].as_str(), again["bytes_read"].as_u64()), (Some("held"), Some(0)), "nothing read anew");
    let text = place.succeed(&["analyze", "--as-of", "2026-06-13"]);
    assert!(text.starts_with("nothing published as of 2026-06-13: v3, the content of v1, is held"), "{text}");
    assert!(place.succeed(&["table", "diff", "latest", &file]).starts_with("v3 → v4\n"));
    place.succeed(&["table", "verify"]);

    assert!(place.succeed(&["table", "release"]).starts_with("released: v3, the content of v1"));
    // Only one version is to stay, which shapes no table.
    place.write("merit.toml", &format!("{UNGATED}[table]\nkeep_versions = 1\n"));
    let published = night(place, "2026-06-13");
    assert_eq!((published["ending"].as_str(), published["table_version"].as_u64()), (Some("published"), Some(4)));
    assert_eq!(place.table(), candidate, "what was held back is what is published");
    assert!(!Path::new(&file).exists(), "a candidate no more");
    assert_eq!(published["removed_versions"], serde_json::json!([1, 2, 3]));
    let files = std::fs::read_dir(place.data().join("tables")).expect("listable").count();
    assert_eq!(files, 3, "the version, its evidence, the pointer");
    assert_eq!(version(place, 4)["settings"]["table"], serde_json::json!({"expiry_days": 7}));
    place.succeed(&["table", "verify"]);
    assert!(!place.succeed(&["status"]).contains("held"));
    assert!(place.fail(1, &["table", "rollback", "4"]).contains("version 4 is the newest and stands already"));
    assert!(place.fail(1, &["table", "rollback", "7"]).contains("there is no version 7"));
}

/// A crash in a rollback never lets a night replace the restored table.
fn crash_in_a_rollback(before: &Path) {
    let expected = {
        let place = copy(before);
        place.succeed(&BACK);
        place.table()
    };
    let mut crashes = 0;
    for step in 1.. {
        let place = copy(before);
        let output =
            place.command().args(BACK).env("MERIT_FAILPOINT", format!("any:{step}")).output().expect("the binary runs");
        if output.status.success() {
            assert_eq!(place.table(), expected, "{:?}", texts(&output));
            break;
        }
        crashes += 1;
        let begun = place.data().join("tables/hold.json").exists();
        let restored = place.data().join("tables/routing-table-v000003.json").exists();
        assert!(begun || !restored, "a restored table is never without its hold (step {step})");
        if step == 4 {
            // A night between the crash and the second try: begun is begun.
            assert_eq!((begun, night(&place, "2026-06-13")["ending"].as_str()), (true, Some("held")));
        }
        place.succeed(&BACK);
        assert_eq!(place.table(), expected, "after a crash at step {step}");
        if step % 4 == 0 {
            place.succeed(&["table", "verify"]);
        }
    }
    assert!(crashes >= 8, "hold, version and pointer take several steps each: {crashes}");
}

/// A copy of a data folder in a place of its own.
fn copy(data: &Path) -> Place {
    fn walk(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).expect("creatable");
        for entry in std::fs::read_dir(from).expect("listable") {
            let entry = entry.expect("readable");
            let target = to.join(entry.file_name());
            match std::fs::read_link(entry.path()) {
                Ok(link) => std::os::unix::fs::symlink(link, target).expect("linked"),
                Err(_) if entry.path().is_dir() => walk(&entry.path(), &target),
                Err(_) => assert!(std::fs::copy(entry.path(), target).is_ok(), "copied"),
            }
        }
    }
    let place = Place::new();
    place.write("merit.toml", UNGATED);
    walk(data, &place.data());
    place
}

/// Evidence that is not what a table names is found.
fn damage_evidence(place: &Place) {
    let tables = place.data().join("tables");
    let evidence = |version: u64| {
        let table = self::version(place, version);
        tables.join(format!("arms-{}.parquet", &table["inputs"]["arms"].as_str().expect("a digest")[..32]))
    };
    std::fs::copy(evidence(1), evidence(2)).expect("copied");
    let output = place.run(&["table", "verify", "--version", "2"]);
    let (out, _) = texts(&output);
    assert!(output.status.code() == Some(1) && out.contains("has the digest "), "{out}");
    std::fs::remove_file(evidence(2)).expect("removed");
    let (out, _) = texts(&place.run(&["table", "verify"]));
    assert!(out.lines().count() == 1 && out.contains("its evidence ") && out.contains("is not there"), "{out}");
    place.succeed(&["table", "verify", "--version", "1"]);
}

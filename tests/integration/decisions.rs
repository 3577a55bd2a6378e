//! What the settings ask of a decision is what the table holds: memory, changes, budget, pins, announced models.

use serde_json::Value;

use crate::harness::{Place, sample};

/// The sample, with a drift, an outage, and these settings.
fn night(settings: &str) -> Place {
    let place = Place::new();
    place.write("merit.toml", settings);
    place.succeed(&[
        "analyze",
        "--quiet",
        "--as-of",
        "2026-08-30",
        "--logs",
        &sample("calls.parquet"),
        &sample("outcomes.parquet"),
    ]);
    place
}

/// The same night with other settings: nothing is read or rolled up again.
fn again(place: &Place, settings: &str) {
    place.write("merit.toml", settings);
    place.succeed(&["analyze", "--quiet", "--as-of", "2026-08-30"]);
}

fn table(place: &Place) -> Value {
    serde_json::from_slice(&place.table()).expect("JSON")
}

fn rows(table: &Value) -> &Vec<Value> {
    table["segments"].as_array().expect("rows")
}

fn candidate<'a>(row: &'a Value, model: &str) -> &'a Value {
    let candidates = row["candidates"].as_array().expect("candidates");
    candidates.iter().find(|candidate| candidate["model"] == model).expect("the candidate is there")
}

#[test]
fn the_samples_drift_and_outage_are_found_on_their_day_and_cut_the_evidence_before_them() {
    let place = night("");
    let changes =
        place.sql("SELECT arm, figure, CAST(since AS VARCHAR) AS since FROM changes ORDER BY detected, since");
    let of = |arm: &str, figure: &str| -> Vec<&str> {
        let of_arm = changes.iter().filter(|row| row["arm"] == arm && row["figure"] == figure);
        of_arm.map(|row| row["since"].as_str().expect("a day")).collect()
    };
    // Day 70 of the sample: the drift that src/simulate/sample.rs declares. The outage of claude-sonnet begins and ends.
    assert_eq!(of("gemini-pro", "score"), ["2026-08-10"]);
    assert_eq!(of("claude-sonnet", "success").len(), 2, "{changes:?}");
    assert_eq!(changes.len(), 3, "and nothing else: {changes:?}");

    let strength = |place: &Place, arm: &str| {
        let rows = place.sql(&format!("SELECT SUM(strength) AS strength FROM decayed_scores WHERE arm = '{arm}'"));
        rows[0]["strength"].as_f64().expect("a number")
    };
    let (changed, steady) = (strength(&place, "gemini-pro"), strength(&place, "claude-opus"));
    let table = table(&place);
    let flagged = rows(&table).iter().filter(|row| row["flags"].to_string().contains("drift")).count();
    assert!(flagged > 0);
    let report = std::fs::read_to_string(place.data().join("reports/report.md")).expect("a report");
    assert!(report.contains("## Changes of level") && report.contains("| gemini-pro"), "{report}");

    again(&place, "[evidence]\npost_change_weight = 1.0\n");
    assert!(changed < 0.8 * strength(&place, "gemini-pro"));
    assert!((steady / strength(&place, "claude-opus") - 1.0).abs() < 1e-12);
}

#[test]
fn a_budget_raises_lambda_until_the_table_keeps_to_it() {
    // The candidate is meant: what the gate lets through depends on the night before.
    let ungated = "[gate]\nenabled = false\n";
    let place = night(ungated);
    let policy = |settings: &str| {
        again(&place, &format!("{ungated}{settings}"));
        table(&place)["policy"].clone()
    };
    let free = table(&place)["policy"].clone();
    let number = |policy: &Value, name: &str| policy[name].as_f64().expect("a number");
    let (floor, cost) = (number(&free, "floor_usd_per_task"), number(&free, "expected_usd_per_task"));
    assert!(floor < cost);
    let budget = 0.5 * (floor + cost);
    let kept = policy(&format!("[policy]\nbudget_usd_per_task = {budget}\n"));
    assert!(number(&kept, "lambda") > 0.0);
    assert!((number(&kept, "expected_usd_per_task") / budget - 1.0).abs() < 1e-3, "{kept}");
    let impossible = policy(&format!("[policy]\nbudget_usd_per_task = {}\n", 0.5 * floor));
    assert_eq!(impossible["flags"].to_string(), "[\"budget_infeasible\"]");
    assert!(
        (number(&impossible, "expected_usd_per_task") / floor - 1.0).abs() < 1e-9,
        "the cheapest table: {impossible}"
    );
}

#[test]
fn pins_declarations_announcements_and_a_found_half_life_stand_in_the_table() {
    let place = night(
        "[evidence]\nhalf_life_days = \"auto\"\n\
         [[policy.pinned_models]]\ncategory = \"documentation\"\nmodel = \"gemini-*\"\n\
         [[policy.declared_assignments]]\ncategory = \"debugging\"\nmodel = \"claude-*\"\n\
         [[policy.announced_models]]\nmodel = \"brand-new\"\nprovider = \"acme\"\n",
    );
    let table = table(&place);
    assert_eq!(table["policy"]["half_lives"]["production"]["origin"], "auto");
    for row in rows(&table) {
        let new = candidate(row, "brand-new@acme");
        assert_eq!(new["n"], 0);
        let score = &new["score"];
        let width = score["high"].as_f64().expect("a number") - score["low"].as_f64().expect("a number");
        assert!(width > 1.0, "an honest interval: {score}");
        let drawn = row["category"] == "documentation";
        assert_eq!(candidate(row, "gemini-pro")["weight"] == 1.0, drawn, "{row}");
        assert!(row["fallback"].as_array().expect("a list").len() > 1, "the others are tried after a failure");
    }
    let assignments = table["assignments"].as_array().expect("assignments");
    let debugging = assignments.iter().find(|one| one["category"] == "debugging").expect("debugging");
    assert_eq!(debugging["declared"], serde_json::json!(["claude-opus", "claude-sonnet"]));
    assert!(debugging["rationale"].as_str().expect("text").ends_with("; as declared"), "{debugging}");
    place.succeed(&["table", "verify"]);
}

//! The back-test over a store: what it says, in words, as JSON and as a page, and what it says where there is nothing.

use serde_json::Value;

use crate::harness::{Place, call};

/// Ten days of a small world, rolled up.
fn analyzed() -> Place {
    let place = Place::new();
    let folder = place.path("logs").to_string_lossy().into_owned();
    place.succeed(&["simulate", "--days", "10", "--calls-per-day", "150", "--start", "2026-03-01", "-o", &folder]);
    place.succeed(&["ingest", &format!("{folder}/calls.parquet"), &format!("{folder}/outcomes.parquet")]);
    place.succeed(&["analyze", "--as-of", "2026-03-11"]);
    place
}

const SMALL: [&str; 6] = ["--burn-in", "6", "--half-lives", "inf", "--policies", "thompson,greedy"];

fn found(place: &Place, rest: &[&str]) -> Value {
    let asked = [&["evaluate", "backtest", "--format", "json"], &SMALL[..], rest].concat();
    serde_json::from_str(&place.succeed(&asked)).expect("JSON")
}

#[test]
fn half_lives_and_policies_side_by_side() {
    let place = analyzed();
    let all = found(&place, &[]);
    let days: Vec<&str> = all["days"].as_array().expect("days").iter().filter_map(Value::as_str).collect();
    assert_eq!((days.len(), days[0], days[3]), (4, "2026-03-07", "2026-03-10"));
    // The standing 14 and inf, each with two policies.
    let contenders = all["contenders"].as_array().expect("contenders");
    assert_eq!(contenders.len(), 4);
    assert_eq!(all["standing"], serde_json::json!({"half_life_days": 14.0, "algorithm": "thompson"}));
    for own in contenders {
        let (value, cost) = (own["value"]["mean"].as_f64(), own["cost_usd"]["mean"].as_f64());
        assert!(value.is_some_and(|value| value > 0.5 && value < 1.0), "{own}");
        assert!(cost.is_some_and(|cost| cost > 0.0), "{own}");
        assert_eq!(own["by_day"].as_array().map(Vec::len), Some(4));
    }
    assert!(all["best_single"]["utility"].is_number() && all["assumed"].is_array());

    // The calls themselves are not read: the rollups and marts of the last run are enough.
    let calls = place.data().join("calls");
    std::fs::rename(&calls, place.path("away")).expect("movable");
    assert_eq!(found(&place, &["--threads", "1"]), all, "the calls were read, or threads matter");
    std::fs::rename(place.path("away"), &calls).expect("movable");

    let some = found(&place, &["--from", "2026-03-08", "--to", "2026-03-10", "--nights", "1"]);
    assert_eq!(some["days"], serde_json::json!(["2026-03-09"]));
    let page = place.path("backtest.html").to_string_lossy().into_owned();
    let asked = [&["evaluate", "backtest", "-o", &page], &SMALL[..]].concat();
    let text = place.succeed(&asked);
    for said in ["4 nights, 2026-03-07 to 2026-03-10", "best: ", "regret is ", "assumed: ", "not judged: "] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    let html = std::fs::read_to_string(page).expect("a page");
    assert_eq!((html.matches("<svg").count(), html.matches("<polyline").count()), (2, 4));

    let fail = |rest: &[&str]| place.fail(1, &[&["evaluate", "backtest"], rest].concat());
    assert!(fail(&[]).contains("shorter burn-in"), "ten days are fewer than the burn-in");
    assert!(fail(&["--from", "2026-03-09", "--to", "2026-03-09"]).contains("an earlier day than --to"));
    assert!(fail(&["--html", "/no/such/folder/page.html", "--nights", "1", "--burn-in", "8"]).contains("cannot write"));
    let usage = |rest: &[&str]| place.fail(2, &[&["evaluate", "backtest"], rest].concat());
    assert!(usage(&["--half-lives", "7,0"]).contains("a number of days above 0, or inf"));
    assert!(usage(&["--policies", "best"]).contains("one of thompson, ucb, epsilon_greedy, greedy"));
}

#[test]
fn without_a_history_it_says_what_to_do() {
    let place = Place::new();
    let asked = ["evaluate", "backtest"];
    assert!(place.fail(1, &asked).contains("holds no calls; put logs into its inbox"));
    let log = place.write("log.jsonl", &call("1", "2026-03-01T10:00:00Z", "one", "\"score\":8"));
    place.succeed(&["ingest", &log.to_string_lossy()]);
    assert!(place.fail(1, &asked).contains("run merit analyze"));
    place.succeed(&["analyze", "--as-of", "2026-03-02"]);
    for burn_in in ["0", "14"] {
        let said = place.fail(1, &["evaluate", "backtest", "--burn-in", burn_in]);
        assert!(said.contains("the log has 1 days with calls"), "{said}");
    }
}

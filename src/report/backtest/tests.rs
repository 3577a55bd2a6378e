//! The words and the page of a back-test whose figures are simple.

use super::{page, words};
use crate::evaluate::backtest::{Backtest, BacktestHistory, BacktestSettings, DayCost, backtest};
use crate::history::{DayCell, History, HistoryArm};
use crate::policy::{Algorithm, PolicySettings};
use crate::segment::Segment;

/// Thirty days of a good model and a poor one.
fn found(nights: Option<usize>, lambda: f64) -> Backtest {
    let arm =
        |model: &str| HistoryArm { segment: Segment::new("executor", "a <b> c", "advanced"), model: model.into() };
    let mut input = BacktestHistory {
        history: History {
            arms: vec![arm("good"), arm("poor")],
            sources: vec!["production".into()],
            judges: vec!["reviewer".into()],
            cells: Vec::new(),
        },
        providers: vec!["north".into(), "south".into()],
        ..BacktestHistory::default()
    };
    for day in 0..30 {
        for (arm, quality) in [(0, 0.9), (1, 0.6 + 0.01 * f64::from(day % 5))] {
            let quality_sum = 20.0 * quality;
            let (calls, successes, scored) = (20, 20, 20);
            let quality_square_sum = quality_sum * quality;
            let (source, judge) = (0, 0);
            input.history.cells.push(DayCell {
                day,
                arm,
                source,
                judge,
                calls,
                successes,
                scored,
                quality_sum,
                quality_square_sum,
            });
            input.costs.push(DayCost { day, arm, calls, cost_usd: 0.2 });
        }
    }
    let settings = BacktestSettings {
        half_lives: vec![7.0, f64::INFINITY],
        algorithms: vec![Algorithm::EpsilonGreedy, Algorithm::Greedy],
        policy: PolicySettings { algorithm: Algorithm::EpsilonGreedy, lambda, ..PolicySettings::default() },
        last_nights: nights,
        ..BacktestSettings::default()
    };
    backtest(&input, &settings).expect("thirty days")
}

#[test]
fn who_is_best_and_what_that_is_worth_is_said() {
    let found = words(&found(None, 0.0), 0.95);
    assert!(found.over.starts_with("16 nights, 1970-01-15 to 1970-01-30"), "{}", found.over);
    assert_eq!(found.rows.len(), 6);
    assert!(found.rows.iter().all(|row| row.len() == found.header.len()));
    let standing: Vec<&Vec<String>> = found.rows.iter().filter(|row| row.contains(&"standing".to_string())).collect();
    assert_eq!(standing.len(), 1);
    assert_eq!((standing[0][0].as_str(), standing[0][1].as_str()), ("14 days", "epsilon_greedy"));
    // All three half-lives always play the good model; exploring costs 0.05 times the distance.
    let text = found.findings.join("\n");
    for said in [
        "best: greedy with 7 days; not told apart from it: greedy with 14 days, greedy with inf",
        "the standing setting, epsilon_greedy with 14 days, is behind it beyond noise, by 0.0139 a task",
        "greedy explores nothing; the best of those that do is epsilon_greedy with 7 days, +0.0000",
        "chosen afterwards, which earns 0.9000, at $0.010 a task",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
}

#[test]
fn a_night_or_two_have_no_interval_and_tell_nobody_apart() {
    let found = words(&found(Some(1), 2.0), 0.95);
    let text = format!("{found:?}");
    assert!(!text.contains("inf to") && !text.contains("NaN"), "{text}");
    assert!(found.header.contains(&"utility") && found.over.contains("utility = value − 2 × cost"), "{text}");
    assert!(found.findings[0].contains("none is behind it beyond noise"), "{text}");
}

#[test]
fn the_page_has_a_panel_a_policy_and_a_line_a_half_life() {
    let found = found(None, 0.0);
    let html = page(&found, 0.95);
    assert_eq!(html, page(&found, 0.95));
    assert_eq!((html.matches("<svg").count(), html.matches("<polyline").count()), (2, 6));
    assert!(!html.contains("NaN") && !html.contains("http://") && !html.contains("<script"));
    // The standing setting gains nothing over itself: its line is level, on the line of no gain.
    let line = html.lines().find(|line| line.contains("14 days: +0.0000")).expect("the standing setting's line");
    let points = html.split("points=\"").nth(2).and_then(|rest| rest.split('"').next()).expect("points");
    let heights: Vec<&str> = points.split(' ').filter_map(|point| point.split(',').nth(1)).collect();
    assert!(heights.len() == 17 && heights.iter().all(|height| *height == heights[0]), "{line}");
}

//! The figures at the top of the page.

use serde::Serialize;

use super::evidence::Observations;
use super::format;
use super::input::ReportInput;
use super::scoreboard::{COST_TARGET, SCORE_TARGET, SERVED_TARGET, Week};

/// A figure with what it should reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tile {
    /// What it is.
    pub label: String,
    /// The figure.
    pub value: String,
    /// Over what, and what is asked of it.
    pub note: String,
    /// `met`, `missed`, or empty where nothing is asked or known.
    pub standing: String,
}

/// The figures of the last week's tasks; where there are none, of all first attempts.
pub(super) fn tiles(input: &ReportInput<'_>, observations: &Observations, week: &Week) -> Vec<Tile> {
    let calls = format::count(input.summary.calls_in_store);
    let models = format!("{} models", observations.models.len());
    let (score, served, over) = if week.tasks > 0 {
        (week.score, week.served, "last 7 days".to_string())
    } else {
        (observations.total.score(), observations.total.reliability(), "all calls, recent ones weigh more".to_string())
    };
    let above = |value: Option<f64>, target: f64| value.map(|value| value > target);
    let cost_met = week.cost.map(|cost| cost < COST_TARGET);
    vec![
        tile("Calls in the store", calls, &models, None),
        tile(
            "Score",
            format::score(score),
            &asked(&over, ">", format::score, SCORE_TARGET),
            above(score, SCORE_TARGET),
        ),
        tile(
            if week.tasks > 0 { "Tasks served" } else { "Calls that succeed" },
            format::percent(served),
            &asked(&over, ">", format::percent, SERVED_TARGET),
            above(served, SERVED_TARGET),
        ),
        tile("Cost of a task", format::usd(week.cost), &asked("last 7 days", "<", format::usd, COST_TARGET), cost_met),
        tile("Time of a task", format::seconds(week.latency_ms), "last 7 days, fallbacks included", None),
    ]
}

fn asked(over: &str, sign: &str, write: fn(Option<f64>) -> String, target: f64) -> String {
    format!("{over}; asked {sign} {}", write(Some(target)))
}

fn tile(label: &str, value: String, note: &str, met: Option<bool>) -> Tile {
    let standing = met.map_or("", |met| if met { "met" } else { "missed" });
    Tile { label: label.into(), value, note: note.into(), standing: standing.into() }
}

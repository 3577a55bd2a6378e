//! The sums of the window → five targets.

use merit_router::Table;

use super::estimate::{Estimate, mean, proportion, quantile};
use super::evidence::{Evidence, LatencyDay, TaskDay};
use super::obstacle;
use super::right_model::{RightModel, right_model};
use super::settings::TargetSettings;
use super::types::{Measure, Scoreboard, Sense, TargetResult, Verdict};
use crate::day::Day;
use crate::report::format::count;

/// The probability that an interval holds the truth.
const INTERVAL_LEVEL: f64 = 0.95;
/// The quantile of latency.
const TAIL: f64 = 0.95;
/// On fewer tasks nothing is called met or not met.
const LEAST_TASKS: f64 = 30.0;

/// The scoreboard of the days before `as_of` and of the table.
///
/// A target is met where all of the 95 % interval is on its good side, not met where all of it is on the other; else, and
/// on fewer than 30 tasks, it cannot be told.
pub fn compute(evidence: &Evidence, table: &Table, as_of: Day, targets: &TargetSettings) -> Scoreboard {
    let first = Day(as_of.0 - targets.window_days as i32);
    let window = evidence.within(first, as_of);
    let simple: Vec<&LatencyDay> =
        window.latencies.iter().filter(|row| row.segment.difficulty == targets.simple_difficulty).collect();
    let right = right_model(table, targets.right_tolerance, INTERVAL_LEVEL);
    let span = Span { tasks: sum(&window.tasks, |row| row.tasks), days: targets.window_days };
    Scoreboard {
        first_day: first.to_string(),
        last_day: as_of.previous().to_string(),
        tasks: span.tasks as u64,
        interval_level: INTERVAL_LEVEL,
        targets: vec![
            score(&window, targets, &span),
            success(&window, targets, &span),
            cost(&window, targets, &span),
            latency(&simple, targets, &span),
            right_draws(right, targets),
        ],
    }
}

/// What the sentences about missing figures need.
struct Span {
    tasks: f64,
    days: u32,
}

impl Span {
    /// Why there is nothing to tell of `counted` tasks; none where there is enough.
    fn too_little(&self, counted: f64, (one, many): (&str, &str), remedy: &str) -> Option<String> {
        let days = self.days;
        if self.tasks <= 0.0 {
            Some(format!("there is no production task in the last {days} days before as-of"))
        } else if counted <= 0.0 {
            Some(format!("none of the {} tasks {one}: {remedy}", count(self.tasks as u64)))
        } else {
            (counted < LEAST_TASKS).then(|| format!("only {} tasks {many}", count(counted as u64)))
        }
    }
}

fn sum(rows: &[TaskDay], of: impl Fn(&TaskDay) -> f64) -> f64 {
    rows.iter().map(of).sum()
}

fn score(window: &Evidence, targets: &TargetSettings, span: &Span) -> TargetResult {
    let of = |figure: fn(&TaskDay) -> f64| sum(&window.tasks, figure);
    let counted = of(|row| row.scored_tasks);
    let found = mean(counted, of(|row| row.score_sum), of(|row| row.score_square_sum), INTERVAL_LEVEL);
    let remedy = "log scores, or outcomes that bring them";
    result(Measure::Score, Sense::Above, targets.score, found.map(|found| bounded(found, 10.0)), counted)
        .held_up(span.too_little(counted, ("has a score", "have a score"), remedy), || {
            obstacle::score_gap(window, targets.score)
        })
}

fn success(window: &Evidence, targets: &TargetSettings, span: &Span) -> TargetResult {
    let served = sum(&window.tasks, |row| row.served);
    let found = proportion(served.min(span.tasks), span.tasks, INTERVAL_LEVEL);
    result(Measure::Success, Sense::Above, targets.success, found, span.tasks)
        .held_up(span.too_little(span.tasks, ("counts", "are there"), ""), || obstacle::unserved(window))
}

fn cost(window: &Evidence, targets: &TargetSettings, span: &Span) -> TargetResult {
    let of = |figure: fn(&TaskDay) -> f64| sum(&window.tasks, figure);
    let counted = of(|row| row.costed_tasks);
    let found = mean(counted, of(|row| row.cost_sum), of(|row| row.cost_square_sum), INTERVAL_LEVEL);
    let found = found.map(|found| bounded(found, f64::INFINITY));
    let what = ("has a cost for every attempt", "have a cost for every attempt");
    result(Measure::CostUsdPerTask, Sense::Below, targets.cost_usd_per_task, found, counted)
        .held_up(span.too_little(counted, what, "log cost_usd"), || {
            obstacle::dearest(window, targets.cost_usd_per_task)
        })
}

fn latency(simple: &[&LatencyDay], targets: &TargetSettings, span: &Span) -> TargetResult {
    let counted = simple.iter().map(|row| row.tasks).sum();
    let found = quantile(simple.iter().map(|row| (row.latency_ms, row.tasks)).collect(), TAIL, INTERVAL_LEVEL);
    let one = format!("is of difficulty {} and has a latency", targets.simple_difficulty);
    let many = format!("are of difficulty {} and have a latency", targets.simple_difficulty);
    let remedy = "log latency_ms, or set targets.simple_difficulty";
    result(Measure::LatencyP95Ms, Sense::Below, targets.latency_p95_ms, found, counted)
        .held_up(span.too_little(counted, (&one, &many), remedy), || obstacle::slowest(simple, targets))
}

fn right_draws(right: Option<RightModel>, targets: &TargetSettings) -> TargetResult {
    let rows = right.as_ref().map_or(0, |right| right.rows.len());
    let found = right.as_ref().map(|right| right.share);
    let missing = right.is_none().then(|| "no row of the table gets traffic".to_string());
    result(Measure::RightModel, Sense::Above, targets.right_model, found, rows as f64)
        .held_up(missing, || right.as_ref().and_then(obstacle::wrong_draws))
}

/// What is never negative, nor above `most`, has no bound there.
fn bounded(found: Estimate, most: f64) -> Estimate {
    let within = |bound: Option<f64>| bound.map(|bound| bound.clamp(0.0, most));
    Estimate { value: found.value, low: within(found.low), high: within(found.high) }
}

fn result(measure: Measure, sense: Sense, target: f64, found: Option<Estimate>, counted: f64) -> TargetResult {
    let (low, high) = (found.and_then(|found| found.low), found.and_then(|found| found.high));
    let above = low.is_some_and(|low| low > target);
    let below = high.is_some_and(|high| high < target);
    let verdict = match sense {
        Sense::Above if above => Verdict::Met,
        Sense::Above if below || high == Some(target) => Verdict::NotMet,
        Sense::Below if below => Verdict::Met,
        Sense::Below if above || low == Some(target) => Verdict::NotMet,
        _ => Verdict::CannotTell,
    };
    let actual = found.map(|found| found.value);
    TargetResult { measure, sense, target, actual, low, high, counted: counted as u64, verdict, obstacle: None }
}

impl TargetResult {
    /// With what stands in the way: too little evidence before all, then, where it is not met, the obstacle.
    fn held_up(mut self, too_little: Option<String>, obstacle: impl FnOnce() -> Option<String>) -> Self {
        if too_little.is_some() {
            (self.verdict, self.obstacle) = (Verdict::CannotTell, too_little);
        } else if self.verdict != Verdict::Met {
            self.obstacle = obstacle();
        }
        self
    }
}

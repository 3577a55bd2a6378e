//! The scoreboard of targets in words.

use serde::Serialize;

use super::input::ReportInput;
use super::mart::MartReader;
use super::plot::{Scale, coordinate};
use super::reliability::{Bar, ENDS, bar};
use super::{format, text};
use crate::day::Day;
use crate::scoreboard::{
    self, ArmDay, Evidence, LatencyDay, Measure, Scoreboard, Sense, TargetResult, TaskDay, Verdict,
};
use crate::segment::Segment;

/// The targets of the page.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Targets {
    /// Over which tasks and days.
    pub span: String,
    /// One a target.
    pub rows: Vec<TargetRow>,
}

/// One target.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TargetRow {
    /// What it is about.
    pub name: String,
    /// What was reached.
    pub actual: String,
    /// The bounds of its interval; empty where there is none.
    pub interval: String,
    /// What is asked, with its sign.
    pub asked: String,
    /// `met`, `not met` or `cannot tell`.
    pub verdict: String,
    /// The same as a name of a style: `met`, `missed` or `open`.
    pub standing: String,
    /// What it was computed from.
    pub counted: String,
    /// What stands in the way; empty where it is met.
    pub obstacle: String,
    /// The interval as a bar.
    pub bar: Option<Bar>,
    /// The place of what is asked beside it.
    pub asked_at: String,
}

/// The scoreboard of this input's days.
pub(super) fn scoreboard(input: &ReportInput<'_>, marts: &mut MartReader<'_>) -> Scoreboard {
    let evidence = Evidence { tasks: tasks(marts), latencies: latencies(marts), arms: arms(marts) };
    scoreboard::compute(&evidence, input.table, input.as_of, input.targets)
}

/// The segments and days of a mart's rows.
fn keys(marts: &mut MartReader<'_>, mart: &str) -> Vec<Option<(Day, Segment)>> {
    let days = marts.days(mart, "day");
    let mut words = |column| marts.texts(mart, column);
    let (roles, categories, difficulties) = (words("role"), words("task_category"), words("task_difficulty"));
    let row = |(index, day): (usize, Option<Day>)| {
        let segment =
            Segment::new(roles[index].as_deref()?, categories[index].as_deref()?, difficulties[index].as_deref()?);
        Some((day?, segment))
    };
    days.into_iter().enumerate().map(row).collect()
}

fn tasks(marts: &mut MartReader<'_>) -> Vec<TaskDay> {
    let keys = keys(marts, "task_days");
    let mut number = |column| {
        let values = marts.numbers("task_days", column);
        values.into_iter().map(Option::unwrap_or_default).collect::<Vec<f64>>()
    };
    let (tasks, served, scored_tasks) = (number("tasks"), number("served"), number("scored_tasks"));
    let (score_sum, score_square_sum) = (number("score_sum"), number("score_square_sum"));
    let (costed_tasks, cost_sum, cost_square_sum) =
        (number("costed_tasks"), number("cost_sum"), number("cost_square_sum"));
    let row = |(index, key): (usize, Option<(Day, Segment)>)| {
        let (day, segment) = key?;
        Some(TaskDay {
            day,
            segment,
            tasks: tasks[index],
            served: served[index],
            scored_tasks: scored_tasks[index],
            score_sum: score_sum[index],
            score_square_sum: score_square_sum[index],
            costed_tasks: costed_tasks[index],
            cost_sum: cost_sum[index],
            cost_square_sum: cost_square_sum[index],
        })
    };
    keys.into_iter().enumerate().filter_map(row).collect()
}

fn latencies(marts: &mut MartReader<'_>) -> Vec<LatencyDay> {
    let keys = keys(marts, "task_latency_days");
    let mut number = |column| marts.numbers("task_latency_days", column);
    let (latencies, tasks) = (number("latency_ms"), number("n"));
    let row = |(index, key): (usize, Option<(Day, Segment)>)| {
        let (day, segment) = key?;
        Some(LatencyDay { day, segment, latency_ms: latencies[index]?, tasks: tasks[index]? })
    };
    keys.into_iter().enumerate().filter_map(row).collect()
}

fn arms(marts: &mut MartReader<'_>) -> Vec<ArmDay> {
    let keys = keys(marts, "arm_days");
    let arms = marts.texts("arm_days", "arm");
    let mut number = |column| marts.numbers("arm_days", column);
    let (calls, successes, costs) = (number("n"), number("n_success"), number("cost_usd"));
    let row = |(index, key): (usize, Option<(Day, Segment)>)| {
        let (day, segment) = key?;
        Some(ArmDay {
            day,
            segment,
            arm: arms[index].clone()?,
            calls: calls[index]?,
            successes: successes[index]?,
            cost_usd: costs[index].unwrap_or_default(),
        })
    };
    keys.into_iter().enumerate().filter_map(row).collect()
}

/// The scoreboard in words.
pub(super) fn targets(input: &ReportInput<'_>, board: &Scoreboard) -> Targets {
    Targets {
        span: format!(
            "{} production tasks of {} to {}, with {} intervals",
            format::count(board.tasks),
            board.first_day,
            board.last_day,
            format::percent(Some(board.interval_level)).replace(".0 %", " %")
        ),
        rows: board.targets.iter().map(|target| row(input, target)).collect(),
    }
}

/// How a figure is written.
type Write = fn(Option<f64>) -> String;

fn row(input: &ReportInput<'_>, target: &TargetResult) -> TargetRow {
    let (name, write, unit): (String, Write, &str) = match target.measure {
        Measure::Score => ("Score of a task".into(), fine_score, "scored tasks"),
        Measure::Success => ("Tasks served".into(), format::percent, "tasks"),
        Measure::CostUsdPerTask => ("Cost of a task".into(), format::usd, "tasks with a cost"),
        Measure::LatencyP95Ms => {
            (format!("p95 of {} tasks", text::name(&input.targets.simple_difficulty)), format::seconds, "such tasks")
        }
        Measure::RightModel => ("Right model drawn".into(), format::percent, "rows of the table"),
    };
    let bounds = match (target.low, target.high) {
        (Some(low), Some(high)) => format!("{} to {}", write(Some(low)), write(Some(high))),
        (Some(low), None) => format!("{} or more", write(Some(low))),
        _ => String::new(),
    };
    let bounds_or_figure = target.actual.map(|actual| {
        let low = target.low.unwrap_or(actual);
        (low, actual, target.high.unwrap_or(actual))
    });
    let scale = bounds_or_figure
        .and_then(|(low, actual, high)| Scale::even([low, actual, high, target.target].into_iter(), ENDS));
    let sign = match target.sense {
        Sense::Above => "above",
        Sense::Below => "below",
    };
    TargetRow {
        name,
        actual: write(target.actual),
        interval: if target.actual.is_some() { bounds } else { String::new() },
        asked: format!("{sign} {}", write(Some(target.target)).replace(".0 %", " %")),
        verdict: target.verdict.to_string(),
        standing: match target.verdict {
            Verdict::Met => "met",
            Verdict::NotMet => "missed",
            Verdict::CannotTell => "open",
        }
        .into(),
        counted: format!("{} {unit}", format::count(target.counted)),
        obstacle: target.obstacle.as_deref().map(text::sentence).unwrap_or_default(),
        bar: scale.as_ref().zip(bounds_or_figure).map(|(scale, (low, actual, high))| bar(scale, low, actual, high)),
        asked_at: scale.map(|scale| coordinate(scale.place(target.target))).unwrap_or_default(),
    }
}

/// A mean of many scores moves in its second decimal.
fn fine_score(value: Option<f64>) -> String {
    value.filter(|value| value.is_finite()).map_or_else(|| format::MISSING.into(), |value| format!("{value:.2}"))
}

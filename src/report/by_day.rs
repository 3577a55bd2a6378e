//! How production tasks went by day, beside what they should reach.

use serde::Serialize;

use super::format;
use super::mart::MartReader;
use super::plot::{Scale, Tick, coordinate};
use crate::day::Day;
use crate::scoreboard::TargetSettings;

/// The days a line shows at most.
const LINE_DAYS: usize = 90;
/// The days the table shows at most.
const TABLE_DAYS: usize = 14;
/// A panel's width.
const WIDTH: f64 = 300.0;
/// A panel's height.
const HEIGHT: f64 = 120.0;
/// The place of the line: left, right, top, bottom.
const FRAME: [f64; 4] = [46.0, WIDTH - 8.0, 8.0, HEIGHT - 20.0];

/// How tasks went by day.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ByDay {
    /// The last days, newest first.
    pub days: Vec<TaskDay>,
    /// A line for each measure.
    pub panels: Vec<Panel>,
}

/// One day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TaskDay {
    /// The day.
    pub day: String,
    /// Tasks.
    pub tasks: String,
    /// The share that got a usable answer, fallbacks included.
    pub served: String,
    /// Mean score.
    pub score: String,
    /// Cost of a task.
    pub cost: String,
    /// Seconds of a task.
    pub latency: String,
}

/// A measure's line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Panel {
    /// The measure.
    pub name: String,
    /// Its last figure.
    pub latest: String,
    /// What it should reach; empty where nothing is asked.
    pub target: String,
    /// The target's place; none where it is not asked or off the picture.
    pub target_at: Option<String>,
    /// The parts of the line between days without a figure: `x,y x,y …`.
    pub lines: Vec<String>,
    /// Days that stand alone, and the last one.
    pub dots: Vec<(String, String)>,
    /// The axis of figures.
    pub y_ticks: Vec<Tick>,
    /// The first day.
    pub first_day: String,
    /// The last day.
    pub last_day: String,
    /// The picture in words.
    pub description: String,
}

/// A day of the scoreboard mart.
pub(super) struct DayFigures {
    day: Day,
    tasks: f64,
    served: Option<f64>,
    score: Option<f64>,
    cost: Option<f64>,
    latency_s: Option<f64>,
}

/// The days of the scoreboard mart, oldest first.
pub(super) fn read(marts: &mut MartReader<'_>) -> Vec<DayFigures> {
    let days = marts.days("scoreboard", "day");
    let mut number = |column| marts.numbers("scoreboard", column);
    let (tasks, served, score) = (number("tasks"), number("served_share"), number("score"));
    let (cost, latency) = (number("cost_usd"), number("latency_s"));
    let mut figures: Vec<DayFigures> = days
        .into_iter()
        .enumerate()
        .filter_map(|(index, day)| {
            Some(DayFigures {
                day: day?,
                tasks: tasks[index].unwrap_or(0.0),
                served: served[index],
                score: score[index],
                // The mart sums what was logged: no cost at all is no cost known.
                cost: cost[index].filter(|cost| *cost > 0.0),
                latency_s: latency[index].filter(|seconds| *seconds > 0.0),
            })
        })
        .collect();
    figures.sort_by_key(|figures| figures.day);
    figures
}

/// These days beside what is asked.
pub(super) fn by_day(figures: &[DayFigures], targets: &TargetSettings) -> ByDay {
    let newest_first = figures.iter().rev().take(TABLE_DAYS).map(|day| TaskDay {
        day: day.day.to_string(),
        tasks: format::count(day.tasks as u64),
        served: format::percent(day.served),
        score: format::score(day.score),
        cost: format::usd(day.cost),
        latency: format::seconds(day.latency_s.map(|seconds| 1000.0 * seconds)),
    });
    let shown = &figures[figures.len().saturating_sub(LINE_DAYS)..];
    let measures = [
        Measure { name: "Score", of: |day| day.score, write: format::score, target: Some((">", targets.score)) },
        Measure { name: "Served", of: |day| day.served, write: format::percent, target: Some((">", targets.success)) },
        Measure {
            name: "Cost of a task",
            of: |day| day.cost,
            write: format::usd,
            target: Some(("<", targets.cost_usd_per_task)),
        },
        Measure {
            name: "Time of a task",
            of: |day| day.latency_s.map(|seconds| 1000.0 * seconds),
            write: format::seconds,
            target: None,
        },
    ];
    ByDay { days: newest_first.collect(), panels: measures.iter().filter_map(|measure| measure.panel(shown)).collect() }
}

struct Measure {
    name: &'static str,
    of: fn(&DayFigures) -> Option<f64>,
    write: fn(Option<f64>) -> String,
    target: Option<(&'static str, f64)>,
}

impl Measure {
    fn panel(&self, days: &[DayFigures]) -> Option<Panel> {
        let [left, right, top, bottom] = FRAME;
        let values = days.iter().filter_map(self.of);
        let y = Scale::even(values.clone().chain(self.target.map(|target| target.1)), (bottom, top))?;
        let (first, last) = (days.first()?.day, days.last()?.day);
        let span = f64::from(last.0 - first.0).max(1.0);
        let runs = runs(days, |day| {
            let share = f64::from(day.day.0 - first.0) / span;
            Some((left + share * (right - left), y.place((self.of)(day)?)))
        });
        let newest = runs.last().and_then(|run| run.last()).copied()?;
        let alone = runs.iter().filter(|run| run.len() == 1).filter_map(|run| run.first()).copied();
        let write = |value| (self.write)(Some(value));
        let target = self.target.map_or_else(String::new, |(sign, value)| format!("{sign} {}", write(value)));
        let latest = (self.write)(days.iter().rev().find_map(self.of));
        Some(Panel {
            name: self.name.into(),
            description: format!("{} by day from {first} to {last}; last {latest}", self.name),
            latest,
            target,
            target_at: self.target.map(|(_, value)| coordinate(y.place(value))),
            lines: runs.iter().filter(|run| run.len() > 1).map(|run| line(run)).collect(),
            dots: alone.chain([newest]).map(|(x, y)| (coordinate(x), coordinate(y))).collect(),
            y_ticks: y.ticks(write).into_iter().step_by(2).collect(),
            first_day: first.to_string(),
            last_day: last.to_string(),
        })
    }
}

/// The places of consecutive days with a figure; a day without one parts them.
fn runs(days: &[DayFigures], place: impl Fn(&DayFigures) -> Option<(f64, f64)>) -> Vec<Vec<(f64, f64)>> {
    let mut runs: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut previous: Option<Day> = None;
    for day in days {
        let Some(at) = place(day) else {
            previous = None;
            continue;
        };
        match runs.last_mut() {
            Some(run) if previous.is_some_and(|previous| previous.next() == day.day) => run.push(at),
            _ => runs.push(vec![at]),
        }
        previous = Some(day.day);
    }
    runs
}

fn line(run: &[(f64, f64)]) -> String {
    run.iter().map(|(x, y)| format!("{},{}", coordinate(*x), coordinate(*y))).collect::<Vec<_>>().join(" ")
}

//! What both forms of the page say, as plain text that is escaped later.

use super::cell::Cell;
use super::comparison::{Comparison, Row, Side};
use super::noise::JudgeNoise;

pub(super) const COLUMNS: [&str; 12] = [
    "",
    "score A",
    "score B",
    "B − A",
    "95 % interval",
    "n",
    "success A",
    "success B",
    "cost A, USD",
    "cost B, USD",
    "latency A, ms",
    "latency B, ms",
];

pub(super) const NOTES: &str = "Scores are computed by the graders, from 0 to 10: the mean over projects of each project's \
                                mean. B − A and its interval (Student's t) are paired over the n projects that both have a \
                                score of; one project has no interval. Failed work has no score and counts in success \
                                alone. Cost and latency are medians of the work, without triage and judge.";

/// The cells of a row, one text a column.
pub(super) fn cells(row: &Row) -> [String; 12] {
    let (a, b) = (&row.a, &row.b);
    let interval = row.paired.and_then(|paired| paired.interval);
    [
        row.name.clone(),
        fixed(a.score, 2),
        fixed(b.score, 2),
        row.paired.map_or_else(none, |paired| format!("{:+.2}", paired.difference)),
        interval.map_or_else(none, |(low, high)| format!("{low:+.2} to {high:+.2}")),
        row.paired.map_or_else(|| "0".to_owned(), |paired| paired.projects.to_string()),
        percent(a.success),
        percent(b.success),
        fixed(a.median_cost_usd, 6),
        fixed(b.median_cost_usd, 6),
        fixed(a.median_latency_ms, 0),
        fixed(b.median_latency_ms, 0),
    ]
}

/// Who is compared, a line a side.
pub(super) fn sides(comparison: &Comparison) -> [(&'static str, String); 2] {
    let line = |side: &Side, cell: &Cell| {
        let (models, runs) = (side.models.join(", "), side.runs.join(", "));
        format!("{} ({models}; runs {runs}; tasks {})", side.name, cell.tasks)
    };
    let overall = &comparison.overall;
    [("A", line(&comparison.a, &overall.a)), ("B", line(&comparison.b, &overall.b))]
}

/// How far the judges agree, a sentence a side that was judged.
pub(super) fn judges(comparison: &Comparison) -> Vec<(&'static str, String)> {
    let sides = [("A", &comparison.a), ("B", &comparison.b)];
    sides.into_iter().filter_map(|(name, side)| Some((name, judge(side.judge.as_ref()?)))).collect()
}

fn judge(noise: &JudgeNoise) -> String {
    format!(
        "{} scores of {} answers, mean {}; {} could not be read. With itself: standard deviation {} over {} answers judged \
         more than once. With the computed score: {} on average, correlation {}.",
        noise.scores,
        noise.answers,
        fixed(noise.mean, 2),
        noise.malformed,
        fixed(noise.self_deviation, 2),
        noise.repeated,
        noise.difference.map_or_else(none, |difference| format!("{difference:+.2}")),
        fixed(noise.correlation, 2),
    )
}

fn none() -> String {
    "–".to_owned()
}

fn fixed(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(none, |value| format!("{value:.digits$}"))
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(none, |share| format!("{:.0} %", share * 100.0))
}

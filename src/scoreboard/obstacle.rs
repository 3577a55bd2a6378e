//! What stands between a figure and its target: the segment that costs most, as a sentence.

use std::collections::BTreeMap;

use super::evidence::{Evidence, LatencyDay, TaskDay};
use super::right_model::RightModel;
use super::settings::TargetSettings;
use crate::report::format::{percent, score, seconds, usd};
use crate::segment::Segment;

/// The most characters of a name in a sentence.
const NAME_LENGTH: usize = 60;

/// The sums of a segment over the window.
fn by_segment<'a>(tasks: &'a [TaskDay]) -> BTreeMap<&'a Segment, TaskDay> {
    let mut sums: BTreeMap<&'a Segment, TaskDay> = BTreeMap::new();
    for row in tasks {
        sums.entry(&row.segment)
            .and_modify(|sum| {
                sum.tasks += row.tasks;
                sum.served += row.served;
                sum.scored_tasks += row.scored_tasks;
                sum.score_sum += row.score_sum;
                sum.costed_tasks += row.costed_tasks;
                sum.cost_sum += row.cost_sum;
            })
            .or_insert_with(|| row.clone());
    }
    sums
}

/// The entry with the largest figure above 0; of equal ones the first.
fn largest<K, V>(entries: impl IntoIterator<Item = (K, V)>, figure: impl Fn(&V) -> f64) -> Option<(K, V)> {
    let largest = entries.into_iter().reduce(|best, next| if figure(&next.1) > figure(&best.1) { next } else { best });
    largest.filter(|(_, value)| figure(value) > 0.0)
}

/// `role / category / difficulty`, of names that may be long.
fn name(segment: &Segment) -> String {
    [&segment.role, &segment.category, &segment.difficulty].map(|part| short(part)).join(" / ")
}

fn short(text: &str) -> String {
    let cut: String = text.chars().take(NAME_LENGTH).collect();
    if cut.len() < text.len() { format!("{cut}…") } else { cut }
}

/// Whose scores pull the mean below the target most.
pub(super) fn score_gap(evidence: &Evidence, target: f64) -> Option<String> {
    let sums = by_segment(&evidence.tasks);
    let scored: f64 = sums.values().map(|sum| sum.scored_tasks).sum();
    let gap = |sum: &TaskDay| target * sum.scored_tasks - sum.score_sum;
    let all: f64 = sums.values().map(|sum| gap(sum).max(0.0)).sum();
    let (segment, sum) = largest(sums, gap)?;
    Some(format!(
        "{} has {} of the scored tasks at {}: {} of the points that are missing",
        name(segment),
        percent(Some(sum.scored_tasks / scored)),
        score(Some(sum.score_sum / sum.scored_tasks)),
        percent(Some(gap(&sum) / all))
    ))
}

/// Whose tasks go unserved most often.
pub(super) fn unserved(evidence: &Evidence) -> Option<String> {
    let sums = by_segment(&evidence.tasks);
    let lost = |sum: &TaskDay| sum.tasks - sum.served;
    let (tasks, all): (f64, f64) = (sums.values().map(|sum| sum.tasks).sum(), sums.values().map(lost).sum());
    let (segment, sum) = largest(sums, lost)?;
    let arms = evidence.arms.iter().filter(|row| row.segment == *segment);
    let failing = most(arms.map(|row| (row.arm.as_str(), row.calls - row.successes)));
    let failing = failing.map(|(arm, share)| format!("; {} of the failed attempts are of {arm}", percent(Some(share))));
    Some(format!(
        "{} has {} of the tasks and {} of those without an answer{}",
        name(segment),
        percent(Some(sum.tasks / tasks)),
        percent(Some(lost(&sum) / all)),
        failing.unwrap_or_default()
    ))
}

/// Who spends most.
pub(super) fn dearest(evidence: &Evidence, target: f64) -> Option<String> {
    let sums = by_segment(&evidence.tasks);
    let all: f64 = sums.values().map(|sum| sum.cost_sum).sum();
    let (segment, sum) = largest(sums, |sum| sum.cost_sum - target * sum.costed_tasks)?;
    let arms = evidence.arms.iter().filter(|row| row.segment == *segment);
    let spender = most(arms.map(|row| (row.arm.as_str(), row.cost_usd)));
    let spender = spender.map(|(arm, share)| format!(", {} of it for {arm}", percent(Some(share))));
    Some(format!(
        "{} takes {} of the cost at {} a task{}",
        name(segment),
        percent(Some(sum.cost_sum / all)),
        usd(Some(sum.cost_sum / sum.costed_tasks)),
        spender.unwrap_or_default()
    ))
}

/// The key with the largest sum, and its share of all.
fn most<'a>(rows: impl Iterator<Item = (&'a str, f64)>) -> Option<(String, f64)> {
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    for (key, value) in rows {
        *sums.entry(key).or_default() += value;
    }
    let all: f64 = sums.values().sum();
    let (key, sum) = largest(sums, |sum| *sum)?;
    (all > 0.0).then(|| (short(key), sum / all))
}

/// Which simple tasks take too long.
pub(super) fn slowest(simple: &[&LatencyDay], targets: &TargetSettings) -> Option<String> {
    // Tasks, and those of them that take too long.
    let mut sums: BTreeMap<&Segment, (f64, f64)> = BTreeMap::new();
    for row in simple {
        let sum = sums.entry(&row.segment).or_default();
        sum.0 += row.tasks;
        sum.1 += if row.latency_ms >= targets.latency_p95_ms { row.tasks } else { 0.0 };
    }
    let all: f64 = sums.values().map(|sum| sum.1).sum();
    let (segment, (tasks, slow)) = largest(sums, |sum| sum.1)?;
    Some(format!(
        "{} has {} of the simple tasks that take {} or longer; {} of its own do",
        name(segment),
        percent(Some(slow / all)),
        seconds(Some(targets.latency_p95_ms)),
        percent(Some(slow / tasks))
    ))
}

/// Where the draws that are not right go.
pub(super) fn wrong_draws(right: &RightModel) -> Option<String> {
    let wrong = |row: &super::RightRow| row.traffic * (1.0 - row.share);
    let all: f64 = right.rows.iter().map(wrong).sum();
    let row = right.rows.iter().reduce(|worst, next| if wrong(next) > wrong(worst) { next } else { worst })?;
    if wrong(row) <= 0.0 {
        return None;
    }
    let (drawn, probability) = (short(&row.drawn.0), percent(Some(row.drawn.1)));
    Some(format!(
        "{} has {} of the traffic and {} of the draws that are not right: {drawn}, drawn most, is right with probability \
         {probability}; without exploration {} of all draws would be right",
        row.row.split('/').map(short).collect::<Vec<_>>().join(" / "),
        percent(Some(row.traffic)),
        percent(Some(wrong(row) / all)),
        percent(Some(right.exploited)),
    ))
}

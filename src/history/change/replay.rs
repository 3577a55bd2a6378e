//! The nights, replayed one after the other.

use rayon::prelude::*;

use super::evidence::Hit;
use super::field::{Field, Stream};
use super::judge;
use super::result::{Change, Figure, Subject};
use super::scan::{Scan, evidence_of, scan, variances};
use super::threshold::threshold;
use crate::history::{History, HistoryError};

/// A stream is watched from this many calls (or scores) on; streams that are not watched raise no threshold.
const LEAST_CALLS: f64 = 12.0;

/// Every change of level the history shows, sorted by day of detection, then figure, subject and first day.
///
/// Each night, for every model, arm and judge and each of the last 30 days as the candidate, a generalised likelihood
/// ratio (Lai, *JRSS B* 57, 1995, 613-658; window-limited) compares the level since that day with the level before, up
/// to 60 days back, within strata: arm × source for successes, arm × source × judge for scores. So neither a new mix of
/// work nor another judge is a change. Where days vary more than their calls explain, the ratio is divided by how much
/// more.
///
/// The threshold depends on how many streams are watched: in 90 quiet nights the probability of any alarm is at most 5 %.
///
/// Of an alarm and the streams that share calls with it, the subject with the largest ratio is reported: all segments of
/// a model that moved together are a model, one segment is an arm, and the models of one judge are the judge if more than
/// half of them moved in one direction. The strata of a reported change start anew on its first day, so it is reported
/// once.
///
/// # Errors
/// [`HistoryError`] where the history is not a possible one.
///
/// ```
/// use merit::history::{changes, History};
/// assert!(changes(&History::default())?.is_empty());
/// # Ok::<(), merit::history::HistoryError>(())
/// ```
pub fn changes(history: &History) -> Result<Vec<Change>, HistoryError> {
    history.validate()?;
    let fields = [Field::new(history, Figure::Success), Field::new(history, Figure::Score)];
    let watched = Watched::new(&fields);
    let mut nights: Vec<i32> = history.cells.iter().map(|cell| cell.day).collect();
    nights.sort_unstable();
    nights.dedup();
    let replay = |mut field: Field| {
        let mut found = Vec::new();
        for night in &nights {
            field.strata.iter_mut().for_each(|stratum| stratum.advance(*night));
            tonight(&mut field, history, &watched, *night, &mut found);
        }
        found
    };
    let mut found: Vec<Change> = fields.into_par_iter().flat_map_iter(replay).collect();
    let key = |change: &Change| (change.detected, change.figure, change.subject.clone(), change.since);
    found.sort_by_cached_key(key);
    Ok(found)
}

/// From which night on the streams of both figures are watched, ascending.
struct Watched {
    wide: Vec<i32>,
    arms: Vec<i32>,
}

impl Watched {
    fn new(fields: &[Field]) -> Self {
        let (mut wide, mut arms) = (Vec::new(), Vec::new());
        for field in fields {
            for stream in field.streams() {
                let strata = field.strata_of(stream);
                let mut days: Vec<(i32, f64)> = strata.iter().flat_map(|place| field.strata[*place].days()).collect();
                days.sort_by_key(|day| day.0);
                let mut calls = 0.0;
                let first = days.iter().find(|(_, count)| {
                    calls += count;
                    calls >= LEAST_CALLS
                });
                if let Some((day, _)) = first {
                    if matches!(stream, Stream::Arm(_)) { arms.push(*day) } else { wide.push(*day) }
                }
            }
        }
        wide.sort_unstable();
        arms.sort_unstable();
        Self { wide, arms }
    }

    fn threshold(&self, stream: Stream, night: i32) -> f64 {
        let first_nights = if matches!(stream, Stream::Arm(_)) { &self.arms } else { &self.wide };
        threshold(first_nights.partition_point(|first| *first <= night))
    }
}

/// Adds tonight's changes and restarts their strata.
fn tonight(field: &mut Field, history: &History, watched: &Watched, night: i32, found: &mut Vec<Change>) {
    let variances = variances(field);
    let limit = |stream| watched.threshold(stream, night);
    let floor = limit(Stream::Model(0)).min(limit(Stream::Arm(0)));
    let Scan { mut hits, arm_days, wide_days } = scan(field, &variances, night, floor);
    while let Some(alarm) = largest(&hits, |stream, hit| hit.statistic - limit(stream)) {
        if hits[alarm].1.statistic <= limit(hits[alarm].0) {
            break;
        }
        let mut related: Vec<(Stream, Hit)> =
            hits.iter().filter(|hit| field.share_strata(hit.0, hits[alarm].0)).copied().collect();
        related.sort_by(|one, other| other.1.statistic.total_cmp(&one.1.statistic).then(one.0.cmp(&other.0)));
        let explains = |stream: Stream, hit: &Hit| match stream {
            Stream::Judge(judge) => judge::moved(field, judge, &variances, hit.since, night),
            Stream::Model(_) | Stream::Arm(_) => true,
        };
        let Some((stream, hit)) = related.into_iter().find(|(stream, hit)| explains(*stream, hit)) else {
            hits.remove(alarm);
            continue;
        };
        let strata = field.strata_of(stream);
        let (before, after) = levels(field, &strata, hit.since);
        let subject = subject(field, history, stream);
        let threshold = limit(hits[alarm].0);
        let (since, statistic) = (hit.since, hit.statistic);
        found.push(Change {
            subject,
            figure: field.figure,
            since,
            detected: night,
            before,
            after,
            statistic,
            threshold,
        });
        for place in strata {
            field.strata[place].restart_at(since, night);
        }
        // What the change explains is gone; other streams keep what they had.
        hits = hits
            .into_iter()
            .filter_map(|(other, hit)| {
                if !field.share_strata(other, stream) {
                    return Some((other, hit));
                }
                let evidence = evidence_of(field, field.strata_of(other), &variances, night);
                evidence.best(field.figure, night, floor, field.days_like(other)).map(|hit| (other, hit))
            })
            .collect();
    }
    (field.arm_days, field.wide_days) = (arm_days, wide_days);
}

/// The place of the largest, the first of equals.
fn largest(hits: &[(Stream, Hit)], of: impl Fn(Stream, &Hit) -> f64) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for (place, (stream, hit)) in hits.iter().enumerate() {
        let value = of(*stream, hit);
        if best.is_none_or(|(_, largest)| value > largest) {
            best = Some((place, value));
        }
    }
    best.map(|(place, _)| place)
}

/// The levels before and since a day, both weighted by n₀n₁/(n₀+n₁) over the strata.
fn levels(field: &Field, strata: &[usize], day: i32) -> (f64, f64) {
    let (mut weight, mut before, mut after) = (0.0, 0.0, 0.0);
    for place in strata {
        let (old, new) = field.strata[*place].split(day);
        if old.count > 0.0 && new.count > 0.0 {
            let own = old.count * new.count / (old.count + new.count);
            weight += own;
            before += own * old.mean();
            after += own * new.mean();
        }
    }
    (before / weight, after / weight)
}

fn subject(field: &Field, history: &History, stream: Stream) -> Subject {
    match stream {
        Stream::Judge(judge) => Subject::Judge { judge: history.judges[judge].clone() },
        Stream::Model(model) => Subject::Model { model: field.models[model].0.clone() },
        Stream::Arm(arm) => {
            let arm = &history.arms[field.arms[arm].arm as usize];
            Subject::Arm { segment: arm.segment.clone(), model: arm.model.clone() }
        }
    }
}

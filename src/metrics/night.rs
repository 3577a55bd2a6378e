//! The whole file: what the run did and what stands after it.

use super::run::Run;
use super::standing::Standing;
use super::{Exposition, carried, run, scoreboard, segments, spend, standing};
use crate::scoreboard::TargetResult;

/// A night, as the file tells it.
#[derive(Clone, Debug, Default)]
pub struct Night<'a> {
    /// What the run did.
    pub run: Run,
    /// What stands after it; none after a night that failed or was refused.
    pub standing: Option<&'a Standing>,
    /// The scoreboard's targets beside what was reached.
    pub targets: &'a [TargetResult],
    /// The text of the file before, or nothing.
    pub before: &'a str,
}

/// The text of the file.
///
/// ```
/// use merit::metrics::{Night, Run, text};
/// let good = Run { exit_code: 0, ended_at_seconds: 1000.0, ..Run::default() };
/// let before = text(&Night { run: good, ..Night::default() });
/// let bad = Run { exit_code: 4, ended_at_seconds: 2000.0, ..Run::default() };
/// let after = text(&Night { run: bad, before: &before, ..Night::default() });
/// assert!(after.contains("\nmerit_last_run_exit_code 4\n"));
/// assert!(after.contains("\nmerit_last_success_timestamp_seconds 1000\n"));
/// ```
pub fn text(night: &Night<'_>) -> String {
    let exposition = exposition(night);
    if night.standing.is_some() {
        return exposition.text();
    }
    let renewed: Vec<&str> = exposition.names().collect();
    exposition.text() + &carried::families(night.before, &renewed)
}

/// The names of all metrics of a night, those without a sample too.
#[cfg(test)]
pub(super) fn names(night: &Night<'_>) -> std::collections::BTreeSet<&'static str> {
    exposition(night).names().collect()
}

fn exposition(night: &Night<'_>) -> Exposition {
    let mut exposition = Exposition::default();
    run::add(&mut exposition, &night.run, carried::value(night.before, run::LAST_SUCCESS));
    if let Some(standing) = night.standing {
        standing::add(&mut exposition, standing);
        scoreboard::add(&mut exposition, standing, night.targets);
        segments::add(&mut exposition, &standing.table);
        spend::add(&mut exposition, standing);
    }
    exposition
}

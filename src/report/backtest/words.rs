//! What a back-test found, in words and rows.

use serde::Serialize;

use crate::day::Day;
use crate::evaluate::backtest::{Backtest, ContenderResult};
use crate::evaluate::interval::Interval;
use crate::policy::Algorithm;
use crate::report::format;

/// What has to hold for the figures to be right.
pub const ASSUMED: [&str; 4] = [
    "within a kind of work, who was asked did not hang on how hard the task was: an arm's mean of the day stands for what \
     it would have done with every task of that kind",
    "an arm that nobody asked on the day is judged by the days after it; where it has none, by arms like it",
    "every contender learns from the log as it is, not from what it would have drawn itself: greedy looks better than it \
     is, for it lives on what the exploring of others found, and its lead is what exploring costs, not a reason to stop",
    "the log tells of all models: one that a greedy table made says little of those it left out, and covered is the share \
     of draws on arms that had calls on the day, the only ones that were seen at work",
];

/// What a night does that a back-test leaves out.
pub const NOT_JUDGED: [&str; 3] = [
    "detected changes, which cut evidence, and latency limits",
    "half-lives of single sources: one holds for all",
    "price changes known in advance: a call costs what the list said on its day",
];

/// Names that are listed before the rest are counted.
const NAMED: usize = 6;

/// A back-test for people.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Words {
    /// What the figures are over.
    pub over: String,
    /// The names of the columns.
    pub header: Vec<&'static str>,
    /// A row a contender.
    pub rows: Vec<Vec<String>>,
    /// What follows from them, a sentence each.
    pub findings: Vec<String>,
}

/// The words for a back-test whose intervals have this level.
pub fn words(found: &Backtest, interval_level: f64) -> Words {
    let priced = found.lambda > 0.0;
    let mut header = vec!["half-life", "policy", "value", "cost a task"];
    header.extend(priced.then_some("utility"));
    header.extend(["beyond standing", "regret", "covered", ""]);
    Words {
        over: over(found, interval_level),
        header,
        rows: (0..found.contenders.len()).map(|place| row(found, place, priced)).collect(),
        findings: findings(found),
    }
}

fn over(found: &Backtest, level: f64) -> String {
    let day = |day: Option<&i32>| day.map_or_else(String::new, |day| Day(*day).to_string());
    let mut text = format!(
        "{} nights, {} to {}, each table judged on the day after its night; {} of the work was of a kind that the night \
         knew; intervals of {:.0} %",
        found.days.len(),
        day(found.days.first()),
        day(found.days.last()),
        format::percent(Some(found.seen)),
        100.0 * level
    );
    if found.lambda > 0.0 {
        text.push_str(&format!("; utility = value − {} × cost", format::plain(Some(found.lambda))));
    }
    text
}

fn row(found: &Backtest, place: usize, priced: bool) -> Vec<String> {
    let own = &found.contenders[place];
    let mut row = vec![
        half_life(own.contender.half_life_days),
        policy(own.contender.algorithm),
        level(&own.value),
        own.cost_usd.map_or_else(|| "unknown".into(), |cost| format::usd(Some(cost.mean))),
    ];
    row.extend(priced.then(|| level(&own.utility)));
    let note = if place == found.best {
        "best"
    } else if own.is_behind() {
        "behind the best"
    } else {
        ""
    };
    let standing = place == found.standing;
    row.extend([
        if standing { "standing".into() } else { difference(&own.utility_beyond_standing) },
        difference(&own.regret),
        format::percent(Some(own.coverage)),
        note.into(),
    ]);
    row
}

fn findings(found: &Backtest) -> Vec<String> {
    let (best, standing) = (found.best(), found.standing());
    let equals: Vec<String> = found
        .contenders
        .iter()
        .enumerate()
        .filter(|(place, own)| *place != found.best && !own.is_behind())
        .map(|(_, own)| name(own))
        .collect();
    let mut findings = vec![match equals.len() {
        0 => format!("best, beyond noise: {}", name(best)),
        count if count + 1 == found.contenders.len() => {
            format!("best: {}, but none is behind it beyond noise: more nights would have to tell", name(best))
        }
        _ => format!("best: {}; not told apart from it: {}", name(best), listed(&equals)),
    }];
    findings.push(if found.best == found.standing {
        "the standing setting is the best of them".into()
    } else if standing.is_behind() {
        format!(
            "the standing setting, {}, is behind it beyond noise, by {:.4} a task",
            name(standing),
            standing.behind_best.mean
        )
    } else {
        format!("the standing setting, {}, is not behind it beyond noise", name(standing))
    });
    if best.contender.algorithm == Algorithm::Greedy {
        let exploring = found.contenders.iter().filter(|own| own.contender.algorithm != Algorithm::Greedy);
        let first = exploring.reduce(|best, own| if own.utility.mean > best.utility.mean { own } else { best });
        findings.extend(first.map(|first| {
            let name = name(first);
            let beyond = difference(&first.utility_beyond_standing);
            format!(
                "greedy explores nothing; the best of those that do is {name}, {beyond} beyond the standing setting"
            )
        }));
    }
    let single = &found.best_single;
    let cost = single.cost_usd.map_or_else(String::new, |cost| format!(", at {} a task", format::usd(Some(cost))));
    findings.push(format!(
        "regret is what is lost against one model for each kind of work, the same every day and chosen afterwards, \
         which earns {:.4}{cost}",
        single.value
    ));
    if found.days_left_out > 0 {
        findings.push(format!(
            "left out: {} days without calls to judge by, or whose night had no table",
            found.days_left_out
        ));
    }
    findings
}

/// Half-life and policy.
pub(super) fn name(own: &ContenderResult) -> String {
    format!("{} with {}", policy(own.contender.algorithm), half_life(own.contender.half_life_days))
}

pub(super) fn half_life(days: f64) -> String {
    if days.is_infinite() { "inf".into() } else { format!("{days} days") }
}

/// What an algorithm is called in merit.toml.
pub(super) fn policy(algorithm: Algorithm) -> String {
    match algorithm {
        Algorithm::Thompson => "thompson",
        Algorithm::Ucb => "ucb",
        Algorithm::EpsilonGreedy => "epsilon_greedy",
        Algorithm::Greedy => "greedy",
    }
    .into()
}

fn level(interval: &Interval) -> String {
    let Interval { mean, low, high } = interval;
    if low.is_finite() { format!("{mean:.4} ({low:.4}–{high:.4})") } else { format!("{mean:.4}") }
}

fn difference(interval: &Interval) -> String {
    let [mean, low, high] = [interval.mean, interval.low, interval.high].map(signed);
    if interval.low.is_finite() { format!("{mean} ({low} to {high})") } else { mean }
}

fn signed(number: f64) -> String {
    // Nothing has no sign of its own.
    let number = if number.abs() < 5e-5 { 0.0 } else { number };
    format!("{number:+.4}")
}

fn listed(names: &[String]) -> String {
    let shown = names[..names.len().min(NAMED)].join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

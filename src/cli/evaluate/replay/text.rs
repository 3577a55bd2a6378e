//! A replay at a glance.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::cli::output;
use crate::evaluate::full_feedback::{Evaluation, LeftOut, Pair};
use crate::evaluate::interval::Interval;
use crate::evaluate::replay::{AiqOverRange, AtBudget, Compared, Reading, Replay, Score, ThresholdCurve};

/// Names that are listed before the rest are counted.
const NAMED: usize = 5;

pub(super) fn text(found: &Evaluation, pair: Option<&Pair>) -> String {
    let replay = &found.replay;
    let mut text = over(found);
    text.push_str(&scores(replay));
    text.push_str(&metrics(replay));
    if let Some(aiq) = &replay.aiq {
        text.push_str(&over_budgets(aiq));
    }
    if let Some(saved) = replay.cost_saved {
        writeln!(text, "cost saved at the best single model's quality: {}", percent(saved))
            .expect("a String takes all");
    }
    if let (Some(curve), Some(pair)) = (&found.threshold, pair) {
        text.push_str(&threshold(curve, pair));
    }
    text.push_str(&left_out(&found.left_out, found));
    text
}

/// What the figures are over.
fn over(found: &Evaluation) -> String {
    let coverage = &found.replay.coverage;
    let parted = match found.folds {
        Some(folds) => format!("{folds} folds, seed {}", found.seed),
        None => format!("the test tasks given, seed {}", found.seed),
    };
    let reading = match found.reading {
        Reading::Value => "a failure is a wrong answer",
        Reading::Log => "a failure is noticed",
    };
    format!(
        "{} models, {} of {} tasks tested ({parted}; {reading}); intervals of {:.0} %\n",
        coverage.models,
        coverage.tested,
        coverage.tasks,
        100.0 * found.interval_level
    )
}

fn scores(replay: &Replay) -> String {
    let header = ["budget", "who chooses", "quality", "success", "right", "cost a task", "beyond best single"];
    let common = |name: &str, score: &Score| row("", name, score, None);
    let mut rows = vec![
        common("oracle", &replay.oracle),
        common("best by kind of work, naively", &replay.best_by_segment),
        common("random", &replay.random),
    ];
    for at in &replay.budgets {
        let budget = budget(at);
        let router =
            |name: &str, compared: &Compared| row(&budget, name, &compared.score, Some(&compared.beyond_best_single));
        rows.push(router("router", &at.exploit));
        rows.push(router("router, exploring", &at.drawn));
        rows.push(row(&budget, &chosen(at), &at.best_single, None));
        rows.push(row(&budget, "zero router", &at.zero_router, None));
    }
    output::table(&header, rows)
}

fn row(budget: &str, name: &str, score: &Score, beyond: Option<&Interval>) -> Vec<String> {
    vec![
        budget.into(),
        name.into(),
        format!("{:.3} ({:.3}–{:.3})", score.quality.mean, score.quality.low, score.quality.high),
        format!("{:.1} %", 100.0 * score.success.mean),
        format!("{:.1} %", 100.0 * score.right.mean),
        score.cost_usd.map_or_else(|| "unknown".into(), |cost| usd(cost.mean)) + if partly(score) { " *" } else { "" },
        beyond.map_or_else(String::new, |beyond| {
            format!("{:+.4} ({:+.4} to {:+.4})", beyond.mean, beyond.low, beyond.high)
        }),
    ]
}

/// Whether the mean cost leaves draws out.
fn partly(score: &Score) -> bool {
    score.cost_usd.is_some() && score.costed < 1.0 - 1e-9
}

/// The single model chosen most often; of those chosen as often the first by name.
fn chosen(at: &AtBudget) -> String {
    let mut counts = BTreeMap::<&str, usize>::new();
    at.best_single_models.iter().for_each(|model| *counts.entry(model).or_default() += 1);
    let most = counts.iter().rev().max_by_key(|(_, count)| **count).map_or("none", |(model, _)| *model);
    match counts.len() {
        0 | 1 => format!("best single: {most}"),
        others => format!("best single: {most}, in other folds {} others", others - 1),
    }
}

fn metrics(replay: &Replay) -> String {
    let header = [
        "budget",
        "router",
        "over random",
        "over best single",
        "beyond zero router",
        "gap to oracle",
        "PGR",
        "arena score",
    ];
    let rows = replay.budgets.iter().flat_map(|at| {
        [("exploiting", &at.exploit), ("exploring", &at.drawn)].map(|(name, compared)| {
            vec![
                budget(at),
                name.into(),
                signed_percent(compared.gain_over_random),
                signed_percent(compared.gain_over_best_single),
                format!("{:+.4}", compared.beyond_zero_router.mean),
                compared.oracle_gap.map_or_else(none, percent),
                compared.pgr.map_or_else(none, |pgr| format!("{pgr:.3}")),
                compared.arena_score.map_or_else(none, |score| format!("{score:.3}")),
            ]
        })
    });
    output::table(&header, rows)
}

fn over_budgets(aiq: &AiqOverRange) -> String {
    let coded = &aiq.as_coded;
    format!(
        "AIQ from {} to {} a task: router {:.4}, exploring {:.4}, zero router {:.4}\nAIQ as RouterBench's code has it, \
         up to {}: router {:.4}, exploring {:.4}, zero router {:.4}\n",
        usd(aiq.from_usd),
        usd(aiq.to_usd),
        aiq.exploit,
        aiq.drawn,
        aiq.zero_router,
        usd(coded.largest_usd),
        coded.exploit,
        coded.drawn,
        coded.zero_router
    )
}

fn threshold(curve: &ThresholdCurve, pair: &Pair) -> String {
    let Pair { strong, weak } = pair;
    let mut text = format!(
        "threshold between {strong} ({:.4}) and {weak} ({:.4}), {} tasks\n",
        curve.strong, curve.weak, curve.coverage.tested
    );
    let mut line = |name: &str, value: String| writeln!(text, "  {name:<11} {value}").expect("a String takes all");
    match &curve.apgr {
        Some(apgr) => line("APGR", interval(apgr)),
        None => line("APGR", format!("not defined: {strong} is not the better one")),
    }
    for calls in &curve.cpt {
        let Interval { mean, low, high } = calls.strong_calls;
        let name = format!("CPT({:.0} %)", 100.0 * calls.wanted);
        line(&name, format!("{:.2} % ({:.2} to {:.2})", 100.0 * mean, 100.0 * low, 100.0 * high));
    }
    text
}

fn left_out(left_out: &LeftOut, found: &Evaluation) -> String {
    let mut text = String::new();
    let counts = [
        (left_out.calls_without_task, "calls that name no task"),
        (left_out.later_attempts, "attempts after another one's failure"),
        (left_out.tasks_of_one_model, "tasks that one model alone ran"),
        (left_out.build_tasks_tested, "tasks to build on that are tested"),
        (left_out.tasks_without_models, "tasks that none of the compared models ran"),
        (
            found.replay.coverage.left_out as u64,
            "test tasks that not every model ran or whose answers are not all scored",
        ),
    ];
    for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
        writeln!(text, "left out: {count} {what}").expect("a String takes all");
    }
    let models = [
        (&left_out.models_of_few_tasks, "ran too few of the tasks (--coverage)"),
        (
            &left_out.models_without_costs,
            "have no cost for more than a tenth of their tasks, and a budget is to be kept",
        ),
    ];
    for (names, why) in models.into_iter().filter(|(names, _)| !names.is_empty()) {
        let shown = list(names.iter().map(String::as_str));
        writeln!(text, "left out: {} models that {why}: {shown}", names.len()).expect("a String takes all");
    }
    let mut scores = found.replay.budgets.iter().flat_map(|at| [&at.exploit.score, &at.drawn.score, &at.best_single]);
    if scores.any(partly) || partly(&found.replay.random) || partly(&found.replay.oracle) {
        text.push_str("*: over the draws whose cost is known\n");
    }
    text
}

fn list<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = names.len().saturating_sub(NAMED);
    let mut text = names.take(NAMED).collect::<Vec<_>>().join(", ");
    if more > 0 {
        write!(text, " and {more} more").expect("a String takes all");
    }
    text
}

fn budget(at: &AtBudget) -> String {
    at.budget_usd.map_or_else(|| "none".into(), usd)
}

fn interval(interval: &Interval) -> String {
    format!("{:.4} ({:.4} to {:.4})", interval.mean, interval.low, interval.high)
}

fn usd(amount: f64) -> String {
    format!("${amount:.6}")
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

fn signed_percent(share: Option<f64>) -> String {
    share.map_or_else(none, |share| format!("{:+.1} %", 100.0 * share))
}

fn none() -> String {
    "–".into()
}

//! `merit evaluate backtest`: what each night's table would have earned the next day, half-lives and policies side by
//! side.

mod text;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::output::Answer;
use crate::day::Day;
use crate::evaluate::backtest::{Backtest, BacktestSettings, BestSingle, Contender, ContenderResult, backtest};
use crate::evaluate::daily_sums;
use crate::policy::Algorithm;
use crate::report::backtest::{ASSUMED, NOT_JUDGED, page};

/// Walks the history night by night and compares what tables of each half-life and policy would have earned the next day.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Half-lives in days, as 7,30,inf [default: 3,7,14,30,60,inf]; the standing one is always there
    #[arg(long, value_delimiter = ',', value_name = "DAYS", value_parser = half_life)]
    half_lives: Vec<f64>,
    /// Policies, as thompson,greedy [default: thompson,ucb,epsilon_greedy,greedy]; the standing one is always there
    #[arg(long, value_delimiter = ',', value_name = "NAME", value_parser = policy)]
    policies: Vec<Algorithm>,
    /// The first day judged [default: the first after the burn-in]
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<Day>,
    /// The day before which days are judged [default: the day after the last]
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<Day>,
    /// Judge the last N of these days alone
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    nights: Option<u32>,
    /// Days at the start of the log that build tables and are not judged
    #[arg(long, value_name = "DAYS", default_value_t = BacktestSettings::default().burn_in_days)]
    burn_in: u32,
    /// Write a page with a picture to this file
    #[arg(short = 'o', long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    answer: Answer,
}

fn half_life(text: &str) -> Result<f64, String> {
    let days = text.parse().ok().filter(|days: &f64| *days > 0.0);
    days.ok_or_else(|| "a number of days above 0, or inf, is expected".into())
}

fn policy(text: &str) -> Result<Algorithm, String> {
    serde_json::from_value(text.into())
        .map_err(|_| "one of thompson, ucb, epsilon_greedy, greedy is expected".to_string())
}

#[derive(Serialize)]
struct Found<'a> {
    days: Vec<Day>,
    days_left_out: usize,
    seen: f64,
    lambda: f64,
    interval_level: f64,
    comparison_level: f64,
    standing: Contender,
    best: Contender,
    best_single: &'a BestSingle,
    contenders: &'a [ContenderResult],
    assumed: [&'static str; 4],
    not_judged: [&'static str; 3],
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode> {
    if let (Some(from), Some(to)) = (arguments.from, arguments.to)
        && from >= to
    {
        bail!("there is no day from {from} to before {to}; give --from an earlier day than --to");
    }
    let inputs = context.inputs()?;
    let sums = context.runtime()?.block_on(daily_sums::read(&inputs))?;
    let settings = settings(context, arguments, sums.half_life_days);
    let found = backtest(&sums.history, &settings)?;
    if let Some(path) = &arguments.html {
        std::fs::write(path, page(&found, settings.interval_level))
            .with_context(|| format!("cannot write {}; check the folder and its permissions", path.display()))?;
    }
    arguments.answer.print(&answer(&found, settings.interval_level), || text::text(&found, settings.interval_level))
}

fn settings(context: &Context, arguments: &Arguments, standing_half_life_days: f64) -> BacktestSettings {
    let (defaults, evidence) = (BacktestSettings::default(), &context.settings.evidence);
    BacktestSettings {
        half_lives: if arguments.half_lives.is_empty() { defaults.half_lives } else { arguments.half_lives.clone() },
        algorithms: if arguments.policies.is_empty() { defaults.algorithms } else { arguments.policies.clone() },
        standing_half_life_days,
        policy: context.settings.policy.clone(),
        benchmark_weight: evidence.benchmark_weight,
        benchmark_cap: evidence.benchmark_cap,
        burn_in_days: arguments.burn_in,
        from_day: arguments.from.map(|day| day.0),
        before_day: arguments.to.map(|day| day.0),
        last_nights: arguments.nights.map(|nights| nights as usize),
        ..defaults
    }
}

fn answer(found: &Backtest, interval_level: f64) -> Found<'_> {
    Found {
        days: found.days.iter().map(|&day| Day(day)).collect(),
        days_left_out: found.days_left_out,
        seen: found.seen,
        lambda: found.lambda,
        interval_level,
        comparison_level: found.comparison_level,
        standing: found.standing().contender,
        best: found.best().contender,
        best_single: &found.best_single,
        contenders: &found.contenders,
        assumed: ASSUMED,
        not_judged: NOT_JUDGED,
    }
}

//! `merit bench run`: call models, score their answers, hand the calls to the inbox.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Result, bail};
use clap::Args;
use merit_backends::{Cancel, Surroundings};
use merit_bench::{Estimate, Options, Price, Report, Run, Tools, estimate};
use merit_grade::{Grader, Suite};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::plan::Asked;
use crate::cli::context::{Context, today};
use crate::cli::output::{self, Answer};
use crate::cli::progress;
use crate::night::NightInputs;

/// Calls models on the projects. What is answered is kept: the same command, or --resume, goes on where a run ended.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    asked: Asked,
    /// Stop before a call that could make the run cost more, in US dollars
    #[arg(long, value_name = "USD")]
    max_spend: Option<f64>,
    /// Say what it would cost, and call nobody
    #[arg(long)]
    dry_run: bool,
    /// The run's name [default: made of the plan, so that the same plan goes on]
    #[arg(long, value_name = "RUN")]
    name: Option<String>,
    /// Go on with a run by its name, by the plan it was begun with
    #[arg(long, value_name = "RUN", conflicts_with_all = ["name", "dry_run"])]
    resume: Option<String>,
    /// Grade here although nothing keeps the answers' programs from the rest of the machine
    #[arg(long)]
    allow_unsafe: bool,
    #[command(flatten)]
    answer: Answer,
}

pub(super) fn run(context: &Context, suite: &Suite, grader: &Grader, arguments: &Arguments) -> Result<ExitCode> {
    let inputs = context.inputs()?;
    let prices = |model: &str, provider: &str| price(&inputs, model, provider);
    let mut around = Surroundings::default();
    let settings = &context.settings.bench;
    if arguments.dry_run {
        // Nobody is called, so no key is needed.
        around.variables = Arc::new(|name| std::env::var_os(name).or(Some("unneeded".into())));
        let (_, plan) = arguments.asked.plan(settings, suite, &around)?;
        let estimate = estimate(&plan, suite, &prices)?;
        return arguments.answer.print(&estimate, || said_before(&estimate));
    }
    if !grader.sandbox().kind().isolates() && !arguments.allow_unsafe {
        bail!("{}; install bubblewrap, or pass --allow-unsafe", grader.sandbox().kind());
    }
    let data = context.layout.root();
    let (runners, mut run) = match &arguments.resume {
        Some(name) => {
            let run = Run::resume(data, name)?;
            let mut backends: Vec<String> = Vec::new();
            let plan = run.plan();
            for target in plan.targets.iter().chain(&plan.judge).chain(&plan.triage) {
                if !backends.contains(&target.backend) {
                    backends.push(target.backend.clone());
                }
            }
            (merit_backends::open(&settings.named(&backends), &around)?, run)
        }
        None => {
            let (runners, plan) = arguments.asked.plan(settings, suite, &around)?;
            let run = Run::open(data, &plan, arguments.name.as_deref())?;
            (runners, run)
        }
    };
    stop_on_signals(&around.cancel)?;
    let options = Options { max_spend: arguments.max_spend, cancel: around.cancel.clone(), ..Options::default() };
    let tools = Tools { suite, grader, runners: &runners, prices: &prices };
    let bar = progress::bar(context.global.quiet, "{spinner} {pos}/{len} {msg}");
    let report = run.execute(&tools, &options, &|progress| {
        bar.set_length(progress.total as u64);
        bar.set_position(progress.done as u64);
        let now = progress.under_way.first().map(String::as_str).unwrap_or_default();
        bar.set_message(format!("${:.4} {now}", progress.spent_usd));
    })?;
    bar.finish_and_clear();
    if !context.global.quiet {
        arguments.answer.print(&report, || said_after(&report))?;
    }
    match &report.stop {
        Some(stop) => bail!("{stop}"),
        None => Ok(ExitCode::SUCCESS),
    }
}

/// The first signal ends the run in order, with all that is answered kept.
fn stop_on_signals(cancel: &Cancel) -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    let cancel = cancel.clone();
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            cancel.cancel();
        }
    });
    Ok(())
}

/// The list price in force today of a model as its provider names it.
fn price(inputs: &NightInputs, model: &str, provider: &str) -> Option<Price> {
    let resolved = inputs.aliases.resolve(model, Some(provider));
    let price = inputs.prices.in_force(resolved.provider.as_deref()?, &resolved.model, today().date())?;
    Some(Price { input: price.input, cached_input: price.cached_input, output: price.output })
}

fn said_before(estimate: &Estimate) -> String {
    let usd = |value: Option<f64>| value.map_or("no price".to_string(), |value| format!("${value:.4}"));
    let rows = estimate.models.iter().map(|model| {
        let tokens = format!("{} in, {} out", model.input_tokens, model.output_tokens);
        vec![model.model.clone(), model.calls.to_string(), tokens, usd(model.cost_usd), usd(model.most_usd)]
    });
    let mut text = output::table(&["model", "calls", "tokens", "about", "at most"], rows);
    let _infallible = writeln!(
        text,
        "{} calls, about ${:.4}, at most ${:.4}; {}",
        estimate.calls, estimate.cost_usd, estimate.most_usd, estimate.method
    );
    if !estimate.unpriced.is_empty() {
        let _infallible = writeln!(
            text,
            "without a price: {}; `merit prices list` names those that have one",
            estimate.unpriced.join(", ")
        );
    }
    text
}

fn said_after(report: &Report) -> String {
    let number =
        |value: Option<f64>, digits: usize| value.map_or("–".to_string(), |value| format!("{value:.digits$}"));
    let rows = report.models.iter().map(|model| {
        let figures = &model.figures;
        let success = figures.success.map_or("–".to_string(), |share| format!("{:.1} %", 100.0 * share));
        let latency =
            figures.median_latency_ms.map_or("–".to_string(), |latency| format!("{:.1} s", latency / 1000.0));
        let cost = format!("${:.4}", model.cost_usd);
        vec![model.target.name(), figures.tasks.to_string(), number(figures.score, 2), success, latency, cost]
    });
    let mut text = output::table(&["model", "tasks", "score", "answered", "median latency", "cost"], rows);
    let _infallible = writeln!(
        text,
        "run {}: {} of {} calls settled, {} failed, ${:.4} spent",
        report.run,
        report.settled,
        report.calls,
        report.failed,
        // No minus before nothing.
        report.spent_usd + 0.0
    );
    if let Some(judge) = &report.judge {
        let _infallible = writeln!(
            text,
            "judges: {} scores, {} malformed; from score to score of one answer ±{}; beyond the computed score {}, correlation {}",
            judge.scores,
            judge.malformed,
            number(judge.self_deviation, 2),
            number(judge.difference, 2),
            number(judge.correlation, 2)
        );
    }
    for (project, check, what) in &report.defects {
        let _infallible = writeln!(text, "a grader is at fault: {project}, {check}: {what}");
    }
    if let Some(delivered) = &report.delivered {
        let _infallible = writeln!(
            text,
            "{} records in {}; merit analyze takes them in, and they count from --as-of {} on",
            delivered.records,
            delivered.path.display(),
            today().next()
        );
    }
    text
}

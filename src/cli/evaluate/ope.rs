//! `merit evaluate ope`: what one table would have earned on logged draws instead of another.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use merit_router::Router;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::output::{self, Answer};
use crate::day::Day;
use crate::evaluate::logged::{self, AsLogged, Comparison, Figure, LoggedDraw, Origin, Pair, Part, Registry, Rewards};
use crate::store::{Fact, facts};
use crate::{sql, table};

/// Rows of the table for people; all of them are in the JSON.
const MOST_ROWS: usize = 20;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The table in question: a version, latest, or a file
    #[arg(long, value_name = "TABLE", default_value = table::LATEST)]
    candidate: String,
    /// The table it is compared with: a version, latest, or a file
    #[arg(long, value_name = "TABLE")]
    baseline: String,
    /// The first day of draws [default: the first with calls]
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<Day>,
    /// The day before which draws are taken [default: the day after the last with calls]
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<Day>,
    /// Value (1 = a perfect answer) that one US dollar is worth [default: the candidate's λ]
    #[arg(long, value_name = "VALUE")]
    lambda: Option<f64>,
    /// Take propensities as they were logged, without asking the registry for the tables that drew
    #[arg(long)]
    trust_logged: bool,
    #[command(flatten)]
    answer: Answer,
}

#[derive(Serialize)]
struct Named {
    version: u64,
    digest: String,
}

#[derive(Serialize)]
struct Found {
    candidate: Named,
    baseline: Named,
    from: Day,
    to: Day,
    lambda: f64,
    /// Whether propensities were taken at their word.
    trust_logged: bool,
    #[serde(flatten)]
    comparison: Comparison,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode> {
    let tables = context.layout.tables();
    let (candidate, baseline) =
        (table::find(&tables, &arguments.candidate)?.table, table::find(&tables, &arguments.baseline)?.table);
    let lambda = match arguments.lambda {
        Some(lambda) if !(lambda.is_finite() && lambda >= 0.0) => {
            bail!("--lambda is {lambda}; a number from 0 on is expected")
        }
        Some(lambda) => lambda,
        None => logged::effective_lambda(&candidate),
    };
    let days = facts::list(&context.layout, Fact::Calls)?;
    let (Some(first), Some(last)) = (days.keys().next(), days.keys().next_back()) else {
        bail!("{} holds no calls; put logs into its inbox, or run merit ingest FILES", context.layout.root().display());
    };
    let (from, to) = (arguments.from.unwrap_or(*first), arguments.to.unwrap_or(last.next()));
    if from >= to {
        bail!("there is no day from {from} to before {to}; give --from an earlier day than --to");
    }
    let inputs = context.inputs()?;
    let draws = context.runtime()?.block_on(async {
        let engine = sql::views::open(&inputs).await?;
        Ok::<_, sql::SqlError>(logged::read(&engine, from, to).await?)
    })?;
    let (registry, as_logged);
    let origin = if arguments.trust_logged {
        as_logged = AsLogged::read(&draws);
        Origin::AsLogged(&as_logged)
    } else {
        registry = Registry::read(&tables, draws.iter().filter_map(|draw: &LoggedDraw| draw.table_version));
        Origin::Registry(&registry)
    };
    let rewards = Rewards::new(&candidate, lambda, &draws);
    let (one, other) = (Router::new(&candidate)?, Router::new(&baseline)?);
    let judged = logged::log(&draws, origin, Pair { candidate: &one, baseline: &other }, &rewards);
    let comparison = logged::compare(&judged, rewards.range()).with_context(|| {
        let reasons = judged.left_out.sentences().join("\n  ");
        let remedy = match judged.left_out.unknown_table + judged.left_out.other_table {
            0 => "",
            _ if arguments.trust_logged => "",
            _ => "\n  --trust-logged takes the propensities of other tables at their word",
        };
        format!("the draws from {from} to before {to} tell nothing of these tables\n  {reasons}{remedy}")
    })?;
    let named = |table: &merit_router::Table| Named { version: table.table_version, digest: table.digest.clone() };
    let found = Found {
        candidate: named(&candidate),
        baseline: named(&baseline),
        from,
        to,
        lambda,
        trust_logged: arguments.trust_logged,
        comparison,
    };
    arguments.answer.print(&found, || text(&found))
}

fn text(found: &Found) -> String {
    let comparison = &found.comparison;
    let overall = &comparison.overall;
    let mut text = format!(
        "table v{} instead of v{}, {} to before {}: {} of {} draws of {} tasks, λ = {:.4}\n",
        found.candidate.version,
        found.baseline.version,
        found.from,
        found.to,
        overall.draws,
        comparison.left_out.draws,
        overall.tasks,
        found.lambda
    );
    let header = ["estimator", "candidate", "baseline", "difference", "95 % interval", "with what is not drawn"];
    let rows = overall.estimates.iter().map(|estimates| {
        vec![
            estimates.estimator.to_string(),
            value(estimates.candidate),
            value(estimates.baseline),
            gain(estimates.difference),
            interval(estimates.difference),
            estimates.difference.and_then(|figure| figure.bounds).map_or(String::new(), ends),
        ]
    });
    text.push_str(&output::table(&header, rows));
    text.push_str(&format!(
        "effective draws: {:.0} of the candidate, {:.0} of the baseline\n",
        overall.effective_draws_candidate, overall.effective_draws_baseline
    ));
    let header = ["row", "draws", "effective", "difference (dr)", "95 % interval", "warnings"];
    let mut parts: Vec<&Part> = comparison.rows.iter().collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.draws));
    let rows = parts.iter().take(MOST_ROWS).map(|part| {
        let robust = part.estimates.iter().find(|one| one.estimator == "dr").and_then(|one| one.difference);
        vec![
            part.row.clone().unwrap_or_default(),
            part.draws.to_string(),
            format!("{:.0}", part.effective_draws_candidate),
            gain(robust),
            interval(robust),
            part.warnings.len().to_string(),
        ]
    });
    text.push_str(&output::table(&header, rows));
    if parts.len() > MOST_ROWS {
        text.push_str(&format!("{} more rows: --format json has them all\n", parts.len() - MOST_ROWS));
    }
    overall.warnings.iter().for_each(|warning| text.push_str(&format!("warning: {warning}\n")));
    text
}

fn value(figure: Option<Figure>) -> String {
    figure.map_or(String::new(), |figure| format!("{:.4}", figure.value))
}

fn gain(figure: Option<Figure>) -> String {
    figure.map_or(String::new(), |figure| format!("{:+.4}", figure.value))
}

fn interval(figure: Option<Figure>) -> String {
    figure.map_or(String::new(), |figure| ends((figure.low, figure.high)))
}

fn ends((low, high): (f64, f64)) -> String {
    format!("{low:+.4} to {high:+.4}")
}

//! `merit evaluate`: what policies and tables are worth.

mod ope;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::context::Context;
use super::output::{self, Answer};
use crate::evaluate::policies::{self, Evaluation, EvaluationSettings, Learner, Mean, Memory};
use crate::policy::Algorithm;

/// Judges policies and tables.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Estimate what one table would have earned on logged draws instead of another
    Ope(ope::Arguments),
    /// Play every algorithm and memory in simulated worlds, night by night, and compare their regret
    Policies {
        /// Worlds of each kind
        #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
        seeds: u64,
        /// The first seed
        #[arg(long, value_name = "N", default_value_t = 1)]
        first_seed: u64,
        /// Days of a run, the first fortnight of which is not counted
        #[arg(long, value_name = "N", default_value_t = 56, value_parser = clap::value_parser!(u32).range(2..))]
        days: u32,
        /// How to answer
        #[command(flatten)]
        answer: Answer,
    },
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode> {
    let (seeds, first_seed, days, answer) = match &arguments.action {
        Action::Ope(arguments) => return ope::run(context, arguments),
        Action::Policies { seeds, first_seed, days, answer } => (*seeds, *first_seed, *days, *answer),
    };
    let defaults = EvaluationSettings::default();
    let settings = EvaluationSettings {
        seeds,
        first_seed,
        days,
        burn_in_days: defaults.burn_in_days.min(days / 2),
        policy: context.settings.policy.clone(),
        ..defaults
    };
    let found = policies::evaluate(&settings)?;
    answer.print(&found, || text(&found))
}

fn text(found: &Evaluation) -> String {
    let settings = &found.settings;
    let header = ["world", "algorithm", "memory", "regret × 1000", "beyond the first", "near best", "a task"];
    let rows = found.worlds.iter().flat_map(|world| {
        world.learners.iter().map(move |learner| {
            vec![
                name(&world.world),
                algorithm(learner.learner),
                memory(learner.learner.memory),
                thousandths(learner.regret),
                thousandths(learner.regret_beyond_first),
                format!("{:.1} %", 100.0 * learner.near_best.mean),
                format!("${:.4}", learner.cost_usd_per_task.mean),
            ]
        })
    });
    format!(
        "{}regret: what a task of the exploit arm loses against the best feasible model, mean ± standard error over \
         {} worlds, days {} to {}, {} tasks a day\nnear best: share of its tasks given to a model within 0.02 of the \
         best\n",
        output::table(&header, rows),
        settings.seeds,
        settings.burn_in_days + 1,
        settings.days,
        settings.tasks_per_day
    )
}

fn thousandths(mean: Mean) -> String {
    format!("{:.2} ± {:.2}", 1000.0 * mean.mean, 1000.0 * mean.standard_error)
}

/// What a setting is called in JSON is what it is called here.
fn name(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|name| name.as_str().map(str::to_string)).unwrap_or_default()
}

fn algorithm(learner: Learner) -> String {
    let exploration = if learner.algorithm == Algorithm::Greedy { ", ε = 0" } else { "" };
    format!("{}{exploration}", name(&learner.algorithm))
}

fn memory(memory: Memory) -> String {
    match memory {
        Memory::Decay { half_life_days, post_change_weight } if post_change_weight < 1.0 => {
            format!("half-life {half_life_days} days, changes cut")
        }
        Memory::Decay { half_life_days, .. } => format!("half-life {half_life_days} days"),
        Memory::Found { .. } => "half-life found, changes cut".into(),
        Memory::All => "everything".into(),
        Memory::Window { days } => format!("last {days} days"),
    }
}

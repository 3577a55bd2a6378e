//! `merit bench list`: the projects, or how many there are of each kind.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use merit_bench::{Stats, list, stats};
use merit_grade::{Grader, Suite};

use super::Kinds;
use crate::cli::output::{self, Answer};

/// The projects of the suite.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How many projects there are of each category and difficulty, and what grading them needs
    #[arg(long)]
    stats: bool,
    #[command(flatten)]
    kinds: Kinds,
    #[command(flatten)]
    answer: Answer,
}

pub(super) fn run(suite: &Suite, grader: &Grader, arguments: &Arguments) -> Result<ExitCode> {
    let filter = arguments.kinds.filter()?;
    if arguments.stats {
        let stats = stats(suite, grader, &filter)?;
        return arguments.answer.print(&stats, || text(&stats));
    }
    let projects = list(suite, grader, &filter)?;
    arguments.answer.print(&projects, || {
        let row = |project: &merit_bench::Listed| {
            let mut checks = project.checks.clone();
            checks.dedup();
            let missing = project.missing.map(|(program, _)| format!(" ({program} is missing)")).unwrap_or_default();
            let kind = [project.id.clone(), project.category.into(), project.difficulty.into()];
            kind.into_iter().chain([format!("{}{missing}", project.title), checks.join(", ")]).collect()
        };
        output::table(&["project", "category", "difficulty", "what", "checks"], projects.iter().map(row))
    })
}

fn text(stats: &Stats) -> String {
    let rows = stats.categories.iter().map(|row| {
        let counts = [row.beginner, row.intermediate, row.advanced];
        let all: usize = counts.iter().sum();
        let counts = counts.iter().chain([&all]).map(ToString::to_string);
        std::iter::once(row.category.to_string()).chain(counts).collect()
    });
    let mut text = output::table(&["category", "beginner", "intermediate", "advanced", "all"], rows);
    let named = |counts: &mut dyn Iterator<Item = (String, usize)>| {
        counts.map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
    };
    let roles = named(&mut stats.roles.iter().map(|(name, count)| (name.to_string(), *count)));
    let checks = named(&mut stats.checks.iter().map(|(name, count)| (name.clone(), *count)));
    let _infallible = writeln!(text, "{} projects; roles: {roles}\nchecks: {checks}", stats.projects);
    for program in &stats.programs {
        let state = program.remedy.map_or("there".to_string(), |remedy| format!("MISSING: {remedy}"));
        let _infallible = writeln!(text, "{} ({} projects): {state}", program.name, program.projects);
    }
    let _infallible = writeln!(text, "{}", stats.sandbox);
    text
}

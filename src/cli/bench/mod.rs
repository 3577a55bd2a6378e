//! `merit bench`: the benchmark suite.

mod compare;
mod list;
mod plan;
mod run;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use include_dir::{Dir, include_dir};
use merit_bench::Filter;
use merit_grade::project::{Category, Difficulty};
use merit_grade::{Grader, Sandbox, Suite};

use super::context::Context;

static PROJECTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/data/projects");

/// Runs models on the benchmark suite's projects and scores what they answer.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A folder of projects in place of the embedded ones
    #[arg(long, global = true, value_name = "DIR")]
    projects: Option<PathBuf>,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// The projects, or how many there are of each kind
    List(list::Arguments),
    /// Call models on the projects, score their answers, hand the calls to the inbox
    Run(Box<run::Arguments>),
    /// Two runs or models side by side, with paired intervals
    Compare(compare::Arguments),
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<ExitCode> {
    let folder = arguments.projects.as_deref();
    match arguments.action {
        Action::List(arguments) => list::run(&suite(folder)?, &grader(folder)?, &arguments),
        Action::Run(arguments) => run::run(context, &suite(folder)?, &grader(folder)?, &arguments),
        Action::Compare(arguments) => compare::run(context, &arguments),
    }
}

fn suite(folder: Option<&Path>) -> Result<Suite> {
    Ok(match folder {
        Some(folder) => Suite::read(folder)?,
        None => Suite::embedded(&PROJECTS)?,
    })
}

fn grader(folder: Option<&Path>) -> Result<Grader> {
    let mut sandbox = Sandbox::detect()?;
    if let Some(folder) = folder {
        sandbox.hide(folder);
    }
    Ok(Grader::new(sandbox))
}

/// `[category] [difficulty]`, in any order.
#[derive(Clone, Debug, Default, Args)]
struct Kinds {
    /// A category and a difficulty, or one of them
    #[arg(value_name = "CATEGORY|DIFFICULTY", num_args = 0..=2)]
    kinds: Vec<String>,
}

impl Kinds {
    fn filter(&self) -> Result<Filter> {
        filter(&self.kinds)
    }
}

/// The filter that some words name.
fn filter(kinds: &[String]) -> Result<Filter> {
    let mut filter = Filter::default();
    for kind in kinds {
        let category = Category::ALL.iter().find(|category| category.name() == kind);
        let difficulty = Difficulty::ALL.iter().find(|difficulty| difficulty.name() == kind);
        match (category, difficulty) {
            (Some(category), _) => filter.category = Some(*category),
            (_, Some(difficulty)) => filter.difficulty = Some(*difficulty),
            _ => {
                let known = Category::ALL.iter().map(|category| category.name());
                let known: Vec<&str> =
                    known.chain(Difficulty::ALL.iter().map(|difficulty| difficulty.name())).collect();
                anyhow::bail!("\"{kind}\" is neither a category nor a difficulty; known are {}", known.join(", "));
            }
        }
    }
    Ok(filter)
}

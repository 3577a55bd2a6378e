//! The comparison as a value.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;

use super::cell::{Cell, ProjectKey, project_scores};
use super::noise::JudgeNoise;
use super::observation::Observation;
use super::paired::Paired;
use super::select::Results;
use crate::error::BenchError;

/// Two sides, in all and in part.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The first side.
    pub a: Side,
    /// The second side.
    pub b: Side,
    /// All projects.
    pub overall: Row,
    /// By category.
    pub categories: Vec<Row>,
    /// By difficulty.
    pub difficulties: Vec<Row>,
    /// By project and version.
    pub projects: Vec<Row>,
}

/// Who is compared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Side {
    /// As it was named.
    pub name: String,
    /// The runs its results are from.
    pub runs: Vec<String>,
    /// Its models, as `model@provider`.
    pub models: Vec<String>,
    /// How far its judges agree; None where nobody judged.
    pub judge: Option<JudgeNoise>,
}

/// Some projects on both sides.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The category, the difficulty, or the project (with its version from 2 on).
    pub name: String,
    /// The first side.
    pub a: Cell,
    /// The second side.
    pub b: Cell,
    /// B − A over the projects that both have a score of, in one version; None where there are none.
    pub paired: Option<Paired>,
}

/// Compares what two names stand for: a run, `run:model`, a model or `model@provider` in all runs.
///
/// # Errors
/// A name that no result has, or a journal that cannot be read.
pub fn compare(data: &Path, a: &str, b: &str) -> Result<Comparison, BenchError> {
    let results = Results::read(data)?;
    Ok(Comparison::of((a, &results.of(a)?), (b, &results.of(b)?)))
}

impl Comparison {
    fn of(a: (&str, &[&Observation]), b: (&str, &[&Observation])) -> Self {
        let all = || a.1.iter().chain(b.1).copied();
        let row =
            |name: &str, takes: &dyn Fn(&Observation) -> bool| Row::of(name, &part(a.1, takes), &part(b.1, takes));
        let categories: BTreeSet<_> = all().map(|task| task.category).collect();
        let difficulties: BTreeSet<_> = all().map(|task| task.difficulty).collect();
        let projects: BTreeSet<ProjectKey> = all().map(|task| (task.project.clone(), task.version)).collect();
        let project_row = |(project, version): &ProjectKey| {
            let name = if *version == 1 { project.clone() } else { format!("{project} (version {version})") };
            row(&name, &|task| task.project == *project && task.version == *version)
        };
        Self {
            a: Side::of(a.0, a.1),
            b: Side::of(b.0, b.1),
            overall: row("all projects", &|_| true),
            categories: categories.iter().map(|one| row(one.name(), &|task| task.category == *one)).collect(),
            difficulties: difficulties.iter().map(|one| row(one.name(), &|task| task.difficulty == *one)).collect(),
            projects: projects.iter().map(project_row).collect(),
        }
    }

    /// The rows in groups, each with its title.
    pub(super) fn groups(&self) -> [(&'static str, &[Row]); 4] {
        [
            ("All", std::slice::from_ref(&self.overall)),
            ("By category", &self.categories),
            ("By difficulty", &self.difficulties),
            ("By project", &self.projects),
        ]
    }
}

fn part<'a>(tasks: &[&'a Observation], takes: &dyn Fn(&Observation) -> bool) -> Vec<&'a Observation> {
    tasks.iter().copied().filter(|task| takes(task)).collect()
}

impl Side {
    fn of(name: &str, tasks: &[&Observation]) -> Self {
        let runs: BTreeSet<&String> = tasks.iter().map(|task| &task.run).collect();
        let models: BTreeSet<String> = tasks.iter().map(|task| task.target.name()).collect();
        Self {
            name: name.to_owned(),
            runs: runs.into_iter().cloned().collect(),
            models: models.into_iter().collect(),
            judge: JudgeNoise::of(tasks),
        }
    }
}

impl Row {
    fn of(name: &str, a: &[&Observation], b: &[&Observation]) -> Self {
        let (of_a, of_b) = (project_scores(a), project_scores(b));
        let both = of_a.iter().filter_map(|(project, score)| Some(of_b.get(project)? - score));
        let paired = Paired::of(&both.collect::<Vec<f64>>());
        Self { name: name.to_owned(), a: Cell::of(a), b: Cell::of(b), paired }
    }
}

//! What the suite has, and whether it can be graded here.

use std::collections::BTreeMap;

use merit_grade::project::{Category, Difficulty};
use merit_grade::{GradeError, Grader, Project, Suite};
use serde::Serialize;

/// Which projects; what is None is any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of one category.
    pub category: Option<Category>,
    /// Of one difficulty.
    pub difficulty: Option<Difficulty>,
}

impl Filter {
    /// Whether a project passes.
    pub fn takes(&self, project: &Project) -> bool {
        self.category.is_none_or(|category| category == project.category)
            && self.difficulty.is_none_or(|difficulty| difficulty == project.difficulty)
    }
}

/// One project of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The kind of work.
    pub category: &'static str,
    /// How hard it is.
    pub difficulty: &'static str,
    /// Who does it.
    pub role: &'static str,
    /// Its version.
    pub version: u32,
    /// The kinds of its checks, in the manifest's order.
    pub checks: Vec<String>,
    /// Programs that its grader runs.
    pub needs: Vec<&'static str>,
    /// The first of them that is missing here, and what to do; None: it can be graded.
    pub missing: Option<(&'static str, &'static str)>,
}

/// The projects that pass a filter, by category, difficulty and id.
///
/// # Errors
/// The checks of a project cannot be told.
pub fn list(suite: &Suite, grader: &Grader, filter: &Filter) -> Result<Vec<Listed>, GradeError> {
    let mut projects: Vec<&Project> = suite.projects().iter().filter(|project| filter.takes(project)).collect();
    projects.sort_by_key(|project| (project.category, project.difficulty, &project.id));
    projects.into_iter().map(|project| listed(project, grader)).collect()
}

fn listed(project: &Project, grader: &Grader) -> Result<Listed, GradeError> {
    // The grade of an empty answer names every check and runs nothing.
    let checks = grader.grade(project, "")?.checks;
    Ok(Listed {
        id: project.id.clone(),
        title: project.title.clone(),
        category: project.category.name(),
        difficulty: project.difficulty.name(),
        role: project.role.name(),
        version: project.version,
        checks: checks.into_iter().map(|check| check.kind).collect(),
        needs: project.needs.iter().map(|program| program.name()).collect(),
        missing: grader.missing(project),
    })
}

/// The suite in figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// All projects that pass the filter.
    pub projects: usize,
    /// One row a category that has any.
    pub categories: Vec<StatsRow>,
    /// Projects by role.
    pub roles: BTreeMap<&'static str, usize>,
    /// Checks by kind.
    pub checks: BTreeMap<String, usize>,
    /// Programs that graders run.
    pub programs: Vec<Program>,
    /// What isolates the graders' programs, in a sentence.
    pub sandbox: String,
}

/// The projects of a category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatsRow {
    /// The category.
    pub category: &'static str,
    /// How many are for beginners.
    pub beginner: usize,
    /// How many are intermediate.
    pub intermediate: usize,
    /// How many are advanced.
    pub advanced: usize,
}

/// A program that graders run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Program {
    /// Its name.
    pub name: &'static str,
    /// How many projects need it.
    pub projects: usize,
    /// What to do, where it is missing.
    pub remedy: Option<&'static str>,
}

/// Counts the projects that pass a filter.
///
/// # Errors
/// As [`list`].
pub fn stats(suite: &Suite, grader: &Grader, filter: &Filter) -> Result<Stats, GradeError> {
    let listed = list(suite, grader, filter)?;
    let mut categories: Vec<StatsRow> = Vec::new();
    let (mut roles, mut checks) = (BTreeMap::new(), BTreeMap::new());
    let mut programs: BTreeMap<&'static str, Program> = BTreeMap::new();
    for project in &listed {
        if categories.last().is_none_or(|row| row.category != project.category) {
            categories.push(StatsRow { category: project.category, beginner: 0, intermediate: 0, advanced: 0 });
        }
        let row = categories.last_mut().expect("pushed above");
        match project.difficulty {
            "beginner" => row.beginner += 1,
            "intermediate" => row.intermediate += 1,
            _ => row.advanced += 1,
        }
        *roles.entry(project.role).or_default() += 1;
        project.checks.iter().for_each(|kind| *checks.entry(kind.clone()).or_default() += 1);
        for name in project.needs.iter().copied() {
            programs.entry(name).or_insert(Program { name, projects: 0, remedy: None }).projects += 1;
        }
    }
    // A grader names the first program that is missing: what one project hides, another may tell.
    for (name, remedy) in listed.iter().filter_map(|project| project.missing) {
        // SQLite comes with Python, and is missing with it.
        let lost = [name, if name == "python3" { "sqlite" } else { name }];
        programs
            .values_mut()
            .filter(|program| lost.contains(&program.name))
            .for_each(|program| program.remedy = Some(remedy));
    }
    Ok(Stats {
        projects: listed.len(),
        categories,
        roles,
        checks,
        programs: programs.into_values().collect(),
        sandbox: grader.sandbox().kind().to_string(),
    })
}

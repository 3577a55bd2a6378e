//! The plan of a run.

use merit_backends::Runner;
use merit_grade::Project;
use merit_grade::project::{Category, Difficulty, Role};
use serde::{Deserialize, Serialize};

use super::error::PlanError;
use super::identity::{is_run_name, run_id, task_id};
use super::task::{Kind, Step, Task};
use super::workflow::Workflow;

/// One model at one backend.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The backend's name in the settings.
    pub backend: String,
    /// The call record's `provider`.
    pub provider: String,
    /// The model, as its provider names it.
    pub model: String,
}

impl Target {
    /// A model at a runner.
    pub fn of(runner: &Runner, model: impl Into<String>) -> Self {
        Self { backend: runner.name().to_owned(), provider: runner.provider().to_owned(), model: model.into() }
    }

    /// `model@provider`.
    pub fn name(&self) -> String {
        format!("{}@{}", self.model, self.provider)
    }
}

/// What a plan says of a project: all that its results need to be read without the suite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedProject {
    /// Its id.
    pub id: String,
    /// Its version: another one may score differently.
    pub version: u32,
    /// The kind of work.
    pub category: Category,
    /// How hard it is.
    pub difficulty: Difficulty,
    /// Who does it.
    pub role: Role,
}

impl From<&Project> for PlannedProject {
    fn from(project: &Project) -> Self {
        let Project { id, version, category, difficulty, role, .. } = project;
        Self { id: id.clone(), version: *version, category: *category, difficulty: *difficulty, role: *role }
    }
}

/// Which calls a run makes. Equal plans have equal runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Grows where what models are asked, or how they are read, changes.
    pub format: u32,
    /// The models.
    pub targets: Vec<Target>,
    /// The projects.
    pub projects: Vec<PlannedProject>,
    /// How often each model does each project.
    pub repeats: u32,
    /// Which calls a task takes.
    pub workflow: Workflow,
    /// Who judges; None: each model its own work, which it tends to find better than it is.
    pub judge: Option<Target>,
    /// Who does the triage; None: the model that does the work.
    pub triage: Option<Target>,
    /// How often each answer is judged.
    pub judge_repeats: u32,
    /// The most tokens of an answer, reasoning included.
    pub max_output_tokens: u32,
    /// The sampling temperature of all calls; None: the provider's default. At 0 a judge's repeats tell little of its noise.
    pub temperature: Option<f64>,
    /// The call record's `tag`.
    pub tag: Option<String>,
}

impl Plan {
    /// The format that this version carries out.
    pub const FORMAT: u32 = 1;

    /// A plan of one repeat, one judging, and at most 8,192 tokens an answer.
    pub fn new<'a>(targets: Vec<Target>, projects: impl IntoIterator<Item = &'a Project>, workflow: Workflow) -> Self {
        Self {
            format: Self::FORMAT,
            targets,
            projects: projects.into_iter().map(PlannedProject::from).collect(),
            repeats: 1,
            workflow,
            judge: None,
            triage: None,
            judge_repeats: 1,
            max_output_tokens: 8_192,
            temperature: None,
            tag: None,
        }
    }

    /// Checks everything that can be checked without the suite and the backends.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), PlanError> {
        let range = |name, value: u32, least, most| match (least..=most).contains(&value) {
            true => Ok(()),
            false => Err(PlanError::Range { name, value: value.to_string(), least, most }),
        };
        range("format", self.format, Self::FORMAT, Self::FORMAT)?;
        range("repeats", self.repeats, 1, 1_000)?;
        range("judge_repeats", self.judge_repeats, 1, 20)?;
        range("max_output_tokens", self.max_output_tokens, 1, 1_000_000)?;
        if let Some(value) = self.temperature.filter(|value| !(0.0..=2.0).contains(value)) {
            return Err(PlanError::Range { name: "temperature", value: value.to_string(), least: 0, most: 2 });
        }
        if self.targets.is_empty() {
            return Err(PlanError::NoModel);
        }
        if self.projects.is_empty() {
            return Err(PlanError::NoProject);
        }
        let ids: Vec<&String> = self.projects.iter().map(|project| &project.id).collect();
        if let Some(twice) = repeated(&ids) {
            return Err(PlanError::Twice(format!("project {twice}")));
        }
        if let Some(twice) = repeated(&self.targets) {
            return Err(PlanError::Twice(format!("model {} at backend {}", twice.model, twice.backend)));
        }
        match &self.tag {
            Some(tag) if tag.trim().is_empty() || tag.len() > 4_096 => Err(PlanError::Tag),
            _ => Ok(()),
        }
    }

    /// The run's name: as given, else 16 hex digits that depend on all of the plan and on nothing else.
    ///
    /// # Errors
    /// Where the given name cannot be a folder's.
    pub fn run_name(&self, given: Option<&str>) -> Result<String, PlanError> {
        match given {
            Some(name) if is_run_name(name) => Ok(name.to_owned()),
            Some(name) => Err(PlanError::Name(name.to_owned())),
            None => Ok(run_id(&serde_json::to_string(self).expect("texts and checked numbers are JSON"))),
        }
    }

    /// How many calls it makes, retries not counted.
    pub fn calls(&self) -> usize {
        let per_model: usize = self.projects.iter().map(|project| self.steps(project).len()).sum();
        per_model * self.targets.len() * self.repeats as usize
    }

    /// All tasks: every model does a project before the next one, so that a run that ends early compares fairly.
    pub(crate) fn tasks<'a>(&'a self, run: &str) -> Vec<Task<'a>> {
        let mut tasks = Vec::new();
        for repeat in 1..=self.repeats {
            for project in &self.projects {
                for target in &self.targets {
                    let id = task_id(run, &project.id, target, repeat);
                    tasks.push(Task { id, project, target, repeat, steps: self.steps(project) });
                }
            }
        }
        tasks
    }

    fn steps(&self, project: &PlannedProject) -> Vec<Step> {
        let mut steps = Vec::new();
        if self.workflow == Workflow::Triaged && project.role != Role::Triage {
            steps.push(Step::TRIAGE);
        }
        steps.push(Step::WORK);
        if self.workflow.has_judge() {
            steps.extend((1..=self.judge_repeats).map(Step::judge));
        }
        steps
    }

    /// Who is called for a step of a model's task.
    pub(crate) fn callee<'a>(&'a self, target: &'a Target, kind: Kind) -> &'a Target {
        match kind {
            Kind::Work => target,
            Kind::Triage => self.triage.as_ref().unwrap_or(target),
            Kind::Judge => self.judge.as_ref().unwrap_or(target),
        }
    }
}

fn repeated<T: PartialEq>(items: &[T]) -> Option<&T> {
    items.iter().enumerate().find(|(at, item)| items[..*at].contains(item)).map(|(_, item)| item)
}

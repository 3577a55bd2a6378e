//! From flags and settings to what is run: models, projects, workflow.

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use merit_backends::{Runner, Surroundings, open};
use merit_bench::{Plan, Target, Workflow};
use merit_grade::{Project, Suite};

use super::filter;
use crate::settings::Bench;

/// What is run.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Backends: names from [[bench.backends]], or well-known ones (anthropic, gemini, groq, openrouter, openai, ollama,
    /// vllm, llama.cpp, claude-program, gemini-program); all that are set where none is named
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) backend: Vec<String>,
    /// Models, as the provider names them [default: those of the backends' settings]
    #[arg(long, value_name = "MODEL", value_delimiter = ',')]
    pub(super) model: Vec<String>,
    /// Which calls serve a task: one, the work and a judge's, or triage, work and a judge's
    #[arg(long, value_enum, default_value = "simple")]
    pub(super) workflow: WorkflowName,
    /// Projects [default: all]
    #[arg(long, value_name = "PROJECT", value_delimiter = ',')]
    pub(super) project: Vec<String>,
    /// Only this category
    #[arg(long, value_name = "CATEGORY")]
    pub(super) category: Option<String>,
    /// Only this difficulty
    #[arg(long, value_name = "DIFFICULTY")]
    pub(super) difficulty: Option<String>,
    /// How often each model does each project
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) repeat: u32,
    /// Who judges: BACKEND:MODEL [default: each model its own work]
    #[arg(long, value_name = "BACKEND:MODEL")]
    pub(super) judge: Option<String>,
    /// Who triages: BACKEND:MODEL [default: each model for itself]
    #[arg(long, value_name = "BACKEND:MODEL")]
    pub(super) triage: Option<String>,
    /// How often each answer is judged
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) judge_repeats: u32,
    /// The longest answer, in tokens
    #[arg(long, value_name = "N")]
    pub(super) max_output_tokens: Option<u32>,
    /// The temperature [default: the provider's]
    #[arg(long, value_name = "T")]
    pub(super) temperature: Option<f64>,
    /// The records' tag
    #[arg(long, value_name = "TEXT")]
    pub(super) tag: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum WorkflowName {
    Simple,
    Reviewed,
    Triaged,
}

impl From<WorkflowName> for Workflow {
    fn from(name: WorkflowName) -> Self {
        match name {
            WorkflowName::Simple => Workflow::Simple,
            WorkflowName::Reviewed => Workflow::Reviewed,
            WorkflowName::Triaged => Workflow::Triaged,
        }
    }
}

impl Asked {
    /// The runners that the plan needs, and the plan.
    pub(super) fn plan(&self, settings: &Bench, suite: &Suite, around: &Surroundings) -> Result<(Vec<Runner>, Plan)> {
        let mut names = match self.backend.as_slice() {
            [] => settings.backends.iter().map(|backend| backend.name.clone()).collect(),
            names => names.to_vec(),
        };
        if names.is_empty() {
            bail!("no backend is named; pass --backend NAME, or set [[bench.backends]] in merit.toml");
        }
        let called = names.len();
        for other in [&self.judge, &self.triage].into_iter().flatten() {
            let (backend, _) = split(other)?;
            if !names.iter().any(|name| name == backend) {
                names.push(backend.to_string());
            }
        }
        let mut backends = settings.named(&names);
        if !self.model.is_empty() {
            backends[..called].iter_mut().for_each(|backend| backend.models.clone_from(&self.model));
        }
        for other in [&self.judge, &self.triage].into_iter().flatten() {
            let (name, model) = split(other)?;
            let unset = backends.iter_mut().find(|backend| backend.name == name && backend.models.is_empty());
            if let Some(backend) = unset {
                backend.models.push(model.to_string());
            }
        }
        if let Some(backend) = backends.iter().find(|backend| backend.models.is_empty()) {
            bail!(
                "the backend \"{0}\" has no models; pass --model, or set models = [\"…\"] in its [[bench.backends]]",
                backend.name
            );
        }
        let runners = open(&backends, around)?;
        let mut targets = Vec::new();
        for runner in &runners[..called] {
            targets.extend(runner.models().iter().map(|model| Target::of(runner, model)));
        }
        let mut plan = Plan::new(targets, self.projects(suite)?, self.workflow.into());
        let target = |text: &Option<String>| -> Result<Option<Target>> {
            let Some(text) = text else { return Ok(None) };
            let (backend, model) = split(text)?;
            Ok(runners.iter().find(|runner| runner.name() == backend).map(|runner| Target::of(runner, model)))
        };
        (plan.judge, plan.triage) = (target(&self.judge)?, target(&self.triage)?);
        (plan.repeats, plan.judge_repeats) = (self.repeat, self.judge_repeats);
        plan.max_output_tokens = self.max_output_tokens.unwrap_or(plan.max_output_tokens);
        (plan.temperature, plan.tag) = (self.temperature, self.tag.clone());
        Ok((runners, plan))
    }

    fn projects<'s>(&self, suite: &'s Suite) -> Result<Vec<&'s Project>> {
        let kinds: Vec<String> = self.category.iter().chain(&self.difficulty).cloned().collect();
        let filter = filter(&kinds)?;
        if let Some(stranger) = self.project.iter().find(|id| suite.project(id).is_none()) {
            bail!("no project is called \"{stranger}\"; `merit bench list` names them all");
        }
        let wanted = |project: &&Project| {
            filter.takes(project) && (self.project.is_empty() || self.project.contains(&project.id))
        };
        Ok(suite.projects().iter().filter(wanted).collect())
    }
}

fn split(text: &str) -> Result<(&str, &str)> {
    text.split_once(':').ok_or_else(|| anyhow::anyhow!("\"{text}\" is not BACKEND:MODEL"))
}

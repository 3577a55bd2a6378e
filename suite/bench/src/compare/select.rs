//! From a name to results: a run, run:model, a model, model@provider.

use std::collections::BTreeSet;
use std::path::Path;

use super::observation::{Observation, observations};
use crate::error::BenchError;
use crate::journal::{read_lines, runs_in};

/// How many known names a message tells.
const TOLD: usize = 12;

/// All results of a data folder.
#[derive(Debug)]
pub(super) struct Results {
    runs: BTreeSet<String>,
    observations: Vec<Observation>,
}

impl Results {
    /// Reads every journal, also of runs that are not done or under way.
    pub(super) fn read(data: &Path) -> Result<Self, BenchError> {
        let mut results = Self { runs: BTreeSet::new(), observations: Vec::new() };
        for folder in runs_in(data)? {
            let plan = folder.read_plan()?;
            let (state, _) = read_lines(&folder.journal())?;
            results.observations.extend(observations(&folder.run, &plan, &state));
            results.runs.insert(folder.run);
        }
        Ok(results)
    }

    /// What a name stands for. A run's name comes before a model's.
    pub(super) fn of(&self, name: &str) -> Result<Vec<&Observation>, BenchError> {
        let is_model = |task: &Observation, model: &str| task.target.model == model || task.target.name() == model;
        let of_run = name.split_once(':').filter(|(run, _)| self.runs.contains(*run));
        let takes = |task: &&Observation| match of_run {
            _ if self.runs.contains(name) => task.run == name,
            Some((run, model)) => task.run == run && is_model(task, model),
            None => is_model(task, name),
        };
        let found: Vec<&Observation> = self.observations.iter().filter(takes).collect();
        if found.is_empty() {
            return Err(BenchError::NoResults { name: name.to_owned(), known: self.known() });
        }
        Ok(found)
    }

    fn known(&self) -> String {
        let models: BTreeSet<String> = self.observations.iter().map(|task| task.target.model.clone()).collect();
        let mut names: Vec<String> = self.runs.iter().cloned().chain(models).collect();
        let more = names.len().saturating_sub(TOLD);
        names.truncate(TOLD);
        if more > 0 {
            names.push(format!("and {more} more"));
        }
        if names.is_empty() { "nothing, no run has results yet".to_owned() } else { names.join(", ") }
    }
}

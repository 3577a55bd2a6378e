//! The order of the jobs, derived from what they read.

use std::collections::{BTreeMap, BTreeSet};

use super::AnalyzeError;
use super::job::{Job, Layer};
use crate::queries::QueryFile;

/// The tables that are there before any job runs.
pub const BASE_TABLES: &[&str] = &["call_log", "outcome_log", "price_list", "model_alias", "announced_models"];

/// The tables that are computed between the jobs, from the job [`COMPUTED_FROM`]: half-lives and changes of level.
pub const COMPUTED_TABLES: &[&str] = &["half_lives", "changes", "arm_changes"];
/// The job that the computed tables are computed from.
pub const COMPUTED_FROM: &str = "histories";

/// All jobs by name, and the order to run them in.
#[derive(Clone, Debug)]
pub struct Graph {
    jobs: BTreeMap<String, Job>,
    order: Vec<String>,
}

impl Graph {
    /// Reads every job and orders them: inputs first, ties by name.
    ///
    /// # Errors
    /// What [`Job::read`] says; [`AnalyzeError::Graph`] for a name used twice, an input that no job makes, a check
    /// that is not there, or a circle.
    pub fn read(queries: &BTreeMap<String, QueryFile>) -> Result<Self, AnalyzeError> {
        let mut jobs: BTreeMap<String, Job> = BTreeMap::new();
        for file in queries.values() {
            let Some(job) = Job::read(file)? else { continue };
            if let Some(other) = jobs.get(&job.name) {
                let (one, two) = (&other.path, &job.path);
                return Err(AnalyzeError::Graph(format!("{one} and {two} have one name; rename one of them")));
            }
            jobs.insert(job.name.clone(), job);
        }
        for job in jobs.values() {
            for input in &job.inputs {
                let known = BASE_TABLES.contains(&input.as_str()) || COMPUTED_TABLES.contains(&input.as_str());
                if !jobs.contains_key(input) && !known {
                    let path = &job.path;
                    return Err(AnalyzeError::Graph(format!(
                        "{path} reads \"{input}\", which no job makes; correct the name"
                    )));
                }
            }
            for check in &job.checks {
                if jobs.get(&check.name).is_none_or(|found| found.layer != Layer::Check) {
                    let (path, name) = (&job.path, &check.name);
                    return Err(AnalyzeError::Graph(format!(
                        "{path} asks for the check \"{name}\"; add checks/{name}.sql"
                    )));
                }
            }
        }
        let order = order(&jobs)?;
        Ok(Self { jobs, order })
    }

    /// A job by name.
    pub fn job(&self, name: &str) -> Option<&Job> {
        self.jobs.get(name)
    }

    /// The jobs of a layer, inputs first.
    pub fn layer(&self, layer: Layer) -> impl Iterator<Item = &Job> {
        self.ordered().filter(move |job| job.layer == layer)
    }

    /// All jobs, inputs first.
    pub fn ordered(&self) -> impl Iterator<Item = &Job> {
        self.order.iter().filter_map(|name| self.jobs.get(name))
    }

    /// The SQL of a job and of all the jobs it reads, in order: what a fingerprint covers.
    pub fn sql_below(&self, name: &str) -> Vec<&str> {
        let mut wanted = BTreeSet::new();
        let mut open = vec![name];
        while let Some(name) = open.pop() {
            if let Some(job) = self.jobs.get(name).filter(|job| wanted.insert(job.name.as_str())) {
                open.extend(job.inputs.iter().map(String::as_str));
            }
        }
        self.ordered().filter(|job| wanted.contains(job.name.as_str())).map(|job| job.sql.as_str()).collect()
    }
}

fn order(jobs: &BTreeMap<String, Job>) -> Result<Vec<String>, AnalyzeError> {
    let mut order: Vec<String> = Vec::new();
    while order.len() < jobs.len() {
        let ready = jobs.values().find(|job| {
            let made = |input: &String| {
                let maker = if COMPUTED_TABLES.contains(&input.as_str()) { COMPUTED_FROM } else { input };
                !jobs.contains_key(maker) || order.iter().any(|done| done == maker)
            };
            !order.contains(&job.name) && job.inputs.iter().all(made)
        });
        match ready {
            Some(job) => order.push(job.name.clone()),
            None => {
                let left: Vec<&str> = jobs.keys().filter(|name| !order.contains(name)).map(String::as_str).collect();
                let circle = left.join(", ");
                return Err(AnalyzeError::Graph(format!("these jobs read each other in a circle: {circle}; break it")));
            }
        }
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queries(files: &[(&str, &str)]) -> BTreeMap<String, QueryFile> {
        let query = |(path, text): &(&str, &str)| {
            (path.to_string(), QueryFile { path: path.to_string(), text: text.to_string(), overridden_by: None })
        };
        files.iter().map(query).collect()
    }

    #[test]
    fn the_embedded_jobs_have_an_order_with_inputs_first() {
        let graph = Graph::read(&crate::queries::load(None).expect("embedded")).expect("ordered");
        let names: Vec<&str> = graph.ordered().map(|job| job.name.as_str()).collect();
        let place = |name| names.iter().position(|found| *found == name).expect("there");
        assert!(place("calls") < place("arms_daily") && place("arms_daily") < place("decayed_scores"));
        assert!(place("decayed_scores") < place("frontiers"));
        assert!(place("histories") < place("decayed_cells") && place("decayed_cells") < place("evidence"));
        assert!(graph.ordered().all(|job| !job.purpose.is_empty()), "every job says its purpose");
        assert_eq!(graph.sql_below("arms_daily").len(), 2, "the rollup and its staging");
    }

    #[test]
    fn circles_strangers_and_namesakes_are_refused() {
        let refused = |files| Graph::read(&queries(files)).expect_err("refused").to_string();
        assert!(
            refused(&[("marts/a.sql", "SELECT * FROM b"), ("marts/b.sql", "SELECT * FROM a")]).contains("circle: a, b")
        );
        assert!(refused(&[("marts/a.sql", "SELECT * FROM callz")]).contains("reads \"callz\""));
        assert!(refused(&[("marts/a.sql", "SELECT 1"), ("rollups/a.sql", "SELECT 1")]).contains("one name"));
    }
}

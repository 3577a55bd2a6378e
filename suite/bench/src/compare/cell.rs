//! The figures of one side.

use std::collections::BTreeMap;

use serde::Serialize;

use super::observation::Observation;
use super::statistics::{mean, median};

/// The figures of one side over some projects.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Cell {
    /// Tasks whose work is settled.
    pub tasks: usize,
    /// Those of them that were answered, and so have a score.
    pub scored: usize,
    /// The mean over projects of their mean computed scores, 0 to 10; failed work has none and is in `success` alone.
    pub score: Option<f64>,
    /// The share of tasks that were answered.
    pub success: Option<f64>,
    /// The median cost of the work, US dollars.
    pub median_cost_usd: Option<f64>,
    /// The median latency of answered work, milliseconds.
    pub median_latency_ms: Option<f64>,
}

impl Cell {
    pub(crate) fn of(observations: &[&Observation]) -> Self {
        let scores: Vec<f64> = project_scores(observations).into_values().collect();
        let (tasks, scored) = (observations.len(), observations.iter().filter(|task| task.score.is_some()).count());
        let answered = observations.iter().filter(|task| task.success).count();
        Self {
            tasks,
            scored,
            score: mean(&scores),
            success: (tasks > 0).then(|| answered as f64 / tasks as f64),
            median_cost_usd: median(observations.iter().filter_map(|task| task.cost_usd)),
            median_latency_ms: median(observations.iter().filter_map(|task| task.latency_ms)),
        }
    }
}

/// A project in one of its versions.
pub(super) type ProjectKey = (String, u32);

/// The mean computed score of each project that has any.
pub(super) fn project_scores(observations: &[&Observation]) -> BTreeMap<ProjectKey, f64> {
    let mut scores: BTreeMap<ProjectKey, Vec<f64>> = BTreeMap::new();
    for task in observations {
        if let Some(score) = task.score {
            scores.entry((task.project.clone(), task.version)).or_default().push(score);
        }
    }
    scores.into_iter().filter_map(|(project, scores)| Some((project, mean(&scores)?))).collect()
}

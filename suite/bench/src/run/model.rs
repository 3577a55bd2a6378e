//! What a model came to in a run.

use serde::Serialize;

use crate::compare::{Cell, Observation};
use crate::plan::Target;

/// What a model came to in a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Model {
    /// The model at its backend.
    pub target: Target,
    /// Its figures over all projects.
    pub figures: Cell,
    /// What its tasks cost with all their calls, as far as known, US dollars.
    pub cost_usd: f64,
}

impl Model {
    pub(super) fn of(target: &Target, observations: &[&Observation]) -> Self {
        let cost_usd = observations.iter().filter_map(|observation| observation.task_cost_usd).sum();
        Self { target: target.clone(), figures: Cell::of(observations), cost_usd }
    }
}

//! What a run came to.

use serde::Serialize;

use super::model::Model;
use super::stop::Stop;
use crate::compare::{JudgeNoise, Observation, observations};
use crate::journal::State;
use crate::plan::{Plan, Step};
use crate::record::Delivered;

/// What a run came to, all that was done before included.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The run's name.
    pub run: String,
    /// Why it ended early; None: it is done.
    pub stop: Option<Stop>,
    /// Calls that are settled.
    pub settled: usize,
    /// Of them, those that gave no answer.
    pub failed: usize,
    /// All calls of the plan.
    pub calls: usize,
    /// What counts towards a cap, US dollars: known costs, and for calls of unknown cost what they may have cost.
    pub spent_usd: f64,
    /// Each model's figures.
    pub models: Vec<Model>,
    /// How far judges agree, with themselves and with the computed scores; None where nobody judged.
    pub judge: Option<JudgeNoise>,
    /// What is wrong with checks, for their authors: project, check, defect.
    pub defects: Vec<(String, String, String)>,
    /// What was handed over to merit's inbox: now it can be analyzed.
    pub delivered: Option<Delivered>,
}

impl Report {
    pub(super) fn of(run: &str, plan: &Plan, state: &State, stop: Option<Stop>, delivered: Option<Delivered>) -> Self {
        let tasks = plan.tasks(run);
        let calls = tasks.iter().flat_map(|task| task.steps.iter().filter_map(|step| state.call(&task.id, *step)));
        let (settled, failed) =
            calls.fold((0, 0), |(settled, failed), call| (settled + 1, failed + usize::from(call.text.is_none())));
        let mut defects = Vec::new();
        for task in tasks.iter().filter(|task| state.call(&task.id, Step::WORK).is_some()) {
            for check in state.grade(&task.id).iter().flat_map(|grade| &grade.checks) {
                let defect = check.defect.clone().map(|defect| (task.project.id.clone(), check.name.clone(), defect));
                defects.extend(defect.filter(|defect| !defects.contains(defect)));
            }
        }
        let observations = observations(run, plan, state);
        let of = |target| -> Vec<&Observation> {
            observations.iter().filter(|observation| &observation.target == target).collect()
        };
        Self {
            run: run.to_owned(),
            stop,
            settled,
            failed,
            calls: plan.calls(),
            spent_usd: state.spent_usd,
            models: plan.targets.iter().map(|target| Model::of(target, &of(target))).collect(),
            judge: JudgeNoise::of(&observations.iter().collect::<Vec<_>>()),
            defects,
            delivered,
        }
    }
}

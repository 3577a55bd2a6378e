//! Tasks × models: who did what.

use std::collections::BTreeSet;

use super::error::ReplayError;
use super::outcome::Outcome;
use crate::segment::Segment;

/// A model that is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReplayModel {
    /// Its id.
    pub name: String,
    /// Who serves it.
    pub provider: String,
}

/// One task.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Its id.
    pub id: String,
    /// The kind of work (no `*`).
    pub segment: Segment,
    /// What each model did, by its position; none where it did not run the task.
    pub outcomes: Vec<Option<Outcome>>,
}

/// A task × model matrix, models by id and tasks by id, whatever order they came in.
///
/// ```
/// use merit::evaluate::replay::{Matrix, Outcome, ReplayModel, Task};
/// use merit::segment::Segment;
/// let model = |name: &str| ReplayModel { name: name.into(), provider: "acme".into() };
/// let answer = |score: f64| Some(Outcome::once(true, Some(score), Some(0.01)));
/// let task = |id: &str, outcomes| Task { id: id.into(), segment: Segment::new("unknown", "maths", "unknown"), outcomes };
/// let matrix = Matrix::new(
///     vec![model("small"), model("large")],
///     vec![task("2", vec![answer(0.4), answer(0.9)]), task("1", vec![None, answer(0.8)])],
/// )?;
/// assert_eq!((matrix.models()[0].name.as_str(), matrix.tasks()[0].id.as_str()), ("large", "1"));
/// assert_eq!(matrix.with_coverage(0.75).models().len(), 1); // small ran half of the tasks
/// # Ok::<(), merit::evaluate::replay::ReplayError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    models: Vec<ReplayModel>,
    tasks: Vec<Task>,
    scored: bool,
}

impl Matrix {
    /// A matrix of these models, every task with an outcome (or none) for each in the same order.
    ///
    /// # Errors
    /// No model or no task, ids given twice, rows of another length, back-off segments, outcomes that no runs can have.
    pub fn new(models: Vec<ReplayModel>, tasks: Vec<Task>) -> Result<Self, ReplayError> {
        let fail = |problem: String| Err(ReplayError::Matrix { problem });
        if models.is_empty() || tasks.is_empty() {
            return fail("there is no model or no task; give rows of (task, model, outcome)".into());
        }
        let mut order: Vec<usize> = (0..models.len()).collect();
        order.sort_by(|&one, &other| models[one].name.cmp(&models[other].name));
        if let Some(pair) = order.windows(2).find(|pair| models[pair[0]].name == models[pair[1]].name) {
            return fail(format!("the model {} is given twice; give each once", models[pair[0]].name));
        }
        for task in &tasks {
            if task.outcomes.len() != models.len() {
                let (found, wanted) = (task.outcomes.len(), models.len());
                return fail(format!("task {} has {found} outcomes for {wanted} models; give one each", task.id));
            }
            if task.segment.is_back_off() {
                return fail(format!("task {} is in {}; `*` is no name of a kind of work", task.id, task.segment));
            }
            for (model, outcome) in models.iter().zip(&task.outcomes) {
                if let Some(problem) = outcome.as_ref().and_then(Outcome::problem) {
                    return Err(ReplayError::Outcome { task: task.id.clone(), model: model.name.clone(), problem });
                }
            }
        }
        let mut tasks: Vec<Task> = tasks
            .into_iter()
            .map(|task| Task { outcomes: order.iter().map(|&place| task.outcomes[place]).collect(), ..task })
            .collect();
        tasks.sort_by(|one, other| one.id.cmp(&other.id));
        if let Some(pair) = tasks.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return fail(format!("the task {} is given twice; add up its runs", pair[0].id));
        }
        let models = order.into_iter().map(|place| models[place].clone()).collect();
        Ok(Self::sorted(models, tasks))
    }

    fn sorted(models: Vec<ReplayModel>, tasks: Vec<Task>) -> Self {
        let scored = tasks.iter().flat_map(|task| task.outcomes.iter().flatten()).any(|outcome| outcome.scored > 0);
        Self { models, tasks, scored }
    }

    /// The models, by id.
    pub fn models(&self) -> &[ReplayModel] {
        &self.models
    }

    /// The tasks, by id.
    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    /// The position of a model.
    ///
    /// # Errors
    /// The model is not in the matrix.
    pub fn model(&self, name: &str) -> Result<usize, ReplayError> {
        self.models.binary_search_by(|model| model.name.as_str().cmp(name)).map_err(|_| ReplayError::UnknownModel {
            model: name.into(),
            known: self.models.iter().map(|model| model.name.as_str()).collect::<Vec<_>>().join(", "),
        })
    }

    /// The matrix of the models that ran at least this share of the tasks; tasks without a model left are dropped.
    pub fn with_coverage(&self, share: f64) -> Self {
        let ran = |model: usize| self.tasks.iter().filter(|task| task.outcomes[model].is_some()).count();
        let enough = |model: &usize| ran(*model) as f64 >= share * self.tasks.len() as f64;
        self.with(&(0..self.models.len()).filter(enough).collect::<Vec<_>>())
    }

    /// The matrix of the models whose cost is known for at least this share of the tasks they ran: what the others would
    /// have cost no replay can tell. Tasks without a model left are dropped.
    pub fn with_costs(&self, share: f64) -> Self {
        let enough = |model: &usize| {
            let outcomes = || self.tasks.iter().filter_map(|task| task.outcomes[*model].as_ref());
            let costed = outcomes().filter(|outcome| outcome.costed > 0).count();
            costed as f64 >= share * outcomes().count() as f64
        };
        self.with(&(0..self.models.len()).filter(enough).collect::<Vec<_>>())
    }

    /// The matrix of the models with these names; tasks without a model left are dropped.
    ///
    /// # Errors
    /// One of them is not in the matrix.
    pub fn with_models(&self, names: &[String]) -> Result<Self, ReplayError> {
        let places: BTreeSet<usize> = names.iter().map(|name| self.model(name)).collect::<Result<_, _>>()?;
        Ok(self.with(&places.into_iter().collect::<Vec<_>>()))
    }

    /// The matrix of the models at these positions, in rising order.
    pub(super) fn with(&self, models: &[usize]) -> Self {
        let cut = |task: &Task| Task {
            id: task.id.clone(),
            segment: task.segment.clone(),
            outcomes: models.iter().map(|&model| task.outcomes[model]).collect(),
        };
        let tasks = self.tasks.iter().map(cut).filter(|task| task.outcomes.iter().any(Option::is_some));
        Self::sorted(models.iter().map(|&model| self.models[model].clone()).collect(), tasks.collect())
    }

    /// What a model's answer to a task was worth; none where it did not run it or nobody scored it. In a matrix without
    /// any score a success is worth 1.
    pub(super) fn value(&self, task: usize, model: usize) -> Option<f64> {
        let outcome = self.tasks[task].outcomes[model].as_ref()?;
        if self.scored { outcome.value() } else { Some(outcome.success()) }
    }

    /// The outcome as one success whose score is its value; a success without a score stays one.
    pub(super) fn read_as_value(&self, outcome: &Outcome) -> Outcome {
        let value = if self.scored { outcome.value() } else { Some(outcome.success()) };
        Outcome::once(true, value, outcome.cost_usd())
    }

    /// The share of a model's runs of a task that succeeded; 0 where it did not run it.
    pub(super) fn success(&self, task: usize, model: usize) -> f64 {
        self.tasks[task].outcomes[model].map_or(0.0, |outcome| outcome.success())
    }

    /// What a model's answer to a task cost, in dollars, where known.
    pub(super) fn cost(&self, task: usize, model: usize) -> Option<f64> {
        self.tasks[task].outcomes[model].and_then(|outcome| outcome.cost_usd())
    }

    /// Whether the worth of every model's answer to a task is known.
    pub(super) fn is_complete(&self, task: usize) -> bool {
        (0..self.models.len()).all(|model| self.value(task, model).is_some())
    }

    /// The segments of these tasks, sorted.
    pub(super) fn segments(&self, tasks: &[usize]) -> BTreeSet<&Segment> {
        tasks.iter().map(|&task| &self.tasks[task].segment).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(name: &str) -> ReplayModel {
        ReplayModel { name: name.into(), provider: "acme".into() }
    }

    fn task(id: &str, outcomes: Vec<Option<Outcome>>) -> Task {
        Task { id: id.into(), segment: Segment::new("r", "c", "d"), outcomes }
    }

    fn answer(score: f64) -> Option<Outcome> {
        Some(Outcome::once(true, Some(score), None))
    }

    #[test]
    fn order_does_not_matter() {
        let one = Matrix::new(
            vec![model("a"), model("b")],
            vec![task("1", vec![answer(0.1), answer(0.2)]), task("2", vec![answer(0.3), None])],
        );
        let other = Matrix::new(
            vec![model("b"), model("a")],
            vec![task("2", vec![None, answer(0.3)]), task("1", vec![answer(0.2), answer(0.1)])],
        );
        assert_eq!(one, other);
        let matrix = one.expect("valid");
        assert_eq!((matrix.model("b"), matrix.is_complete(0), matrix.is_complete(1)), (Ok(1), true, false));
        assert!(matrix.model("c").expect_err("unknown").to_string().contains("the models are: a, b"));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let two = || vec![model("a"), model("b")];
        let back_off = Task { segment: Segment::new("r", "*", "d"), ..task("1", vec![None, None]) };
        for (models, tasks, word) in [
            (vec![], vec![task("1", vec![])], "no model"),
            (two(), vec![], "no task"),
            (vec![model("a"), model("a")], vec![task("1", vec![None, None])], "model a is given twice"),
            (two(), vec![task("1", vec![None])], "1 outcomes for 2 models"),
            (two(), vec![back_off], "`*`"),
            (two(), vec![task("1", vec![None, None]), task("1", vec![None, None])], "task 1 is given twice"),
            (two(), vec![task("1", vec![answer(2.0), None])], "a on task 1"),
        ] {
            let problem = Matrix::new(models, tasks).expect_err("a problem").to_string();
            assert!(problem.contains(word), "{problem}");
        }
    }

    #[test]
    fn without_any_score_a_success_is_worth_one() {
        let ran = |succeeded| Some(Outcome::once(succeeded, None, None));
        let matrix = Matrix::new(vec![model("a"), model("b")], vec![task("1", vec![ran(true), ran(false)])]);
        let matrix = matrix.expect("valid");
        assert_eq!((matrix.value(0, 0), matrix.value(0, 1)), (Some(1.0), Some(0.0)));
    }
}

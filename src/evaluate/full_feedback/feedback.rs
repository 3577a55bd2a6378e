//! Attempts put together: tasks × models, and what was left out.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::attempts::{Attempt, Attempts};
use super::error::FullFeedbackError;
use crate::evaluate::replay::{Matrix, Outcome, ReplayModel, Task};
use crate::segment::Segment;

/// What is not in the matrix, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Calls that name no task.
    pub calls_without_task: u64,
    /// Attempts after another one's failure.
    pub later_attempts: u64,
    /// Tasks that one model alone ran.
    pub tasks_of_one_model: u64,
    /// Tasks to build on that are tested, and so not built on.
    pub build_tasks_tested: u64,
    /// Tasks that none of the compared models ran.
    pub tasks_without_models: u64,
    /// Models that ran too few of the tasks.
    pub models_of_few_tasks: Vec<String>,
    /// Models whose cost is known too rarely for a budget.
    pub models_without_costs: Vec<String>,
}

/// The tasks that several models ran.
#[derive(Clone, Debug, PartialEq)]
pub struct FullFeedback {
    /// Tasks × models.
    pub matrix: Matrix,
    /// The ids of the tasks that are tested, where they are given.
    pub test: Option<BTreeSet<String>>,
    /// What is not in it.
    pub left_out: LeftOut,
}

type Answers = BTreeMap<String, Outcome>;

impl FullFeedback {
    /// Puts attempts together; with `test`, those are tested by a table built on the others.
    ///
    /// A task to build on whose id is among those tested is left out. An id that is used for several kinds of work is
    /// a task each, called `id (role / category / difficulty)`.
    ///
    /// # Errors
    /// No task that two models ran, sums that no runs can have.
    ///
    /// ```
    /// use merit::evaluate::full_feedback::{Attempt, Attempts, FullFeedback};
    /// use merit::evaluate::replay::{Outcome, ReplayModel};
    /// use merit::segment::Segment;
    /// let attempt = |task: &str, model: &str| Attempt {
    ///     task: task.into(),
    ///     segment: Segment::new("executor", "maths", "beginner"),
    ///     model: ReplayModel { name: model.into(), provider: "acme".into() },
    ///     outcome: Outcome::once(true, Some(0.8), None),
    /// };
    /// let rows = vec![attempt("1", "small"), attempt("1", "large"), attempt("2", "large")];
    /// let found = FullFeedback::new(Attempts { rows, ..Attempts::default() }, None)?;
    /// assert_eq!((found.matrix.tasks().len(), found.left_out.tasks_of_one_model), (1, 1));
    /// # Ok::<(), merit::evaluate::full_feedback::FullFeedbackError>(())
    /// ```
    pub fn new(build: Attempts, test: Option<Attempts>) -> Result<Self, FullFeedbackError> {
        let mut left_out =
            LeftOut { calls_without_task: build.without_task, later_attempts: build.later, ..LeftOut::default() };
        let mut rows = build.rows;
        let mut tested = BTreeSet::new();
        if let Some(test) = &test {
            tested.extend(test.rows.iter().map(|row| row.task.clone()));
            left_out.calls_without_task += test.without_task;
            left_out.later_attempts += test.later;
            let key = |row: &&Attempt| (row.task.clone(), row.segment.clone());
            let both: BTreeSet<_> = rows.iter().filter(|row| tested.contains(&row.task)).map(|row| key(&row)).collect();
            left_out.build_tasks_tested = both.len() as u64;
            rows.retain(|row| !tested.contains(&row.task));
            rows.extend(test.rows.iter().cloned());
        }
        let (mut tasks, providers) = collected(rows);
        let read = tasks.len();
        tasks.retain(|_, answers| answers.len() > 1);
        if tasks.is_empty() {
            return Err(FullFeedbackError::NoFullFeedback { tasks: read });
        }
        left_out.tasks_of_one_model = (read - tasks.len()) as u64;
        let ran: BTreeSet<&String> = tasks.values().flat_map(BTreeMap::keys).collect();
        let models: Vec<ReplayModel> =
            ran.into_iter().map(|name| ReplayModel { name: name.clone(), provider: providers[name].clone() }).collect();
        let (tasks, test_ids) = named(&tasks, &models, &tested);
        Ok(Self { matrix: Matrix::new(models, tasks)?, test: test.is_some().then_some(test_ids), left_out })
    }
}

/// The answers by task and arm, and the provider of each arm.
fn collected(rows: Vec<Attempt>) -> (BTreeMap<(String, Segment), Answers>, BTreeMap<String, String>) {
    let mut tasks: BTreeMap<(String, Segment), Answers> = BTreeMap::new();
    let mut providers = BTreeMap::new();
    for row in rows {
        providers.entry(row.model.name.clone()).or_insert(row.model.provider);
        tasks.entry((row.task, row.segment)).or_default().entry(row.model.name).or_default().add(row.outcome);
    }
    (tasks, providers)
}

/// The tasks under ids of their own, and the ids of the tested ones.
fn named(
    tasks: &BTreeMap<(String, Segment), Answers>,
    models: &[ReplayModel],
    tested: &BTreeSet<String>,
) -> (Vec<Task>, BTreeSet<String>) {
    let mut kinds: BTreeMap<&String, usize> = BTreeMap::new();
    tasks.keys().for_each(|(id, _)| *kinds.entry(id).or_default() += 1);
    let mut test_ids = BTreeSet::new();
    let task = |((task, segment), answers): (&(String, Segment), &Answers)| {
        let id = if kinds[task] > 1 { format!("{task} ({segment})") } else { task.clone() };
        if tested.contains(task) {
            test_ids.insert(id.clone());
        }
        let outcomes = models.iter().map(|model| answers.get(&model.name).copied()).collect();
        Task { id, segment: segment.clone(), outcomes }
    };
    let tasks = tasks.iter().map(task).collect();
    (tasks, test_ids)
}

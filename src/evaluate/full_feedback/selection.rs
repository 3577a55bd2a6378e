//! Which models a replay compares.

use super::error::FullFeedbackError;
use super::feedback::{FullFeedback, LeftOut};
use crate::evaluate::replay::{Matrix, Task};

/// The least share of a model's tasks with a known cost, where a budget is to be kept.
const COSTED: f64 = 0.9;

/// Which models a replay compares; by default those that ran nine tasks of ten.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// These alone; empty: all.
    pub models: Vec<String>,
    /// The least share of the tasks that a model must have run, of the build part and of a given test part alike.
    pub coverage: f64,
    /// Whether a model's cost must be known (for 90 % of the tasks it ran): what others would have cost no replay can tell.
    pub costed: bool,
}

impl Default for Selection {
    fn default() -> Self {
        Self { models: Vec::new(), coverage: 0.9, costed: false }
    }
}

impl Selection {
    /// The tasks with these models' answers alone; who is left out is said.
    ///
    /// # Errors
    /// A model that ran no task; no model that is left.
    pub fn of(&self, feedback: &FullFeedback) -> Result<FullFeedback, FullFeedbackError> {
        let mut left_out = feedback.left_out.clone();
        let mut matrix = feedback.matrix.clone();
        if !self.models.is_empty() {
            matrix = matrix.with_models(&self.models)?;
        }
        let covered = matrix.with_models(&self.covered(&matrix, feedback))?;
        left_out.models_of_few_tasks = missing(&matrix, &covered);
        let costed = if self.costed { covered.with_costs(COSTED) } else { covered.clone() };
        left_out.models_without_costs = missing(&covered, &costed);
        left_out.tasks_without_models = (feedback.matrix.tasks().len() - costed.tasks().len()) as u64;
        Ok(FullFeedback { matrix: costed, test: feedback.test.clone(), left_out })
    }

    /// The models that ran enough of the tasks on either side of a given test set.
    fn covered(&self, matrix: &Matrix, feedback: &FullFeedback) -> Vec<String> {
        let is_test = |task: &&Task| feedback.test.as_ref().is_some_and(|test| test.contains(&task.id));
        let (tested, built): (Vec<&Task>, Vec<&Task>) = matrix.tasks().iter().partition(is_test);
        let enough = |tasks: &[&Task], model: usize| {
            let ran = tasks.iter().filter(|task| task.outcomes[model].is_some()).count();
            ran as f64 >= self.coverage * tasks.len() as f64
        };
        let models = matrix.models().iter().enumerate();
        let covered = models.filter(|(place, _)| enough(&built, *place) && enough(&tested, *place));
        covered.map(|(_, model)| model.name.clone()).collect()
    }
}

fn missing(before: &Matrix, after: &Matrix) -> Vec<String> {
    let gone = before.models().iter().filter(|model| after.model(&model.name).is_err());
    gone.map(|model| model.name.clone()).collect()
}

impl LeftOut {
    /// Whether nothing is left out.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

//! The triage: what kind of work a task is, and how hard.

use merit_backends::Request;
use merit_grade::Project;
use merit_grade::project::{Category, Difficulty};
use serde::Deserialize;

use super::SHORT_ANSWER_TOKENS;
use super::json::object_in;

/// What a triage says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct TriageAnswer {
    /// The kind of work.
    pub category: Category,
    /// How hard it is.
    pub difficulty: Difficulty,
}

/// Who computes the score of a triage, in the call record's `judge`.
pub(crate) const LABELS: &str = "merit-bench labels 1";

impl TriageAnswer {
    /// From 0 to 10: 5 for the right category; 5 for the right difficulty, 2.5 for one next to it.
    pub fn score(&self, category: Category, difficulty: Difficulty) -> f64 {
        let of_category = if self.category == category { 5.0 } else { 0.0 };
        let of_difficulty = match (self.difficulty as i8 - difficulty as i8).abs() {
            0 => 5.0,
            1 => 2.5,
            _ => 0.0,
        };
        of_category + of_difficulty
    }
}

/// Asks for the labels of a task.
pub(crate) fn triage_request(project: &Project, model: &str) -> Request {
    let system = format!(
        "Task: {} (triage). You sort tasks of a software team; you do not do them. category is one of code_generation (new \
         code), code_review (finding faults), debugging (repairing code), documentation (text or tests about code), \
         architecture (a design), system (shell, logs, configuration), triage (labelling tickets). difficulty is one of \
         beginner (a small model does most of it), intermediate, advanced (the best models fall short). Answer with one \
         JSON object alone: {{\"category\": \"debugging\", \"difficulty\": \"beginner\"}}",
        project.id
    );
    let prompt = format!("{}\n\nSort this task; do not do it. One JSON object alone.", project.prompt_text());
    let request = Request::new(model, prompt);
    Request { system: Some(system), max_output_tokens: SHORT_ANSWER_TOKENS, ..request }
}

/// Reads a triage's answer: the JSON object it ends with.
///
/// # Errors
/// A sentence, where there is no object or a label is none of the known ones.
pub fn read_triage(answer: &str) -> Result<TriageAnswer, String> {
    object_in(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_and_scored() {
        let said =
            read_triage("```json\n{\"category\": \"code_review\", \"difficulty\": \"advanced\"}\n```").expect("labels");
        assert_eq!(said.score(Category::CodeReview, Difficulty::Advanced), 10.0);
        assert_eq!(said.score(Category::CodeReview, Difficulty::Intermediate), 7.5);
        assert_eq!(said.score(Category::System, Difficulty::Beginner), 0.0);
        assert!(read_triage("{\"category\": \"review\", \"difficulty\": \"advanced\"}").is_err());
        assert!(read_triage("code_review, advanced").is_err());
    }
}

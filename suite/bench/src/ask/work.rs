//! The work: a project as a model is given it.

use merit_backends::Request;
use merit_grade::Project;

/// The project's own prompt and files.
pub(crate) fn work_request(project: &Project, model: &str, max_output_tokens: u32) -> Request {
    let (id, role) = (&project.id, project.role.name());
    let system = format!(
        "Task: {id} ({role}). Do the whole task in one answer: nobody can answer questions, and no tools are at hand."
    );
    let request = Request::new(model, project.prompt_text());
    Request { system: Some(system), max_output_tokens, ..request }
}

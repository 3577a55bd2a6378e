//! A project of the suite: what a model is asked, and how its answer is graded.

mod error;
mod files;
mod manifest;
mod proof;
mod suite;

use std::fmt;

pub use error::SuiteError;
pub use files::FileSet;
pub use manifest::{Category, Difficulty, Limits, Program, Role};
pub use proof::{Expected, Proof};
pub use suite::Suite;

use crate::answer::fence_for;
use crate::check::{self, Check};
use manifest::Manifest;

/// One project, read and checked.
#[derive(Clone)]
pub struct Project {
    /// The folder's name.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The kind of work.
    pub category: Category,
    /// How hard it is.
    pub difficulty: Difficulty,
    /// Who asks.
    pub role: Role,
    /// Grows with every change that may change a score.
    pub version: u32,
    /// The files that the answer must bring; none where the text itself is graded.
    pub answer: Vec<String>,
    /// Programs that the grader runs.
    pub needs: Vec<Program>,
    /// What a started program may use.
    pub limits: Limits,
    pub(crate) checks: Vec<Check>,
    files: FileSet,
}

impl fmt::Debug for Project {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Project").field("id", &self.id).field("version", &self.version).finish_non_exhaustive()
    }
}

impl Project {
    /// Reads the files of the project's folder `id`.
    ///
    /// # Errors
    /// [`SuiteError::Invalid`] with the file and the key, where the files do not follow the format.
    pub fn read(id: &str, files: FileSet) -> Result<Self, SuiteError> {
        let invalid = |file: &str, problem: String| SuiteError::Invalid {
            project: id.into(),
            file: file.into(),
            problem: problem.trim().into(),
        };
        let in_manifest = |problem: String| invalid("project.toml", problem);
        let text = files.text("project.toml").map_err(in_manifest)?;
        let manifest: Manifest = toml::from_str(text).map_err(|error| in_manifest(error.to_string()))?;
        let prompt = files.text("prompt.md").map_err(|problem| invalid("prompt.md", problem))?;
        if prompt.trim().is_empty() {
            return Err(invalid("prompt.md", "is empty; it must say what is asked".into()));
        }
        if let Some(problem) = manifest_fault(id, &manifest) {
            return Err(in_manifest(problem));
        }
        for (path, bytes) in files.below("given") {
            if std::str::from_utf8(bytes).is_err() {
                return Err(invalid(&format!("given/{path}"), "is not UTF-8; a model is shown text alone".into()));
            }
        }
        let place = check::Place { files: &files, answer: &manifest.answer, needs: &manifest.needs };
        let checks = check::read(&manifest.check, &place).map_err(|fault| invalid(&fault.file, fault.problem))?;
        Ok(Self {
            id: manifest.id,
            title: manifest.title,
            category: manifest.category,
            difficulty: manifest.difficulty,
            role: manifest.role,
            version: manifest.version,
            answer: manifest.answer,
            needs: manifest.needs,
            limits: manifest.limits,
            checks,
            files,
        })
    }

    /// What a model is sent: the prompt, then every given file in a fenced block under its path.
    pub fn prompt_text(&self) -> String {
        let mut text = self.files.text("prompt.md").expect("read with the project").trim_end().to_string();
        text.push('\n');
        for (path, content) in self.given() {
            let fence = fence_for(content);
            let language = path.rsplit_once('.').map_or("text", |(_, extension)| extension);
            let end = if content.ends_with('\n') || content.is_empty() { "" } else { "\n" };
            text.push_str(&format!("\n`{path}`\n\n{fence}{language}\n{content}{end}{fence}\n"));
        }
        text
    }

    /// The given files by their path below `given/`, which is their path in the scratch folder too.
    pub fn given(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .below("given")
            .map(|(path, bytes)| (path, std::str::from_utf8(bytes).expect("read with the project")))
    }

    /// All files of the project's folder.
    pub fn files(&self) -> &FileSet {
        &self.files
    }
}

fn manifest_fault(id: &str, manifest: &Manifest) -> Option<String> {
    let slug =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if manifest.id != id {
        return Some(format!("id is \"{}\"; it must be the folder's name, \"{id}\"", manifest.id));
    }
    if !slug(id) {
        return Some(format!("id is \"{id}\"; it may have small letters, digits and \"-\""));
    }
    if manifest.title.trim().is_empty() {
        return Some("title is empty".into());
    }
    if manifest.version == 0 {
        return Some("version is 0; it begins with 1".into());
    }
    if let Some(path) = manifest.answer.iter().find(|path| !is_plain_path(path)) {
        return Some(format!("answer names \"{path}\"; it must be a relative path without \"..\""));
    }
    if (manifest.category == Category::Triage) != (manifest.role == Role::Triage) {
        return Some("role must be \"triage\" where category is \"triage\", else \"executor\"".into());
    }
    manifest.limits.fault()
}

/// Whether a path is relative, stays where it is and fits into an archive's header.
pub(crate) fn is_plain_path(path: &str) -> bool {
    !path.is_empty()
        && path.len() <= 90
        && !path.contains(char::is_control)
        && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}

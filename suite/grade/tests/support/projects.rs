//! Projects and answers in text.

use merit_grade::project::FileSet;
use merit_grade::{Project, SuiteError};

/// A project of the id `p` from the manifest after its head, and files.
pub fn project(manifest: &str, files: &[(&str, &str)]) -> Result<Project, SuiteError> {
    let head = "id = \"p\"\ntitle = \"P\"\ncategory = \"debugging\"\ndifficulty = \"beginner\"\nrole = \"executor\"\nversion = 1\n";
    let own = [("project.toml", format!("{head}{manifest}")), ("prompt.md", "Do it.".to_string())];
    let rest = files.iter().map(|(path, text)| (*path, (*text).to_string()));
    Project::read(
        "p",
        FileSet::of(own.into_iter().chain(rest).map(|(path, text)| (path.to_string(), text.into_bytes()))),
    )
}

/// A sound project.
pub fn sound(manifest: &str, files: &[(&str, &str)]) -> Project {
    project(manifest, files).unwrap_or_else(|error| panic!("{error}"))
}

/// An answer that is one file.
pub fn block(language: &str, text: &str) -> String {
    format!("Here it is.\n\n```{language}\n{text}\n```\n")
}

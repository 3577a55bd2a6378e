//! The suite: all projects of a folder.

use std::fs;
use std::path::Path;

use include_dir::Dir;

use super::{FileSet, Project, SuiteError};

/// Projects in the order of their ids.
#[derive(Clone, Debug)]
pub struct Suite {
    projects: Vec<Project>,
}

impl Suite {
    /// The suite in a folder inside the binary, one folder a project.
    ///
    /// # Errors
    /// [`SuiteError`] of the first project that does not follow the format.
    pub fn embedded(folder: &Dir<'_>) -> Result<Self, SuiteError> {
        let named = folder.dirs().map(|inner| {
            let name = inner.path().file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            (name, FileSet::from_embedded(inner))
        });
        Self::of(named.collect())
    }

    /// The suite in a folder on disk, one folder a project; files beside the folders are no part of it.
    ///
    /// # Errors
    /// [`SuiteError`] where the folder cannot be read, or of the first project that does not follow the format.
    pub fn read(folder: &Path) -> Result<Self, SuiteError> {
        let unreadable = |source| SuiteError::Unreadable { path: folder.into(), source };
        let mut named = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.is_dir() {
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                named.push((name, FileSet::from_disk(&path)?));
            }
        }
        Self::of(named)
    }

    fn of(mut named: Vec<(String, FileSet)>) -> Result<Self, SuiteError> {
        named.sort_by(|a, b| a.0.cmp(&b.0));
        let projects = named.into_iter().map(|(id, files)| Project::read(&id, files)).collect::<Result<_, _>>()?;
        Ok(Self { projects })
    }

    /// All projects, by id.
    pub fn projects(&self) -> &[Project] {
        &self.projects
    }

    /// The project of an id.
    pub fn project(&self, id: &str) -> Option<&Project> {
        self.projects.iter().find(|project| project.id == id)
    }
}

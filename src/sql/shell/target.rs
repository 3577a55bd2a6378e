//! Where answers go: to the screen, or one after the other into a file.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::sql::SqlError;
use crate::sql::format::Format;

/// The screen, or a file that is made with its first answer.
#[derive(Debug, Default)]
pub(super) struct Target {
    path: Option<PathBuf>,
    file: Option<File>,
}

impl Target {
    /// A file in place of whatever was before; none is the screen.
    pub(super) fn new(path: Option<PathBuf>) -> Self {
        Self { path, file: None }
    }

    /// The file's path.
    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Refuses before the question is run what could not be written after it.
    ///
    /// # Errors
    /// [`SqlError::SecondAnswer`].
    pub(super) fn takes(&self, format: Format) -> Result<(), SqlError> {
        match (&self.path, &self.file) {
            (Some(path), Some(_)) if !format.is_continued() => {
                Err(SqlError::SecondAnswer { path: path.clone(), format: format.name() })
            }
            _ => Ok(()),
        }
    }

    /// Takes an answer; gives it back where it is for the screen.
    ///
    /// # Errors
    /// [`SqlError::File`].
    pub(super) fn take(&mut self, bytes: Vec<u8>) -> Result<Vec<u8>, SqlError> {
        let Some(path) = &self.path else { return Ok(bytes) };
        let failed = |source| SqlError::File { path: path.clone(), source };
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(File::create(path).map_err(failed)?),
        };
        file.write_all(&bytes).map_err(failed)?;
        Ok(Vec::new())
    }
}

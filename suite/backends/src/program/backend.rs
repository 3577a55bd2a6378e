//! A backend that runs a program.

use std::ffi::OsString;
use std::path::{self, PathBuf};
use std::time::Duration;

use super::dialect::Dialect;
use super::process::{Finished, Task, run};
use crate::answer::Answer;
use crate::backend::Backend;
use crate::cancel::Cancel;
use crate::error::{CallError, MALFORMED, PROGRAM};
use crate::request::Request;
use crate::secret::{Secret, find_key};
use crate::settings::KEY_VARIABLES;

/// A program, and the keys it can see.
pub(crate) struct ProgramBackend {
    dialect: Box<dyn Dialect>,
    program: PathBuf,
    /// The key it is given; None: it has its own login, or what the environment has.
    given: Option<Secret>,
    /// Every key it can see, to be taken out of what it prints.
    seen: Vec<Secret>,
}

impl ProgramBackend {
    pub(crate) fn new(
        dialect: Box<dyn Dialect>,
        program: PathBuf,
        given: Option<Secret>,
        variables: &dyn Fn(&str) -> Option<OsString>,
    ) -> Self {
        let own = dialect.key_variables().iter();
        let inherited = own.filter_map(|&variable| find_key(&[variable.to_owned()], variables).ok());
        let seen = inherited.chain(given.clone()).collect();
        // It runs in another folder: a path from here means nothing there, and a bare name is looked up.
        let is_path = program.components().count() > 1;
        let program = if is_path { path::absolute(&program).unwrap_or(program) } else { program };
        Self { dialect, program, given, seen }
    }

    fn attempt(&self, request: &Request, timeout: Duration, cancel: &Cancel) -> Result<Answer, CallError> {
        let no_folder = |error| CallError::new(PROGRAM, format!("no empty folder for the program: {error}"));
        let folder = tempfile::Builder::new().prefix("merit-").tempdir().map_err(no_folder)?;
        let mut environment = self.dialect.prepare(request, folder.path()).map_err(no_folder)?;
        let own = self.dialect.key_variables();
        let mut removed: Vec<&str> = KEY_VARIABLES.into_iter().filter(|variable| !own.contains(variable)).collect();
        if let Some(secret) = &self.given {
            removed.extend(own);
            environment.extend(own.first().map(|&variable| (variable, secret.expose().into())));
        }
        let arguments = self.dialect.arguments(request);
        let input = request.prompt.clone();
        let task = Task { program: &self.program, arguments, folder: folder.path(), environment, removed, input };
        let finished = run(task, timeout, cancel)?;
        self.dialect.answer(request, &finished)
    }
}

impl Backend for ProgramBackend {
    fn call(&self, request: &Request, timeout: Duration, cancel: &Cancel) -> Result<Answer, CallError> {
        let mut result = self.attempt(request, timeout, cancel);
        for secret in &self.seen {
            result = match result {
                Ok(answer) => Ok(Answer { text: secret.scrub_answer(answer.text), ..answer }),
                Err(error) => Err(error.scrubbed(secret)),
            };
        }
        result
    }
}

/// A program that ended without what was wanted of it.
pub(super) fn failed(finished: &Finished, wanted: &str) -> CallError {
    let said = if finished.errors.trim().is_empty() { &finished.output } else { &finished.errors };
    if finished.status.success() {
        return CallError::new(MALFORMED, format!("the program ended well but printed no JSON with {wanted}: {said}"));
    }
    CallError::new(PROGRAM, format!("the program failed ({}): {said}", finished.status))
}

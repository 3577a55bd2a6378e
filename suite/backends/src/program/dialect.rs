//! What sets one program apart from another.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use super::process::Finished;
use crate::answer::Answer;
use crate::error::CallError;
use crate::request::Request;

/// How a program is asked, and how its output is read.
pub(crate) trait Dialect: Send + Sync {
    /// Its arguments; the prompt is not among them.
    fn arguments(&self, request: &Request) -> Vec<String>;

    /// Writes what it reads from its folder, and says what its environment has beside the caller's.
    fn prepare(&self, request: &Request, folder: &Path) -> io::Result<Vec<(&'static str, OsString)>>;

    /// The variables that hold its key; the first is the one it is given.
    fn key_variables(&self) -> &'static [&'static str];

    /// What its output means.
    fn answer(&self, request: &Request, finished: &Finished) -> Result<Answer, CallError>;
}

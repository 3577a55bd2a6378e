//! What the commands set, and answers as they ask for.

use std::path::PathBuf;

use tokio::task::JoinSet;

use super::command::Command;
use super::target::Target;
use super::{describe, help};
use crate::analyze::session::Engine;
use crate::sql::catalog::Catalog;
use crate::sql::format::{self, Format};
use crate::sql::parameters::Parameters;
use crate::sql::{SqlError, question};

/// A conversation with one engine.
pub struct Session {
    engine: Engine,
    catalog: Catalog,
    parameters: Parameters,
    format: Option<Format>,
    expanded: bool,
    timing: bool,
    target: Target,
}

/// What a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Text for the screen.
    Text(String),
    /// The file's statements are to be run.
    Include(PathBuf),
    /// The conversation ends.
    Leave,
}

impl Session {
    /// A conversation; the catalog is what names are proposed from.
    pub fn new(engine: Engine, catalog: Catalog, parameters: Parameters) -> Self {
        let target = Target::default();
        Self { engine, catalog, parameters, format: None, expanded: false, timing: false, target }
    }

    /// The names there are.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Whether to say how long an answer took.
    pub fn timing(&self) -> bool {
        self.timing
    }

    /// The format in force.
    pub fn format(&self) -> Format {
        self.format.unwrap_or_else(|| self.target.path().map_or(Format::Table, Format::of_file))
    }

    /// Whether answers come to the screen.
    pub fn is_on_screen(&self) -> bool {
        self.target.path().is_none()
    }

    /// Sets the format; none is what the file's name says.
    pub fn set_format(&mut self, format: Option<Format>) {
        self.format = format;
    }

    /// Sends the answers to a file, which is made with the first; none is the screen.
    pub fn set_output(&mut self, path: Option<PathBuf>) {
        self.target = Target::new(path);
    }

    /// Runs a question; what is for the screen, nothing where it went into a file.
    ///
    /// # Errors
    /// [`SqlError`] with the place of what is wrong, or where the answer cannot be written.
    pub async fn answer(&mut self, sql: &str) -> Result<Vec<u8>, SqlError> {
        let format = self.format();
        self.target.takes(format)?;
        let (engine, parameters, sql) = (self.engine.clone(), self.parameters.clone(), sql.to_string());
        // A task of its own: it has the runtime's deep stack, and it is given up when this future is.
        let mut task = JoinSet::new();
        task.spawn(async move { question::ask_with(&engine, &sql, &parameters).await });
        let (schema, batches) = match task.join_next().await {
            Some(Ok(answer)) => answer?,
            Some(Err(error)) => return Err(SqlError::Query(error.to_string())),
            None => return Err(SqlError::Interrupted),
        };
        let bytes = match self.expanded && format == Format::Table {
            true => format::blocks(&schema, &batches)?,
            false => format::write(format, &schema, &batches)?,
        };
        self.target.take(bytes)
    }

    /// Obeys a command.
    ///
    /// # Errors
    /// [`SqlError::Command`] where a name is not known.
    pub fn obey(&mut self, command: Command) -> Result<Reply, SqlError> {
        let said = |bytes: Vec<u8>| Reply::Text(String::from_utf8_lossy(&bytes).into_owned());
        Ok(match command {
            Command::Help => Reply::Text(help::text()),
            Command::Quit => return Ok(Reply::Leave),
            Command::Include(path) => return Ok(Reply::Include(path)),
            Command::Describe(None) => said(describe::text(&describe::tables(&self.catalog))?),
            Command::Describe(Some(table)) => said(describe::text(&describe::columns(&self.catalog, &table)?)?),
            Command::Functions(None) => {
                let (schema, batches) = describe::functions();
                said(format::blocks(&schema, &batches)?)
            }
            Command::Functions(Some(part)) => {
                Reply::Text(describe::functions_like(&self.engine, &self.catalog, &part)?)
            }
            Command::Timing(on) => {
                self.timing = on.unwrap_or(!self.timing);
                Reply::Text(format!("timing is {}\n", if self.timing { "on" } else { "off" }))
            }
            Command::Expanded(on) => {
                self.expanded = on.unwrap_or(!self.expanded);
                Reply::Text(format!("a block a row is {}\n", if self.expanded { "on" } else { "off" }))
            }
            Command::Format(format) => {
                self.set_format(format);
                Reply::Text(format!("the format is {}\n", self.format().name()))
            }
            Command::Output(path) => {
                let text = match &path {
                    Some(path) => format!("answers go to {}\n", path.display()),
                    None => "answers come to the screen\n".to_string(),
                };
                self.set_output(path);
                Reply::Text(text)
            }
            Command::Set(None) => {
                Reply::Text(self.parameters.describe().iter().map(|line| format!("{line}\n")).collect())
            }
            Command::Set(Some((name, value))) => {
                self.parameters.set(&format!("{name}={value}"))?;
                Reply::Text(String::new())
            }
            Command::Unset(name) => match self.parameters.unset(&name) {
                true => Reply::Text(String::new()),
                false => return Err(SqlError::Command(format!("there is no value for ${name}"))),
            },
        })
    }
}

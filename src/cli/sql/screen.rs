//! stdout: a terminal is shown nothing that it would obey, a pipe gets the bytes as they are.

use std::io::IsTerminal as _;

use super::pager;
use crate::cli::output;
use crate::sql::SqlError;
use crate::sql::format::Format;
use crate::sql::printable::printable;

/// Where answers are shown.
pub(super) struct Screen {
    is_terminal: bool,
    pages: bool,
    /// Columns and rows, where they are known.
    pub(super) size: Option<(usize, usize)>,
}

impl Screen {
    /// stdout; `pages` where a person reads along.
    pub(super) fn new(pages: bool) -> Self {
        Self { is_terminal: std::io::stdout().is_terminal(), pages, size: None }
    }

    /// Refuses what no terminal can show.
    pub(super) fn takes(&self, format: Format, is_on_screen: bool) -> Result<(), SqlError> {
        match self.is_terminal && is_on_screen && format == Format::Parquet {
            true => Err(SqlError::Command("a terminal shows no parquet; name a file with -o or \\o".into())),
            false => Ok(()),
        }
    }

    /// Shows bytes; in a pager where they do not fit on the screen.
    pub(super) fn show(&self, bytes: Vec<u8>) -> Result<(), SqlError> {
        if bytes.is_empty() {
            return Ok(());
        }
        if !self.is_terminal {
            return print(&bytes);
        }
        let text = String::from_utf8_lossy(&bytes);
        let text = printable(&text);
        if self.pages && !self.fits(&text) && pager::show(&text) {
            return Ok(());
        }
        print(text.as_bytes())
    }

    fn fits(&self, text: &str) -> bool {
        let Some((columns, rows)) = self.size else { return true };
        // A line is left for the prompt.
        text.lines().count() < rows && text.lines().all(|line| line.chars().count() <= columns)
    }
}

fn print(bytes: &[u8]) -> Result<(), SqlError> {
    let failed = |error: anyhow::Error| SqlError::Command(format!("cannot write to stdout: {error:#}"));
    output::print(bytes).map(|_| ()).map_err(failed)
}

//! Printing: text for people or JSON for machines, and a reader that has gone away is no failure.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::exit;

/// How a command answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Style {
    /// For people.
    #[default]
    Text,
    /// For machines.
    Json,
}

/// The flag `--format text|json`.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Answer {
    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Style,
}

impl Answer {
    /// Prints an answer in the chosen style.
    pub(super) fn print<T: Serialize>(self, value: &T, text: impl FnOnce() -> String) -> Result<ExitCode> {
        match self.format {
            Style::Json => print(format!("{}\n", serde_json::to_string_pretty(value)?).as_bytes()),
            Style::Text => print(text().as_bytes()),
        }
    }
}

/// Writes bytes to stdout.
pub(super) fn print(bytes: &[u8]) -> Result<ExitCode> {
    match std::io::stdout().write_all(bytes).and_then(|()| std::io::stdout().flush()) {
        Err(error) if !exit::is_closed_pipe(&error) => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// A table for people: a header and rows of texts.
pub(super) fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    filled(comfy_table::Table::new(), header, rows)
}

/// The same where cells may hold sentences: no wider than this many characters, broken between words.
pub(super) fn wrapped_table(width: u16, header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = comfy_table::Table::new();
    table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic).set_width(width);
    filled(table, header, rows)
}

fn filled(mut table: comfy_table::Table, header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    table.load_preset(comfy_table::presets::UTF8_HORIZONTAL_ONLY).set_header(header);
    rows.into_iter().for_each(|row| {
        table.add_row(row);
    });
    format!("{table}\n")
}

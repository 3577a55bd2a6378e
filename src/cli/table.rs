//! `merit table`: the published routing tables.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::context::Context;
use super::output::{self, Answer, Style};
use crate::night::verify_rebuild;
use crate::table::{self, show};

/// Looks at published routing tables.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Every version
    List(Answer),
    /// One version, whole
    Show {
        /// The version [default: the newest]
        version: Option<u64>,
        #[command(flatten)]
        answer: Answer,
    },
    /// Check digests, sums, references and lineage, and rebuild the newest version from its evidence
    Verify(Answer),
    /// The JSON Schema of a table
    Schema,
}

#[derive(Serialize)]
struct Listed {
    version: u64,
    as_of: String,
    expires_at: String,
    rows: usize,
    models: usize,
    calls: u64,
    digest: String,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<ExitCode> {
    let folder = context.layout.tables();
    match arguments.action {
        Action::List(answer) => {
            let mut tables = Vec::new();
            for version in table::list(&folder)? {
                let table = table::read(&folder, version)?.table;
                tables.push(Listed {
                    version,
                    as_of: table.created_as_of,
                    expires_at: table.expires_at,
                    rows: table.segments.len(),
                    models: table.models.len(),
                    calls: table.inputs.calls.calls,
                    digest: table.digest,
                });
            }
            answer.print(&tables, || {
                let row = |table: &Listed| {
                    let number = |number: usize| number.to_string();
                    vec![
                        format!("v{}", table.version),
                        table.as_of.clone(),
                        table.expires_at.clone(),
                        number(table.rows),
                        number(table.models),
                        table.calls.to_string(),
                        table.digest[..12].to_string(),
                    ]
                };
                let header = ["version", "as of", "expires", "rows", "models", "calls", "digest"];
                output::table(&header, tables.iter().map(row))
            })
        }
        Action::Show { version, answer } => {
            let stored = match version {
                Some(version) => table::read(&folder, version)?,
                None => table::current(&folder)?,
            };
            match answer.format {
                Style::Json => output::print(&stored.bytes),
                Style::Text => output::print(show::page(&stored.table).as_bytes()),
            }
        }
        Action::Verify(answer) => {
            let Some(newest) = table::newest_version(&folder)? else {
                bail!("there is no table in {} yet; run merit analyze", folder.display());
            };
            let mut findings: Vec<String> = table::verify(&folder)?.iter().map(ToString::to_string).collect();
            findings.extend(verify_rebuild(&context.layout, newest)?);
            answer.print(&findings, || match findings.len() {
                0 => {
                    format!("v{newest} and its forebears are sound; rebuilt from its evidence it has the same bytes\n")
                }
                _ => findings.iter().map(|finding| format!("{finding}\n")).collect(),
            })?;
            Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Action::Schema => output::print(format!("{}\n", merit_router::table::json_schema().trim_end()).as_bytes()),
    }
}

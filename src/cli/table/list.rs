//! `merit table list`: every version, a line each.

use std::process::ExitCode;

use anyhow::Result;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::output::{self, Answer};
use crate::table;

#[derive(Serialize)]
struct Listed {
    version: u64,
    as_of: String,
    expires_at: String,
    rows: usize,
    models: usize,
    calls: u64,
    restored_from: Option<u64>,
    digest: String,
}

pub(super) fn run(context: &Context, answer: Answer) -> Result<ExitCode> {
    let folder = context.layout.tables();
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
            restored_from: table.restored_from,
            digest: table.digest,
        });
    }
    answer.print(&tables, || {
        let header = ["version", "as of", "expires", "rows", "models", "calls", "restores", "digest"];
        output::table(&header, tables.iter().map(row))
    })
}

fn row(table: &Listed) -> Vec<String> {
    vec![
        format!("v{}", table.version),
        table.as_of.clone(),
        table.expires_at.clone(),
        table.rows.to_string(),
        table.models.to_string(),
        table.calls.to_string(),
        table.restored_from.map(|version| format!("v{version}")).unwrap_or_default(),
        table.digest.chars().take(12).collect(),
    ]
}

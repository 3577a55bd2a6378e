//! What `\d` and `\df` say.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};

use crate::analyze::session::Engine;
use crate::analyze::udf::{REFERENCES, Reference};
use crate::sql::catalog::Catalog;
use crate::sql::format::{self, Format};
use crate::sql::nearest::nearest;
use crate::sql::{Answer, SqlError};

/// The tables with how many columns they have.
pub(super) fn tables(catalog: &Catalog) -> Answer {
    let first = |columns: &[(String, String)]| {
        let names: Vec<&str> = columns.iter().take(6).map(|(name, _)| name.as_str()).collect();
        format!("{}{}", names.join(", "), if columns.len() > 6 { ", …" } else { "" })
    };
    let rows = catalog.tables.iter().map(|(name, columns)| vec![name.clone(), first(columns)]);
    answer(["table", "columns"], rows)
}

/// A table's columns.
pub(super) fn columns(catalog: &Catalog, table: &str) -> Result<Answer, SqlError> {
    let Some(columns) = catalog.tables.get(table) else {
        let meant = nearest(table, catalog.table_names()).map(|meant| format!("; did you mean {meant}?"));
        return Err(SqlError::Command(format!("there is no table \"{table}\"{}", meant.unwrap_or_default())));
    };
    Ok(answer(["column", "type"], columns.iter().map(|(name, kind)| vec![name.clone(), kind.clone()])))
}

/// merit's functions, each with what it gives and an example.
pub fn functions() -> Answer {
    let column = |text: fn(&Reference) -> &'static str| {
        Arc::new(REFERENCES.iter().map(|reference| Some(text(reference))).collect::<StringArray>()) as ArrayRef
    };
    let columns = [
        ("name", column(|reference| reference.name)),
        ("signature", column(|reference| reference.signature)),
        ("meaning", column(|reference| reference.meaning)),
        ("example", column(|reference| reference.example)),
        ("answer", column(|reference| reference.answer)),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("columns are collected from the same functions");
    (batch.schema(), vec![batch])
}

/// All that is known of the functions whose names hold `part`.
pub(super) fn functions_like(engine: &Engine, catalog: &Catalog, part: &str) -> Result<String, SqlError> {
    let state = engine.context().state();
    let part = part.trim_end_matches("()").to_lowercase();
    let mut text = String::new();
    for name in catalog.functions.iter().filter(|name| name.contains(&part)) {
        if let Some(own) = REFERENCES.iter().find(|reference| reference.name == name) {
            text.push_str(&format!("{}\n  {}\n  {} gives {}\n", own.signature, own.meaning, own.example, own.answer));
            continue;
        }
        let scalar = state.scalar_functions().get(name).and_then(|function| function.documentation().cloned());
        let aggregate = || state.aggregate_functions().get(name).and_then(|function| function.documentation().cloned());
        let window = || state.window_functions().get(name).and_then(|function| function.documentation().cloned());
        match scalar.or_else(aggregate).or_else(window) {
            Some(known) => text.push_str(&format!("{}\n  {}\n", known.syntax_example, known.description.trim())),
            None => text.push_str(&format!("{name}\n")),
        }
    }
    if text.is_empty() {
        let meant = nearest(&part, catalog.functions.iter().map(String::as_str));
        let meant = meant.map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
        return Err(SqlError::Command(format!("no function's name holds \"{part}\"{meant}")));
    }
    Ok(text)
}

/// An answer of texts, as a table.
pub(super) fn text((schema, batches): &Answer) -> Result<Vec<u8>, SqlError> {
    format::write(Format::Table, schema, batches)
}

fn answer(header: [&str; 2], rows: impl Iterator<Item = Vec<String>>) -> Answer {
    let rows: Vec<Vec<String>> = rows.collect();
    let column = |n: usize| Arc::new(rows.iter().map(|row| Some(row[n].as_str())).collect::<StringArray>()) as ArrayRef;
    let batch = RecordBatch::try_from_iter([(header[0], column(0)), (header[1], column(1))]);
    let batch = batch.expect("both columns are of the same rows");
    (batch.schema(), vec![batch])
}

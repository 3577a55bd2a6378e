//! What there is to ask about: tables with their columns, and functions.

use std::collections::{BTreeMap, BTreeSet};

use super::SqlError;
use crate::analyze::AnalyzeError;
use crate::analyze::session::Engine;

/// Names, for hints, completion and `\d`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    /// By table: its columns in order, each with its type.
    pub tables: BTreeMap<String, Vec<(String, String)>>,
    /// Every function, the engine's and merit's own.
    pub functions: BTreeSet<String>,
}

impl Catalog {
    /// The names that an engine knows.
    ///
    /// # Errors
    /// [`SqlError::Analyze`] where a table cannot say its columns.
    pub async fn of(engine: &Engine) -> Result<Self, SqlError> {
        let context = engine.context();
        let mut catalog = Self::default();
        let schemas = context.catalog("datafusion").and_then(|found| found.schema("public"));
        for name in schemas.iter().flat_map(|schema| schema.table_names()) {
            let Some(schema) = &schemas else { continue };
            if let Some(table) = schema.table(&name).await.map_err(AnalyzeError::from)? {
                let column = |field: &arrow::datatypes::FieldRef| (field.name().clone(), field.data_type().to_string());
                catalog.tables.insert(name, table.schema().fields().iter().map(column).collect());
            }
        }
        let state = context.state();
        catalog.functions.extend(state.scalar_functions().keys().cloned());
        catalog.functions.extend(state.aggregate_functions().keys().cloned());
        catalog.functions.extend(state.window_functions().keys().cloned());
        Ok(catalog)
    }

    /// The names of all tables.
    pub fn table_names(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    /// The names of a table's columns.
    pub fn columns(&self, table: &str) -> impl Iterator<Item = &str> {
        self.tables.get(table).into_iter().flatten().map(|(name, _)| name.as_str())
    }
}

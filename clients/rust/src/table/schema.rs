//! The table's JSON Schema, from its types.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::document::Table;
use super::number::{OptionalRounded, Rounded};

/// The JSON Schema (draft 2020-12) of a table as text, a member a line: the same bytes on every call
/// and every machine.
///
/// ```
/// let schema = merit_router::table::json_schema();
/// assert!(schema.contains("\"title\": \"Table\""));
/// assert_eq!(schema, merit_router::table::json_schema());
/// ```
pub fn json_schema() -> String {
    let mut schema = schemars::schema_for!(Table).to_value();
    schema.sort_all_objects();
    format!("{schema:#}\n")
}

impl JsonSchema for Rounded {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        f64::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        f64::json_schema(generator)
    }
}

impl JsonSchema for OptionalRounded {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Option::<f64>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<f64>::json_schema(generator)
    }
}

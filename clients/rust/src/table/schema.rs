//! The table's JSON Schema, from its types.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::canonical::canonical_text;
use super::document::Table;
use super::number::{OptionalRounded, Rounded};

/// The JSON Schema (draft 2020-12) of a table as text in the canonical form: the same bytes on every
/// call and every machine.
///
/// ```
/// let schema = merit_router::table::json_schema();
/// assert!(schema.contains("\"title\": \"Table\""));
/// assert_eq!(schema, merit_router::table::json_schema());
/// ```
pub fn json_schema() -> String {
    canonical_text(schemars::schema_for!(Table).to_value())
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

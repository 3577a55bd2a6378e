//! `information_schema` with PostgreSQL's names of types, which clients tell times from numbers by.

use arrow::array::RecordBatch;
use datafusion::error::Result;

use super::listing::{Cell, table};
use super::subject::Subject;
use super::{DATABASE, OWNER, PUBLIC};

/// The tables that stand for those of `information_schema`, under names in `pg_catalog`.
pub(super) fn tables(subjects: &[Subject]) -> Result<Vec<(String, RecordBatch)>> {
    let of_table = |subject: &Subject| {
        vec![
            ("table_catalog", DATABASE.into()),
            ("table_schema", PUBLIC.into()),
            ("table_name", subject.name.as_str().into()),
            ("table_type", if subject.is_view { "VIEW" } else { "BASE TABLE" }.into()),
            ("is_insertable_into", "NO".into()),
        ]
    };
    let all: Vec<_> = subjects.iter().map(of_table).collect();
    let columns: Vec<Vec<(&str, Cell)>> = subjects.iter().flat_map(columns).collect();
    let schemata: Vec<_> = [PUBLIC, super::PG_CATALOG, "information_schema"]
        .iter()
        .map(|name| {
            vec![("catalog_name", DATABASE.into()), ("schema_name", (*name).into()), ("schema_owner", OWNER.into())]
        })
        .collect();
    let views: Vec<_> = subjects.iter().filter(|subject| subject.is_view).map(of_table).collect();
    [
        ("tables", "table_catalog table_schema table_name table_type is_insertable_into", all),
        (
            "columns",
            "table_catalog table_schema table_name column_name ordinal_position:i column_default is_nullable data_type \
             character_maximum_length:i numeric_precision:i numeric_scale:i datetime_precision:i udt_catalog udt_schema udt_name",
            columns,
        ),
        ("schemata", "catalog_name schema_name schema_owner", schemata),
        ("views", "table_catalog table_schema table_name view_definition", views),
        ("table_constraints", "constraint_name table_schema table_name constraint_type", Vec::new()),
        ("key_column_usage", "constraint_name table_schema table_name column_name ordinal_position:i", Vec::new()),
        ("routines", "routine_schema routine_name routine_type data_type", Vec::new()),
        ("sequences", "sequence_schema sequence_name", Vec::new()),
    ]
    .into_iter()
    .map(|(name, columns, rows)| Ok((standing_for(name), table(columns, &rows)?)))
    .collect()
}

/// The name in `pg_catalog` that stands for a table of `information_schema`.
pub(super) fn standing_for(name: &str) -> String {
    format!("information_schema_{name}")
}

fn columns(subject: &Subject) -> Vec<Vec<(&'static str, Cell)>> {
    let column = |(number, (name, kind, is_nullable)): (i64, &(String, crate::serve::value::Kind, bool))| {
        vec![
            ("table_catalog", DATABASE.into()),
            ("table_schema", PUBLIC.into()),
            ("table_name", subject.name.as_str().into()),
            ("column_name", name.as_str().into()),
            ("ordinal_position", number.into()),
            ("is_nullable", if *is_nullable { "YES" } else { "NO" }.into()),
            ("data_type", kind.sql_name().into()),
            ("character_maximum_length", Cell::Null),
            ("numeric_precision", Cell::Null),
            ("numeric_scale", Cell::Null),
            ("datetime_precision", Cell::Null),
            ("udt_catalog", DATABASE.into()),
            ("udt_schema", super::PG_CATALOG.into()),
            ("udt_name", kind.name().into()),
        ]
    };
    (1..).zip(&subject.columns).map(column).collect()
}

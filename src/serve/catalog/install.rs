//! A session with a catalog.

use std::sync::Arc;

use datafusion::catalog::{
    CatalogProviderList as _, MemTable, MemoryCatalogProviderList, MemorySchemaProvider, SchemaProvider as _,
};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SessionStateBuilder;
use datafusion::logical_expr::TableType;
use datafusion::prelude::SessionContext;

use super::subject::{Subject, numbered};
use super::{DATABASE, PG_CATALOG, PUBLIC, functions, information, listing};
use crate::serve::value::Kind;

/// The session's views under the name of this database, with the catalog beside them.
///
/// # Errors
/// What the engine says where a table cannot be registered.
pub(in crate::serve) async fn install(session: &SessionContext) -> Result<SessionContext> {
    let state = session.state();
    let named = &state.config_options().catalog;
    let missing = || DataFusionError::Internal("the session has no default catalog".into());
    let catalog = session.catalog(&named.default_catalog).ok_or_else(missing)?;
    let public = catalog.schema(&named.default_schema).ok_or_else(missing)?;
    let mut subjects = Vec::new();
    for name in public.table_names() {
        let Some(table) = public.table(&name).await? else { continue };
        let column = |field: &arrow::datatypes::FieldRef| {
            (field.name().clone(), Kind::of(field.data_type()), field.is_nullable())
        };
        subjects.push(Subject {
            oid: 0,
            is_view: table.table_type() == TableType::View,
            columns: table.schema().fields().iter().map(column).collect(),
            name,
        });
    }
    let subjects = numbered(subjects);

    let own = MemorySchemaProvider::new();
    for (name, batch) in listing::tables(&subjects)?.into_iter().chain(information::tables(&subjects)?) {
        own.register_table(name, Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?))?;
    }
    let catalogs = MemoryCatalogProviderList::new();
    catalogs.register_catalog(DATABASE.into(), Arc::clone(&catalog));
    let mut config = state
        .config()
        .clone()
        .with_default_catalog_and_schema(DATABASE, PUBLIC)
        .with_create_default_catalog_and_schema(false);
    config.options_mut().sql_parser.collect_spans = true;
    let state =
        SessionStateBuilder::new_from_existing(state).with_config(config).with_catalog_list(Arc::new(catalogs)).build();
    let context = SessionContext::new_with_state(state);
    catalog.register_schema(PG_CATALOG, Arc::new(own))?;
    functions::register(&context, &subjects);
    Ok(context)
}

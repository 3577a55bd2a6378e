//! What clients ask of a PostgreSQL about itself: `pg_catalog` and `information_schema` over the views, the functions
//! they call, and the words of its dialect that the engine does not know.
//!
//! Everything is computed from the session's own tables, so a view that is new tomorrow is listed tomorrow.

mod functions;
mod information;
mod install;
mod listing;
mod rewrite;
mod subject;

pub(super) use install::install;
pub(super) use rewrite::rewrite;

/// The database's name.
const DATABASE: &str = "merit";
/// The schema of the views.
const PUBLIC: &str = "public";
/// The schema of PostgreSQL's own tables.
const PG_CATALOG: &str = "pg_catalog";
/// The owner of everything.
const OWNER: &str = "merit";

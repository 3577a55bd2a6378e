//! Questions in SQL over everything a data folder holds, read-only.
//!
//! [`views`] makes calls, outcomes, rollups, marts and the standing table known to an engine; [`ask`] runs a
//! question; [`mod@format`] turns the answer into text or a file.

mod error;
pub mod format;
mod routing_table;
pub mod views;

pub use error::SqlError;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::prelude::SQLOptions;

use crate::analyze::session::Engine;

/// Runs one question; statements that would change anything are refused.
///
/// # Errors
/// [`SqlError::Query`] with what the engine says.
pub async fn ask(engine: &Engine, sql: &str) -> Result<(SchemaRef, Vec<RecordBatch>), SqlError> {
    let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    let answer = async {
        let frame = engine.context().sql_with_options(sql, read_only).await?;
        let schema = std::sync::Arc::new(frame.schema().as_arrow().clone());
        let batches = frame.collect().await?;
        Ok::<_, datafusion::error::DataFusionError>((batches.first().map_or(schema, RecordBatch::schema), batches))
    };
    answer.await.map_err(|error| SqlError::Query(error.strip_backtrace()))
}

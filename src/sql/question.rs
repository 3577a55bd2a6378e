//! One question: parsed, found to be one, planned, bound, answered.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::error::DataFusionError;

use super::catalog::Catalog;
use super::fault::{Fault, unbound};
use super::parameters::Parameters;
use super::{SqlError, read_only};
use crate::analyze::session::Engine;

/// An answer: its columns, and its rows in batches.
pub type Answer = (SchemaRef, Vec<RecordBatch>);

/// Runs one question; statements that would change anything are refused.
///
/// # Errors
/// [`SqlError::Question`] with its place and a hint.
pub async fn ask(engine: &Engine, sql: &str) -> Result<Answer, SqlError> {
    ask_with(engine, sql, &Parameters::default()).await
}

/// The same with values for its `$names`.
///
/// # Errors
/// As [`ask`]; also where a name has no value.
pub async fn ask_with(engine: &Engine, sql: &str, parameters: &Parameters) -> Result<Answer, SqlError> {
    if let Some(fault) = unbound(sql, |name| parameters.has(name)) {
        return Err(SqlError::Question(Box::new(fault)));
    }
    match answer(engine, sql, parameters).await {
        Ok(Some(answer)) => Ok(answer),
        Ok(None) => Err(SqlError::Question(Box::new(Fault::of(read_only::refusal(sql), sql)))),
        Err(error) => {
            let catalog = Catalog::of(engine).await?;
            Err(SqlError::Question(Box::new(Fault::from_engine(&error, sql, &catalog))))
        }
    }
}

/// The answer; none where it is no question.
async fn answer(engine: &Engine, sql: &str, parameters: &Parameters) -> Result<Option<Answer>, DataFusionError> {
    let state = engine.context().state();
    let dialect = state.config().options().sql_parser.dialect;
    let mut statement = state.sql_to_statement(sql, &dialect)?;
    if !read_only::is_question(&statement) {
        return Ok(None);
    }
    parameters.give_types(&mut statement);
    let plan = state.statement_to_plan(statement).await?;
    if !read_only::only_reads(&plan) {
        return Ok(None);
    }
    let mut frame = engine.context().execute_logical_plan(plan).await?;
    if parameters.names().next().is_some() {
        frame = frame.with_param_values(parameters.values())?;
    }
    let schema = Arc::new(frame.schema().as_arrow().clone());
    let batches = frame.collect().await?;
    Ok(Some((batches.first().map_or(schema, RecordBatch::schema), batches)))
}

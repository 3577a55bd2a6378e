//! Runs an adapter's SQL: planned once a file, executed chunk by chunk over the table `raw`.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, new_null_array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::config::Dialect;
use datafusion::datasource::MemTable;
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlanProperties;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast;
use futures::TryStreamExt;

use super::check::{check_columns, check_plan};
use super::{AdapterError, Variant};
use crate::ingest::functions;
use crate::ingest::table::Table;

/// The name of the table an adapter reads.
const RAW: &str = "raw";

/// The columns every file has beside its own.
const SPECIAL: [(&str, DataType); 3] =
    [("_file", DataType::Utf8), ("_line", DataType::Int64), ("_record", DataType::Utf8)];

/// An adapter made ready for one file.
pub(in crate::ingest) struct Engine {
    /// The variant it runs.
    pub(in crate::ingest) variant: Variant,
    file_name: String,
    state: SessionState,
    plan: LogicalPlan,
    raw: Arc<MemTable>,
    schema: SchemaRef,
    /// Whether the SQL looks at `_record`, which takes time to make from columns.
    reads_record: bool,
}

impl Engine {
    /// Plans `variant` for a file of that name with these columns.
    ///
    /// # Errors
    /// Whatever is wrong with the SQL.
    pub(in crate::ingest) fn new(variant: &Variant, file_name: &str, columns: &Schema) -> Result<Self, AdapterError> {
        let special = SPECIAL.iter().map(|(name, data_type)| Arc::new(Field::new(*name, data_type.clone(), true)));
        let schema = Arc::new(Schema::new(columns.fields().iter().cloned().chain(special).collect::<Vec<_>>()));
        let sql_error =
            |error: DataFusionError| AdapterError::Sql { file: variant.file.clone(), message: error.strip_backtrace() };
        let raw = Arc::new(MemTable::try_new(Arc::clone(&schema), vec![Vec::new()]).map_err(sql_error)?);
        let config = SessionConfig::new().with_target_partitions(1);
        let mut context = SessionContext::new_with_config(config);
        functions::register_all(&mut context).map_err(sql_error)?;
        context.register_table(RAW, Arc::clone(&raw) as _).map_err(sql_error)?;
        let state = context.state();
        let plan = within_runtime(plan_of(&state, variant))?;
        check_plan(&variant.file, &plan)?;
        let names: Vec<&str> = plan.schema().fields().iter().map(|field| field.name().as_str()).collect();
        check_columns(variant, variant.header.kind(), &names)?;
        let plan = state.optimize(&plan).map_err(sql_error)?;
        let reads_record = reads(&plan, "_record").map_err(sql_error)?;
        Ok(Self { variant: variant.clone(), file_name: file_name.to_owned(), state, plan, raw, schema, reads_record })
    }

    /// The adapter's answer for some rows.
    ///
    /// # Errors
    /// [`AdapterError::Run`].
    pub(in crate::ingest) fn run(&self, table: &Table) -> Result<Vec<RecordBatch>, AdapterError> {
        let run_error = |message: String| AdapterError::Run {
            file: self.variant.file.clone(),
            line: table.places.first().map_or(0, |place| place.line),
            message,
        };
        let batch = self.raw_batch(table).map_err(run_error)?;
        within_runtime(self.execute(batch)).map_err(|error| run_error(error.strip_backtrace()))
    }

    async fn execute(&self, batch: RecordBatch) -> Result<Vec<RecordBatch>, DataFusionError> {
        for partition in &self.raw.batches {
            *partition.write().await = vec![batch.clone()];
        }
        let plan = self.state.query_planner().create_physical_plan(&self.plan, &self.state).await?;
        // One partition after the other: a UNION's branches must come in the same order every time.
        let mut batches = Vec::new();
        for partition in 0..plan.output_partitioning().partition_count() {
            let stream = plan.execute(partition, self.state.task_ctx())?;
            batches.extend(stream.try_collect::<Vec<_>>().await?);
        }
        Ok(batches)
    }

    /// The rows with `_file`, `_line` and, if it is looked at, `_record`.
    fn raw_batch(&self, table: &Table) -> Result<RecordBatch, String> {
        let mut columns: Vec<ArrayRef> = table.columns.columns().to_vec();
        columns.push(Arc::new(StringArray::from_iter_values(vec![&self.file_name; table.len()])));
        columns.push(Arc::new(table.places.iter().map(|place| Some(place.line.cast_signed())).collect::<Int64Array>()));
        columns.push(if self.reads_record {
            Arc::new(table.records()?.clone())
        } else {
            new_null_array(&DataType::Utf8, table.len())
        });
        RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(|error| error.to_string())
    }
}

/// The plan of an adapter's SQL: one SELECT that reads `raw` and no other table.
async fn plan_of(state: &SessionState, variant: &Variant) -> Result<LogicalPlan, AdapterError> {
    let file = || variant.file.clone();
    let sql_error = |error: DataFusionError| AdapterError::Sql { file: file(), message: error.strip_backtrace() };
    let statement = state.sql_to_statement(&variant.sql, &Dialect::Generic).map_err(sql_error)?;
    let is_query = matches!(&statement, Statement::Statement(inner) if matches!(**inner, ast::Statement::Query(_)));
    if !is_query {
        let what = "anything but one SELECT".to_owned();
        return Err(AdapterError::NotRowWise { file: file(), what, remedy: "select from raw" });
    }
    for table in state.resolve_table_references(&statement).map_err(sql_error)? {
        if table.table() != RAW {
            let what = format!("the table {:?}", table.table());
            return Err(AdapterError::NotRowWise { file: file(), what, remedy: "raw is the only table it has" });
        }
    }
    state.statement_to_plan(statement).await.map_err(sql_error)
}

/// Whether a plan looks at a column of `raw`.
fn reads(plan: &LogicalPlan, column: &str) -> Result<bool, DataFusionError> {
    let mut found = false;
    plan.apply(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            found |= scan.projected_schema.fields().iter().any(|field| field.name() == column);
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(found)
}

/// Drives a future to its end on a thread of its own, so that it works within and outside of a caller's runtime.
fn within_runtime<T: Send>(future: impl Future<Output = T> + Send) -> T {
    let drive = || {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.expect("a runtime without I/O and timers asks the system for nothing").block_on(future)
    };
    std::thread::scope(|scope| match scope.spawn(drive).join() {
        Ok(answer) => answer,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

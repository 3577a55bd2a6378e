//! The query engine over the store: a DataFusion session with merit's files and functions.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::ParamValues;
use datafusion::datasource::MemTable;
use datafusion::error::DataFusionError;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::file_table::{FileTable, TableFile};
use super::{AnalyzeError, udf};
use crate::store::{Layout, ReadCounter};

/// A session, and the count of what it reads.
#[derive(Clone)]
pub struct Engine {
    context: SessionContext,
    counter: Arc<ReadCounter>,
}

impl Engine {
    /// A session over a data folder with `threads` partitions; with one, every sum has one order.
    ///
    /// # Errors
    /// [`AnalyzeError::Engine`] where the engine cannot start.
    pub fn new(layout: &Layout, threads: usize, counter: Arc<ReadCounter>) -> Result<Self, AnalyzeError> {
        let config = SessionConfig::new()
            .with_target_partitions(threads.max(1))
            .with_information_schema(true)
            .set_bool("datafusion.execution.parquet.pushdown_filters", true)
            .set_bool("datafusion.execution.parquet.schema_force_view_types", false)
            .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false);
        let runtime = Arc::new(RuntimeEnvBuilder::new().build()?);
        let files =
            crate::store::Files::new(&absolute(layout.root()), &absolute(&layout.superseded()), Arc::clone(&counter));
        let url = ObjectStoreUrl::local_filesystem();
        runtime.register_object_store(url.as_ref(), Arc::new(files));
        let mut context = SessionContext::new_with_config_rt(config, runtime);
        datafusion_functions_json::register_all(&mut context)?;
        udf::register_all(&context);
        Ok(Self { context, counter })
    }

    /// The session itself.
    pub fn context(&self) -> &SessionContext {
        &self.context
    }

    /// Bytes read through it and its siblings.
    pub fn bytes_read(&self) -> u64 {
        self.counter.bytes()
    }

    /// The count of what is read.
    pub fn counter(&self) -> &ReadCounter {
        &self.counter
    }

    /// A table over files whose rows carry all columns.
    ///
    /// # Errors
    /// [`AnalyzeError::Engine`] where the name is taken in another catalog.
    pub fn register_files(&self, name: &str, schema: SchemaRef, files: Vec<TableFile>) -> Result<(), AnalyzeError> {
        self.register(name, Arc::new(FileTable::new(schema, files)))
    }

    /// A table over files by day: `day` comes from their folders.
    ///
    /// # Errors
    /// As [`Engine::register_files`].
    pub fn register_days(&self, name: &str, schema: SchemaRef, files: Vec<TableFile>) -> Result<(), AnalyzeError> {
        self.register(name, Arc::new(FileTable::with_day(schema, files)))
    }

    /// A table in memory.
    ///
    /// # Errors
    /// [`AnalyzeError::Engine`] where the batches do not have the schema.
    pub fn register_batches(
        &self,
        name: &str,
        schema: SchemaRef,
        batches: Vec<RecordBatch>,
    ) -> Result<(), AnalyzeError> {
        self.register(name, Arc::new(MemTable::try_new(schema, vec![batches])?))
    }

    fn register(&self, name: &str, table: Arc<dyn datafusion::catalog::TableProvider>) -> Result<(), AnalyzeError> {
        self.context.deregister_table(name)?;
        self.context.register_table(name, table)?;
        Ok(())
    }

    /// A view: the query runs whenever it is read.
    ///
    /// # Errors
    /// [`AnalyzeError::Sql`] naming the file.
    pub async fn register_view(&self, name: &str, path: &str, sql: &str) -> Result<(), AnalyzeError> {
        let frame = self.context.sql(sql).await.map_err(|error| failed(path, &error))?;
        self.register(name, frame.into_view())
    }

    /// The schema of a query's rows, without running it.
    ///
    /// # Errors
    /// [`AnalyzeError::Sql`] naming the file.
    pub async fn schema(&self, path: &str, sql: &str) -> Result<SchemaRef, AnalyzeError> {
        let frame = self.context.sql(sql).await.map_err(|error| failed(path, &error))?;
        Ok(Arc::new(frame.schema().as_arrow().clone()))
    }

    /// Runs a query to its end; the schema is there also where no row is.
    ///
    /// # Errors
    /// [`AnalyzeError::Sql`] naming the file.
    pub async fn run(
        &self,
        path: &str,
        sql: &str,
        values: ParamValues,
    ) -> Result<(SchemaRef, Vec<RecordBatch>), AnalyzeError> {
        let run = async {
            let mut frame = self.context.sql(sql).await?;
            let bound = match &values {
                ParamValues::List(values) => !values.is_empty(),
                ParamValues::Map(values) => !values.is_empty(),
            };
            if bound {
                frame = frame.with_param_values(values)?;
            }
            let schema = Arc::new(frame.schema().as_arrow().clone());
            let batches = frame.collect().await?;
            let schema = batches.first().map_or(schema, RecordBatch::schema);
            Ok::<_, DataFusionError>((schema, batches))
        };
        run.await.map_err(|error| failed(path, &error))
    }
}

fn failed(path: &str, error: &DataFusionError) -> AnalyzeError {
    AnalyzeError::Sql { path: path.into(), message: error.strip_backtrace() }
}

/// The path from the root, as the engine wants it.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.into())
}

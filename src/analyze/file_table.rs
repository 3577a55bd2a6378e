//! A table over a given list of Parquet files, in that order: nothing is listed, guessed or reordered.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::ScalarValue;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;

use crate::day::Day;

/// One file of a table.
#[derive(Clone, Debug)]
pub struct TableFile {
    /// Where it lies, absolute.
    pub path: PathBuf,
    /// The day of its folder, for tables whose rows do not carry it.
    pub day: Day,
}

/// The files, their schema and whether `day` is added from the folder.
#[derive(Debug)]
pub struct FileTable {
    table: TableSchema,
    files: Vec<TableFile>,
    day_from_folder: bool,
}

impl FileTable {
    /// A table whose rows carry all columns.
    pub fn new(schema: SchemaRef, files: Vec<TableFile>) -> Self {
        Self { table: TableSchema::from(schema), files, day_from_folder: false }
    }

    /// A table that gets a column `day` from the files' folders.
    pub fn with_day(schema: SchemaRef, files: Vec<TableFile>) -> Self {
        let day = Arc::new(Field::new("day", DataType::Date32, false));
        Self {
            table: TableSchema::builder(schema).with_table_partition_cols(vec![day]).build(),
            files,
            day_from_folder: true,
        }
    }

    fn partitioned(&self, file: &TableFile) -> Result<PartitionedFile> {
        let size = std::fs::metadata(&file.path).or_else(|error| size_elsewhere(&file.path).ok_or(error));
        let size =
            size.map_err(|error| DataFusionError::Execution(format!("cannot open {}: {error}", file.path.display())))?;
        let partitioned = PartitionedFile::new(file.path.to_string_lossy(), size.len());
        let values = if self.day_from_folder { vec![ScalarValue::Date32(Some(file.day.0))] } else { vec![] };
        Ok(partitioned.with_partition_values(values))
    }
}

/// A file that a compaction has just moved: `ROOT/calls/day=D/F` is at `ROOT/superseded/calls/day=D/F`.
fn size_elsewhere(path: &Path) -> Option<std::fs::Metadata> {
    let root = path.ancestors().nth(3)?;
    std::fs::metadata(root.join("superseded").join(path.strip_prefix(root).ok()?)).ok()
}

#[async_trait]
impl TableProvider for FileTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(self.table.table_schema())
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if self.files.is_empty() {
            let schema = match projection {
                Some(columns) => Arc::new(self.schema().project(columns)?),
                None => self.schema(),
            };
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let files = self.files.iter().map(|file| self.partitioned(file)).collect::<Result<Vec<_>>>()?;
        let groups = FileGroup::new(files).split_files(state.config().target_partitions());
        let options = state.table_options().parquet.clone();
        let source = ParquetSource::new(self.table.clone()).with_table_parquet_options(options);
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), Arc::new(source))
            .with_file_groups(groups)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

//! The store as it is at an instant, and the newest of them.

use std::sync::Arc;
use std::time::SystemTime;

use datafusion::error::DataFusionError;
use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{SQLOptions, SessionContext};
use datafusion::sql::parser::Statement as Question;
use tokio::sync::Mutex;

use super::catalog;
use crate::analyze::outcome_link::FactDays;
use crate::night::NightInputs;
use crate::sql::{self, SqlError};
use crate::store::{Fact, facts};
use crate::table;

/// The views over the store as it was when they were opened.
pub(super) struct Snapshot {
    context: SessionContext,
}

impl Snapshot {
    /// Plans a question; whatever would change something is an error.
    pub(super) async fn plan(&self, question: &Question) -> Result<(SessionState, LogicalPlan), DataFusionError> {
        let state = self.context.state();
        let question = catalog::rewrite(question.clone());
        let plan = state.statement_to_plan(question).await?;
        let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        read_only.verify_plan(&plan)?;
        Ok((state, plan))
    }
}

/// The store, opened anew whenever it has changed.
pub(super) struct Store {
    inputs: NightInputs,
    newest: Mutex<Option<(Seen, Arc<Snapshot>)>>,
}

/// What tells one state of a store from another: the files of facts, the run and the table that stand.
type Seen = (FactDays, FactDays, Option<std::path::PathBuf>, Option<(SystemTime, u64)>);

impl Store {
    /// Over a data folder.
    pub(super) fn new(inputs: NightInputs) -> Self {
        Self { inputs, newest: Mutex::new(None) }
    }

    /// The store as it is now.
    pub(super) async fn now(&self) -> Result<Arc<Snapshot>, SqlError> {
        let mut newest = self.newest.lock().await;
        // Seen before it is opened: a change in between makes the next question open it again.
        let seen = self.seen()?;
        if let Some((known, snapshot)) = newest.as_ref()
            && *known == seen
        {
            return Ok(Arc::clone(snapshot));
        }
        let engine = sql::views::open(&self.inputs).await?;
        let context = catalog::install(engine.context()).await.map_err(crate::analyze::AnalyzeError::from)?;
        let snapshot = Arc::new(Snapshot { context });
        *newest = Some((seen, Arc::clone(&snapshot)));
        Ok(snapshot)
    }

    fn seen(&self) -> Result<Seen, SqlError> {
        let layout = &self.inputs.layout;
        let list = |fact| facts::list(layout, fact).map_err(crate::analyze::AnalyzeError::from);
        let run = std::fs::read_link(layout.runs().join("current")).ok();
        let pointer = std::fs::metadata(layout.tables().join(table::POINTER)).ok();
        let table = pointer.and_then(|file| Some((file.modified().ok()?, file.len())));
        Ok((list(Fact::Calls)?, list(Fact::Outcomes)?, run, table))
    }
}

//! First attempts at tasks, with their arms, as rows.

use arrow::array::RecordBatch;
use datafusion::common::ParamValues;
use datafusion::prelude::{col, lit};

use super::error::FullFeedbackError;
use crate::analyze::columns::Columns;
use crate::analyze::graph::Graph;
use crate::analyze::session::Engine;
use crate::evaluate::replay::{Outcome, ReplayModel};
use crate::night::NightInputs;
use crate::segment::Segment;
use crate::sql::SqlError;

/// How often each logged name ran: what the job `models` derives the arms from.
const NAMES: &str = "SELECT model, provider, COUNT(*) AS n FROM wanted_calls GROUP BY model, provider";
/// Summed later, one by one: so in one order, whatever the threads.
const ATTEMPTS: &str = "
SELECT
    c.task_id, c.role, c.task_category, c.task_difficulty, m.arm, m.provider,
    CASE WHEN c.success THEN 1 ELSE 0 END AS success, c.score / 10 AS value, c.cost_usd
FROM wanted_calls AS c
JOIN models AS m ON c.model = m.logged_model AND c.provider = m.logged_provider
WHERE c.attempt = 1 AND c.task_id IS NOT NULL
ORDER BY c.task_id, c.role, c.task_category, c.task_difficulty, m.arm, c.timestamp, c.call_id";
const OTHERS: &str = "
SELECT
    COUNT(CASE WHEN task_id IS NULL THEN 1 END) AS without_task,
    COUNT(CASE WHEN task_id IS NOT NULL AND attempt <> 1 THEN 1 END) AS later
FROM wanted_calls";

/// Which calls are wanted; by default all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of this source alone.
    pub source: Option<String>,
    /// A condition in SQL over the columns of `calls`.
    pub condition: Option<String>,
}

/// One model's first attempt at a task.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// The task's id.
    pub task: String,
    /// The kind of work.
    pub segment: Segment,
    /// The arm, as a night names it.
    pub model: ReplayModel,
    /// What came of it.
    pub outcome: Outcome,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attempts {
    /// By task, kind of work and arm.
    pub rows: Vec<Attempt>,
    /// Calls that name no task.
    pub without_task: u64,
    /// Attempts after another one's failure: what came of them depends on who failed.
    pub later: u64,
}

/// The wanted first attempts at tasks of an engine that knows `calls`.
///
/// Arms are named as a night names them, by the job `models`.
///
/// # Errors
/// A condition that is none, jobs that cannot be read, a query that fails.
pub async fn attempts(engine: &Engine, inputs: &NightInputs, wanted: &Wanted) -> Result<Attempts, FullFeedbackError> {
    narrow(engine, wanted).await?;
    engine.register_view("arms_daily", "models", NAMES).await?;
    let graph = Graph::read(&inputs.queries)?;
    let job = graph.job("models").ok_or_else(|| crate::analyze::AnalyzeError::UnknownJob("models".into()))?;
    let (schema, models) = engine.run(&job.path, &job.sql, ParamValues::List(Vec::new())).await?;
    engine.register_batches("models", schema, models)?;
    let (schema, batches) = crate::sql::ask(engine, ATTEMPTS).await?;
    let rows = rows(&arrow::compute::concat_batches(&schema, &batches).map_err(crate::analyze::AnalyzeError::from)?)?;
    let (schema, batches) = crate::sql::ask(engine, OTHERS).await?;
    let others = arrow::compute::concat_batches(&schema, &batches).map_err(crate::analyze::AnalyzeError::from)?;
    let others = Columns { mart: "calls", batch: &others };
    let count = |counts: Vec<Option<i64>>| counts.into_iter().flatten().next().map_or(0, i64::unsigned_abs);
    Ok(Attempts { rows, without_task: count(others.whole("without_task")?), later: count(others.whole("later")?) })
}

/// Registers the wanted calls as `wanted_calls`.
async fn narrow(engine: &Engine, wanted: &Wanted) -> Result<(), FullFeedbackError> {
    let query = |error: datafusion::error::DataFusionError| SqlError::Query(error.strip_backtrace());
    let mut frame = engine.context().table("calls").await.map_err(query)?;
    if let Some(source) = &wanted.source {
        frame = frame.filter(col("source").eq(lit(source.as_str()))).map_err(query)?;
    }
    if let Some(condition) = &wanted.condition {
        let narrowed = frame.parse_sql_expr(condition).and_then(|parsed| frame.filter(parsed));
        frame = narrowed.map_err(|error| FullFeedbackError::Condition {
            condition: condition.clone(),
            message: error.strip_backtrace(),
        })?;
    }
    let context = engine.context();
    context
        .deregister_table("wanted_calls")
        .and_then(|_| context.register_table("wanted_calls", frame.into_view()))
        .map_err(query)?;
    Ok(())
}

fn rows(batch: &RecordBatch) -> Result<Vec<Attempt>, FullFeedbackError> {
    let columns = Columns { mart: "calls", batch };
    let text = |name| Ok::<_, FullFeedbackError>(columns.text(name)?.into_iter().map(Option::unwrap_or_default));
    let outcomes = columns.whole("success")?.into_iter().zip(columns.number("value")?).zip(columns.number("cost_usd")?);
    let segments = text("role")?.zip(text("task_category")?).zip(text("task_difficulty")?);
    let models = text("arm")?.zip(text("provider")?);
    let all = text("task_id")?.zip(segments).zip(models).zip(outcomes);
    let row = |(((task, ((role, category), difficulty)), (name, provider)), ((success, value), cost))| Attempt {
        task,
        segment: Segment { role, category, difficulty },
        model: ReplayModel { name, provider },
        outcome: Outcome::once(success == Some(1), value, cost),
    };
    Ok(all.map(row).collect())
}

//! First attempts with propensities, and the attempts after them, out of the store.

use arrow::array::{Array, AsArray};
use arrow::compute::concat_batches;
use datafusion::common::{ParamValues, ScalarValue};

use super::draw::{Attempt, LoggedDraw};
use crate::analyze::AnalyzeError;
use crate::analyze::columns::Columns;
use crate::analyze::session::Engine;
use crate::day::Day;

/// Attempts of a task in the order they were made. Those after midnight of the last day belong to its draws, too.
const ATTEMPTS: &str = "
SELECT
    day, COALESCE(task_id, call_id) AS task, role, task_category, task_difficulty, attempt, timestamp, call_id,
    table_version, row_used, COALESCE(drawn_model, model) AS drawn, propensity, excluded, max_cost,
    est_input_tokens, est_output_tokens, model, provider, success, score, cost_usd
FROM calls
WHERE source = 'production' AND day >= $from AND day <= $last
ORDER BY task, role, timestamp, attempt, call_id";

/// The production draws of the days from `from` to before `to`, by task and instant, out of an engine that knows `calls`.
///
/// Attempts of one task and role belong to the first attempt before them. Draws without a propensity are there as well:
/// somebody must count them.
///
/// # Errors
/// [`AnalyzeError`] where the engine refuses, above all where an overriding query lacks a column.
pub async fn read(engine: &Engine, from: Day, to: Day) -> Result<Vec<LoggedDraw>, AnalyzeError> {
    let day = |day: Day| ScalarValue::Date32(Some(day.0));
    let values = ParamValues::from(vec![("from", day(from)), ("last", day(to))]);
    let (schema, batches) = engine.run("the draws of production", ATTEMPTS, values).await?;
    let batch = concat_batches(&schema, &batches)?;
    let columns = Columns { mart: "calls", batch: &batch };
    let (days, attempts) = (columns.day("day")?, columns.whole("attempt")?);
    let (tasks, roles) = (columns.text("task")?, columns.text("role")?);
    let (categories, difficulties) = (columns.text("task_category")?, columns.text("task_difficulty")?);
    let (versions, rows) = (columns.whole("table_version")?, columns.text("row_used")?);
    let (drawn, propensities) = (columns.text("drawn")?, columns.number("propensity")?);
    let (excluded, caps) = (columns.text("excluded")?, columns.number("max_cost")?);
    let (inputs, outputs) = (columns.whole("est_input_tokens")?, columns.whole("est_output_tokens")?);
    let (models, providers) = (columns.text("model")?, columns.text("provider")?);
    let (scores, costs) = (columns.number("score")?, columns.number("cost_usd")?);
    let successes = batch.column_by_name("success").and_then(|column| column.as_boolean_opt());
    let successes = successes.ok_or_else(|| AnalyzeError::Mart {
        mart: "calls",
        problem: "has no column \"success\" of true and false".into(),
    })?;

    let mut draws: Vec<LoggedDraw> = Vec::new();
    for row in 0..batch.num_rows() {
        let word = |column: &Vec<Option<String>>| column[row].clone().unwrap_or_default();
        let attempt = Attempt {
            model: word(&models),
            provider: word(&providers),
            success: successes.is_valid(row) && successes.value(row),
            score: scores[row],
            cost_usd: costs[row],
        };
        let (task, role) = (word(&tasks), word(&roles));
        if attempts[row] != Some(1) {
            // An attempt whose first one lies before the period belongs to no draw of it.
            if let Some(draw) = draws.last_mut().filter(|draw| draw.task == task && draw.role == role) {
                draw.attempts.push(attempt);
            }
            continue;
        }
        draws.push(LoggedDraw {
            day: Day(days[row].unwrap_or_default()),
            task,
            role,
            category: word(&categories),
            difficulty: word(&difficulties),
            table_version: versions[row],
            row_used: rows[row].clone(),
            drawn: word(&drawn),
            propensity: propensities[row],
            excluded: excluded[row].clone(),
            max_cost: caps[row],
            est_input_tokens: inputs[row],
            est_output_tokens: outputs[row],
            attempts: vec![attempt],
        });
    }
    draws.retain(|draw| draw.day < to);
    Ok(draws)
}

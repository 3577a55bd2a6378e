//! Marts and rollups of the last run → [`BacktestHistory`].

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use datafusion::common::ParamValues;

use super::error::DailySumsError;
use crate::analyze::columns::Columns;
use crate::analyze::memory;
use crate::analyze::session::Engine;
use crate::evaluate::backtest::{BacktestHistory, DayCost, DayLater};
use crate::night::{NightInputs, Runs};
use crate::segment::Segment;
use crate::sql::views;
use crate::store::{Fact, facts};

/// First attempts by day, source, judge and arm, as half-lives and changes are found from them.
const CELLS: &str = "SELECT * FROM histories ORDER BY day, source, judge, role, task_category, task_difficulty, arm";

/// One provider an arm.
const PROVIDERS: &str = "SELECT arm, MIN(provider) AS provider FROM models GROUP BY arm ORDER BY arm";

/// By day and arm: what first attempts cost, and what came of later ones. Sums are of whole numbers until the last step,
/// so that their order does not matter.
const COSTS: &str = "
WITH sums AS (
    SELECT
        r.day, r.role, r.task_category, r.task_difficulty, m.arm,
        SUM(CASE WHEN r.attempt_class = 'first' THEN r.n_costed ELSE 0 END) AS n_costed,
        SUM(CASE WHEN r.attempt_class = 'first' THEN r.cost_sum ELSE 0 END) AS cost_sum,
        SUM(CASE WHEN r.attempt_class = 'first' THEN r.n_tokens_costed + r.n_tokens_uncosted ELSE 0 END) AS n_tokens,
        SUM(CASE WHEN r.attempt_class = 'first' THEN r.input_tokens_costed + r.input_tokens_uncosted ELSE 0 END)
            AS input_tokens,
        SUM(
            CASE WHEN r.attempt_class = 'first'
            THEN r.cached_input_tokens_costed + r.cached_input_tokens_uncosted ELSE 0 END
        ) AS cached_input_tokens,
        SUM(CASE WHEN r.attempt_class = 'first' THEN r.output_tokens_costed + r.output_tokens_uncosted ELSE 0 END)
            AS output_tokens,
        SUM(CASE WHEN r.attempt_class = 'later' THEN r.n ELSE 0 END) AS later,
        SUM(CASE WHEN r.attempt_class = 'later' THEN r.n_success ELSE 0 END) AS later_success
    FROM arms_daily AS r
    JOIN models AS m ON m.logged_model = r.model AND m.logged_provider = r.provider
    GROUP BY r.day, r.role, r.task_category, r.task_difficulty, m.arm
),
arms AS (SELECT DISTINCT arm, model, provider FROM models),
prices AS (
    SELECT
        a.arm, p.input_usd_per_mtok, COALESCE(p.cached_input_usd_per_mtok, p.input_usd_per_mtok) AS cached_usd_per_mtok,
        p.output_usd_per_mtok, p.effective_from,
        LEAD(p.effective_from) OVER (PARTITION BY a.arm ORDER BY p.effective_from) AS effective_until
    FROM arms AS a
    JOIN price_list AS p ON p.model = a.model AND p.provider = a.provider
)
SELECT
    s.day, s.role, s.task_category, s.task_difficulty, s.arm,
    CAST(s.n_costed AS BIGINT) AS n_costed, s.cost_sum / 1e9 AS logged_usd, CAST(s.n_tokens AS BIGINT) AS n_tokens,
    (
        (s.input_tokens - s.cached_input_tokens) * p.input_usd_per_mtok
        + s.cached_input_tokens * p.cached_usd_per_mtok + s.output_tokens * p.output_usd_per_mtok
    ) / 1e6 AS listed_usd,
    CAST(s.later AS BIGINT) AS later, CAST(s.later_success AS BIGINT) AS later_success
FROM sums AS s
LEFT JOIN prices AS p
    ON p.arm = s.arm AND p.effective_from <= s.day AND (p.effective_until IS NULL OR s.day < p.effective_until)
ORDER BY s.day, s.role, s.task_category, s.task_difficulty, s.arm";

/// The half-life in force: production's, or in a log without it that of the first source by name.
const HALF_LIFE: &str = "
SELECT half_life_days FROM half_lives ORDER BY CASE WHEN source = 'production' THEN 0 ELSE 1 END, source LIMIT 1";

/// What a back-test of the store needs.
#[derive(Clone, Debug, PartialEq)]
pub struct DailySums {
    /// The days before the last run's as-of.
    pub history: BacktestHistory,
    /// The half-life of the last run, found or set; infinite: nothing was forgotten.
    pub half_life_days: f64,
}

/// The daily sums of the last run.
///
/// # Errors
/// [`DailySumsError::NoCalls`] and [`DailySumsError::NotAnalyzed`] before the first run; the others where the run cannot
/// be read, above all where an overriding query lacks a column.
pub async fn read(inputs: &NightInputs) -> Result<DailySums, DailySumsError> {
    let layout = &inputs.layout;
    if Runs::new(layout).current()?.is_none() {
        let root = layout.root().to_path_buf();
        let none = facts::list(layout, Fact::Calls)?.is_empty();
        return Err(if none { DailySumsError::NoCalls(root) } else { DailySumsError::NotAnalyzed(root) });
    }
    let engine = views::open(inputs).await?;
    let cells = memory::read(&asked(&engine, "the daily history of the arms", CELLS).await?)?;
    let mut history = BacktestHistory { history: cells, ..BacktestHistory::default() };
    let providers = providers(&asked(&engine, "the providers of the arms", PROVIDERS).await?)?;
    let of = |model: &String| providers.get(model).cloned().unwrap_or_default();
    history.providers = history.history.arms.iter().map(|arm| of(&arm.model)).collect();
    add_costs(&mut history, &providers, &asked(&engine, "the daily costs of the arms", COSTS).await?)?;
    let half_lives = asked(&engine, "the half-life in force", HALF_LIFE).await?;
    let found = Columns { mart: "half_lives", batch: &half_lives }.number("half_life_days")?;
    let half_life_days = found.first().copied().flatten().unwrap_or(f64::INFINITY);
    Ok(DailySums { history, half_life_days })
}

async fn asked(engine: &Engine, what: &str, question: &str) -> Result<RecordBatch, DailySumsError> {
    let (schema, batches) = engine.run(what, question, ParamValues::List(vec![])).await?;
    Ok(concat_batches(&schema, &batches).map_err(crate::analyze::AnalyzeError::from)?)
}

fn providers(batch: &RecordBatch) -> Result<BTreeMap<String, String>, DailySumsError> {
    let columns = Columns { mart: "models", batch };
    let (arms, providers) = (columns.text("arm")?, columns.text("provider")?);
    Ok(arms.into_iter().zip(providers).filter_map(|(arm, provider)| arm.zip(provider)).collect())
}

fn add_costs(
    history: &mut BacktestHistory,
    providers: &BTreeMap<String, String>,
    batch: &RecordBatch,
) -> Result<(), DailySumsError> {
    let columns = Columns { mart: "arms_daily", batch };
    let (roles, categories) = (columns.text("role")?, columns.text("task_category")?);
    let (difficulties, models, days) = (columns.text("task_difficulty")?, columns.text("arm")?, columns.day("day")?);
    let (costed, logged) = (columns.whole("n_costed")?, columns.number("logged_usd")?);
    let (counted, listed) = (columns.whole("n_tokens")?, columns.number("listed_usd")?);
    let (later, successes) = (columns.whole("later")?, columns.whole("later_success")?);
    let known = history.history.arms.iter().zip(0_u32..);
    let mut arms: BTreeMap<(Segment, String), u32> =
        known.map(|(arm, place)| ((arm.segment.clone(), arm.model.clone()), place)).collect();
    for row in 0..batch.num_rows() {
        let word = |column: &[Option<String>]| column[row].clone().unwrap_or_default();
        let count = |column: &[Option<i64>]| column[row].unwrap_or_default().max(0) as u64;
        let segment = Segment::new(&word(&roles), &word(&categories), &word(&difficulties));
        let (model, day) = (word(&models), days[row].unwrap_or_default());
        // An arm may have been tried after failures alone.
        let next = history.history.arms.len() as u32;
        let arm = *arms.entry((segment.clone(), model.clone())).or_insert(next);
        if arm == next {
            history.providers.push(providers.get(&model).cloned().unwrap_or_default());
            history.history.arms.push(crate::history::HistoryArm { segment, model });
        }
        let (calls, cost_usd) = match listed[row] {
            Some(listed) if count(&counted) > 0 => (count(&counted), listed),
            _ => (count(&costed), logged[row].unwrap_or_default()),
        };
        if calls > 0 {
            history.costs.push(DayCost { day, arm, calls, cost_usd });
        }
        if count(&later) > 0 {
            history.later.push(DayLater { day, arm, calls: count(&later), successes: count(&successes) });
        }
    }
    Ok(())
}

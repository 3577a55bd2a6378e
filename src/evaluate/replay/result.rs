//! What a replay found.

use serde::Serialize;

use crate::evaluate::interval::Interval;

/// How many tasks the figures are over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// The models compared.
    pub models: usize,
    /// The tasks of the matrix.
    pub tasks: usize,
    /// The test tasks that every model ran and whose every answer has a value: all figures are over these.
    pub tested: usize,
    /// The test tasks left out because some model did not run them or nobody scored its answer.
    pub left_out: usize,
    /// The parts: so many tables were built for each budget.
    pub parts: usize,
}

/// How a way of choosing did, averaged over the tested tasks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Score {
    /// The value of an answer, in [0, 1].
    pub quality: Interval,
    /// The share of first attempts that succeed.
    pub success: Interval,
    /// The share of right choices: the cheapest among the best, ties counted as right.
    pub right: Interval,
    /// Dollars a task, over the draws whose cost is known; none where no cost is.
    pub cost_usd: Option<Interval>,
    /// The share of draws whose cost is known.
    pub costed: f64,
}

/// A model alone, on the tested tasks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SingleModel {
    /// Its id.
    pub model: String,
    /// Its mean value, in [0, 1].
    pub quality: f64,
    /// Its mean cost in dollars; none where unknown.
    pub cost_usd: Option<f64>,
}

/// A table's score beside the baselines of its budget.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// Its score.
    pub score: Score,
    /// Its quality less the best single model's, task by task.
    pub beyond_best_single: Interval,
    /// Its quality less the zero router's, task by task.
    pub beyond_zero_router: Interval,
    /// [`gain`](crate::evaluate::metrics::gain) over random choice.
    pub gain_over_random: Option<f64>,
    /// [`gain`](crate::evaluate::metrics::gain) over the best single model.
    pub gain_over_best_single: Option<f64>,
    /// [`oracle_gap`](crate::evaluate::metrics::oracle_gap).
    pub oracle_gap: Option<f64>,
    /// [`pgr`](crate::evaluate::metrics::pgr) where two models are compared: the weak one is the worse on the tested tasks.
    pub pgr: Option<f64>,
    /// [`arena_score`](crate::evaluate::metrics::arena_score) of quality and the mean of the known costs.
    pub arena_score: Option<f64>,
}

/// Tables and baselines at one budget.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AtBudget {
    /// Dollars a task; none: no limit.
    pub budget_usd: Option<f64>,
    /// The table without its exploration.
    pub exploit: Compared,
    /// The table as it is drawn from.
    pub drawn: Compared,
    /// The best single model that the budget pays, chosen on the build part.
    pub best_single: Score,
    /// Which one that is, part by part.
    pub best_single_models: Vec<String>,
    /// The mixture of single models that meets the budget, chosen on the build part.
    pub zero_router: Score,
}

/// AIQ of tables and zero router over the range of costs in which all have points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AiqOverRange {
    /// The cheapest cost of the range, in dollars a task.
    pub from_usd: f64,
    /// The dearest.
    pub to_usd: f64,
    /// The tables without their exploration.
    pub exploit: f64,
    /// The tables as they are drawn from.
    pub drawn: f64,
    /// The zero router.
    pub zero_router: f64,
    /// The same as RouterBench's code computes it.
    pub as_coded: AiqAsCoded,
}

/// [`aiq_as_coded`](crate::evaluate::metrics::aiq_as_coded) of tables and zero router, compared with each other.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AiqAsCoded {
    /// The largest cost on the hull of any of them, in dollars a task.
    pub largest_usd: f64,
    /// The tables without their exploration.
    pub exploit: f64,
    /// The tables as they are drawn from.
    pub drawn: f64,
    /// The zero router.
    pub zero_router: f64,
}

/// Tables built on part of the tasks and replayed on the rest.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Replay {
    /// What the figures are over.
    pub coverage: Coverage,
    /// One entry a budget, in the settings' order.
    pub budgets: Vec<AtBudget>,
    /// The cheapest among the best models of each task, known only afterwards.
    pub oracle: Score,
    /// A model drawn evenly.
    pub random: Score,
    /// The model that did best in each kind of work of the build part, whatever it cost and however few its tasks.
    pub best_by_segment: Score,
    /// Every model alone, by id.
    pub models: Vec<SingleModel>,
    /// Over the budgets; none with fewer than two points each.
    pub aiq: Option<AiqOverRange>,
    /// [`cost_saved`](crate::evaluate::metrics::cost_saved) by the exploit parts at the quality of the best single model
    /// without a budget.
    pub cost_saved: Option<f64>,
}

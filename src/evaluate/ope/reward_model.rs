//! q̂: what a model earns in a row, from shrunken cell means.

use super::{Log, OpeSettings};

/// How many draws a cell (row, model) has, and what they earned.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CellSums {
    /// How many draws; whole or decayed.
    pub draws: f64,
    /// Σ r over them.
    pub reward: f64,
}

/// q̂(row, model): cell means, shrunken towards what row and model say alone.
///
/// With κ draws' worth of prior at each step, e(row) = Σ (r − mean)/(n + κ), e(model) = Σ (r − mean − e(row))/(n + κ),
/// and q̂ = prior + Σ (r − prior)/(n + κ) with prior = mean + e(row) + e(model), kept within the range of rewards. A cell
/// without draws is its prior. It need not be right: estimators that use it correct it with the draws' residuals.
///
/// ```
/// use merit::evaluate::ope::{CellSums, RewardModel};
/// // One row, two models: the first with 90 draws of mean 0.8, the second without any.
/// let cells = [CellSums { draws: 90.0, reward: 72.0 }, CellSums::default()];
/// let model = RewardModel::fit(&cells, 2, 10.0, (0.0, 1.0));
/// assert!((model.predict(0, 0) - 0.8).abs() < 1e-12 && (model.predict(0, 1) - 0.8).abs() < 1e-12);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RewardModel {
    models: usize,
    /// Row by row.
    predictions: Vec<f64>,
}

impl RewardModel {
    /// Fits to cells given row by row, `models` to a row.
    pub fn fit(cells: &[CellSums], models: usize, prior_draws: f64, range: (f64, f64)) -> Self {
        let total = cells.iter().fold(CellSums::default(), |total, cell| total.plus(*cell, 1.0));
        let mean = if total.draws > 0.0 { total.reward / total.draws } else { 0.5 * (range.0 + range.1) };
        let models = models.max(1);
        let effect = |residual: f64, draws: f64| residual / (draws + prior_draws);
        let rows: Vec<f64> = cells
            .chunks(models)
            .map(|row| {
                let sums = row.iter().fold(CellSums::default(), |sums, cell| sums.plus(*cell, 1.0));
                effect(sums.reward - sums.draws * mean, sums.draws)
            })
            .collect();
        let mut columns = vec![(0.0, 0.0); models];
        for (row, &level) in cells.chunks(models).zip(&rows) {
            for (cell, column) in row.iter().zip(&mut columns) {
                column.0 += cell.reward - cell.draws * (mean + level);
                column.1 += cell.draws;
            }
        }
        let columns: Vec<f64> = columns.into_iter().map(|(residual, draws)| effect(residual, draws)).collect();
        let mut predictions = Vec::with_capacity(cells.len());
        for (row, level) in cells.chunks(models).zip(&rows) {
            for (cell, column) in row.iter().zip(&columns) {
                let prior = mean + level + column;
                let predicted = prior + effect(cell.reward - cell.draws * prior, cell.draws);
                predictions.push(predicted.clamp(range.0, range.1));
            }
        }
        Self { models, predictions }
    }

    /// Predictions that somebody else made, row by row, `models` to a row; kept within the range of rewards.
    ///
    /// ```
    /// use merit::evaluate::ope::RewardModel;
    /// let model = RewardModel::given(2, vec![0.8, 1.4], (0.0, 1.0));
    /// assert_eq!((model.predict(0, 0), model.predict(0, 1)), (0.8, 1.0));
    /// ```
    pub fn given(models: usize, predictions: Vec<f64>, range: (f64, f64)) -> Self {
        let predictions = predictions.into_iter().map(|reward| reward.clamp(range.0, range.1)).collect();
        Self { models: models.max(1), predictions }
    }

    /// q̂ of a model in a row; 0 where either was not fitted.
    pub fn predict(&self, row: u32, model: u32) -> f64 {
        let cell = (row as usize).saturating_mul(self.models).saturating_add(model as usize);
        if (model as usize) < self.models { self.predictions.get(cell).copied().unwrap_or(0.0) } else { 0.0 }
    }

    /// One model for each fold of the tasks, fitted to the usable draws of all other folds of a valid log.
    pub(super) fn cross_fit(log: &Log, settings: &OpeSettings) -> Vec<Self> {
        let size = log.rows * log.models;
        let mut folds = vec![vec![CellSums::default(); size]; settings.folds as usize];
        for draw in log.draws.iter().filter(|draw| draw.usable().is_some()) {
            let (context, drawn) = log.drawn(draw);
            let cell = context.row as usize * log.models + drawn.model as usize;
            folds[fold(draw.task, settings.folds)][cell].add(draw.reward);
        }
        let mut totals = vec![CellSums::default(); size];
        for cells in &folds {
            totals.iter_mut().zip(cells).for_each(|(total, cell)| *total = total.plus(*cell, 1.0));
        }
        let range = (settings.lowest_reward, settings.highest_reward);
        let without = |cells: &Vec<CellSums>| {
            let others: Vec<CellSums> = totals.iter().zip(cells).map(|(total, cell)| total.plus(*cell, -1.0)).collect();
            Self::fit(&others, log.models, settings.prior_draws, range)
        };
        folds.iter().map(without).collect()
    }
}

impl CellSums {
    /// One more draw.
    pub fn add(&mut self, reward: f64) {
        self.draws += 1.0;
        self.reward += reward;
    }

    /// `other` added `factor` times.
    fn plus(self, other: Self, factor: f64) -> Self {
        Self { draws: self.draws + factor * other.draws, reward: self.reward + factor * other.reward }
    }
}

/// The fold of a task: the finaliser of SplitMix64 (Steele, Lea and Flood 2014) of its number, modulo the folds.
pub(super) fn fold(task: u64, folds: u32) -> usize {
    let mut state = task.wrapping_add(0x9e37_79b9_7f4a_7c15);
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((state ^ (state >> 31)) % u64::from(folds)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_as_worked_out_by_hand() {
        let cell = |draws: f64, reward: f64| CellSums { draws, reward };
        let model =
            RewardModel::fit(&[cell(10.0, 9.0), cell(10.0, 5.0), cell(20.0, 8.0), cell(0.0, 0.0)], 2, 10.0, (0.0, 1.0));
        // mean 22/40; rows (14 − 11)/30 and (8 − 11)/30; models by what those leave.
        let (mean, upper, lower) = (0.55, 0.1, -0.1);
        let first = ((9.0 - 10.0 * (mean + upper)) + (8.0 - 20.0 * (mean + lower))) / 40.0;
        let second = (5.0 - 10.0 * (mean + upper)) / 20.0;
        let prior = mean + upper + first;
        assert!((model.predict(0, 0) - (prior + (9.0 - 10.0 * prior) / 20.0)).abs() < 1e-12);
        assert!((model.predict(1, 1) - (mean + lower + second)).abs() < 1e-12, "no draws: the prior");
        assert_eq!((model.predict(2, 0), model.predict(0, 2)), (0.0, 0.0));
    }

    #[test]
    fn folds_are_about_even() {
        let mut counts = [0; 5];
        (0..10_000).for_each(|task| counts[fold(task, 5)] += 1);
        assert!(counts.iter().all(|count| (1850..=2150).contains(count)), "{counts:?}");
    }
}

//! The variances of the effects, by Schall's fixed point.

use super::design::{Design, Spread};
use super::fit::{Fit, Row, dot};
use super::symmetric::Symmetric;

/// A variance counts as if it had been seen at one level beforehand to be this large: a factor of two or three levels is
/// neither pinned to 0 nor let go. Models differ most: logits of ±0.7 are a reliability of .83 to .95 round .9.
const PRIOR_LEVELS: f64 = 1.0;
const PRIOR_OF_MODELS: f64 = 0.5;
const PRIOR_OF_OTHERS: f64 = 0.1;
/// d(model, category) and e(arm) share that of the others: in a log with one kind of work a category they are one thing,
/// and twice the prior would be noise to chase where one model is the best at everything.
const PRIOR_OF_NESTED: f64 = 0.5 * PRIOR_OF_OTHERS;
/// Variances are kept within these.
const RANGE: (f64, f64) = (1e-4, 9.0);

impl Fit {
    /// Schall's fixed point; the largest relative change.
    pub(super) fn update_variances(&mut self, design: &Design, rows: &[Row]) -> f64 {
        self.describe_paths();
        let mut changed: f64 = 0.0;
        let mut update = |variance: &mut f64, prior: f64, squares: f64, levels: f64| {
            let estimate = (squares + PRIOR_LEVELS * prior) / (levels.max(0.0) + PRIOR_LEVELS);
            let estimate = estimate.clamp(RANGE.0, RANGE.1);
            changed = changed.max((estimate / *variance - 1.0).abs());
            *variance = estimate;
        };
        let before = self.variances.clone();
        for (factor, &offset) in self.offsets.iter().enumerate() {
            if design.factors[factor].spread == Spread::Estimated {
                let columns = offset..offset + design.factors[factor].levels;
                let squares = columns.clone().map(|column| self.shared[column] * self.shared[column]).sum();
                let unknown: f64 = columns.map(|column| self.covariance.at(column, column)).sum();
                let levels = design.factors[factor].levels as f64 - unknown / before.factors[factor];
                update(&mut self.variances.factors[factor], PRIOR_OF_OTHERS, squares, levels);
            }
        }
        let (mut squares, mut levels) = (0.0, 0.0);
        for node in &self.models {
            let share = self.model_prior().share(node.sums.weight);
            let reach = share * before.model;
            let scale = quadratic(&self.covariance, &node.sums.design);
            squares += node.effect * node.effect;
            levels += 1.0 - (before.model * share + reach * reach * scale) / before.model;
        }
        let of_models = (squares, levels);
        let (mut squares, mut levels) = (0.0, 0.0);
        let (mut residual_squares, mut residual_levels) = (0.0, 0.0);
        for model in &self.models {
            let model_share = self.model_prior().share(model.sums.weight);
            for node in &self.interactions[model.interactions.clone()] {
                let prior = self.interaction_prior(node.key);
                let share = prior.share(node.sums.weight);
                let reach = share * prior.variance;
                // d = −reach·(X − T·k_a·σ_a²·X_a)ᵀβ − reach·T·ε_a + ε_d.
                let through: Vec<f64> = node
                    .sums
                    .design
                    .iter()
                    .zip(&model.sums.design)
                    .map(|(own, above)| own - node.sums.weight * model_share * before.model * above)
                    .collect();
                let own = reach * node.sums.weight;
                let variance = prior.variance * share
                    + reach * reach * quadratic(&self.covariance, &through)
                    + own * own * before.model * model_share;
                squares += (node.effect - prior.mean) * (node.effect - prior.mean);
                levels += 1.0 - variance / prior.variance;
                for arm in &self.arms[node.arms.clone()] {
                    let own = &rows[arm.groups.clone()];
                    let weight: f64 = own.iter().map(|row| row.weight).sum();
                    let share = self.residual_prior().share(weight);
                    let reach = share * before.residual * weight;
                    let columns: Vec<(usize, f64)> = own[0].columns.iter().map(|&column| (column, 1.0)).collect();
                    let above = self.variance_at(&node.path, &columns);
                    residual_squares += arm.effect * arm.effect;
                    residual_levels += 1.0 - (before.residual * share + reach * reach * above) / before.residual;
                }
            }
        }
        update(&mut self.variances.model, PRIOR_OF_MODELS, of_models.0, of_models.1);
        update(&mut self.variances.interaction, PRIOR_OF_NESTED, squares, levels);
        update(&mut self.variances.residual, PRIOR_OF_NESTED, residual_squares, residual_levels);
        changed
    }
}

fn quadratic(matrix: &Symmetric, x: &[f64]) -> f64 {
    dot(&matrix.times(x), x)
}

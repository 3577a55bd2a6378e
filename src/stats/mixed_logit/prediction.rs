//! What the fitted model expects of an arm, seen or not.

use super::design::columns_of;
use super::fit::{Fit, Path};

/// A logit and how uncertain it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// The expected logit.
    pub mean: f64,
    /// Its variance, with that of an arm's own residual.
    pub variance: f64,
}

impl Fit {
    /// The prediction for an arm that the fit has no groups of. None stands for a model or a category that never ran; a
    /// level of None has no effect.
    pub fn predict(&self, model: Option<usize>, category: Option<usize>, levels: &[Option<usize>]) -> Prediction {
        let (mean, variance) = self.without_residual(model, category, levels);
        Prediction { mean, variance: variance + self.variances.residual }
    }

    /// The prediction for an arm as if its own groups were unknown: the evidence of the arm itself is taken out of the posterior
    /// of g + … + d by dividing the normal densities (the cavity of Minka, 2001), so that it can be counted once, afterwards.
    pub fn predict_without_own(
        &self,
        arm: usize,
        model: Option<usize>,
        category: Option<usize>,
        levels: &[Option<usize>],
    ) -> Prediction {
        let (mean, variance) = self.without_residual(model, category, levels);
        let own = self.arms.binary_search_by_key(&arm, |node| node.arm).ok().map(|index| &self.arms[index]);
        let Some(own) = own.filter(|own| own.weight > 0.0) else {
            return Prediction { mean, variance: variance + self.variances.residual };
        };
        // What is left of the precision; rounding and the linearisation may leave a hair too little.
        let left = (1.0 - own.weight * variance).max(LEAST_LEFT);
        let shared: f64 = columns_of(&self.offsets, levels).iter().map(|&column| self.shared[column]).sum();
        let mean = (mean - own.weight * variance * (own.response + shared)) / left;
        Prediction { mean, variance: variance / left + self.variances.residual }
    }

    /// The effect of a level of a factor.
    pub fn effect(&self, factor: usize, level: usize) -> f64 {
        self.shared[self.offsets[factor] + level]
    }

    fn without_residual(&self, model: Option<usize>, category: Option<usize>, levels: &[Option<usize>]) -> (f64, f64) {
        let columns = columns_of(&self.offsets, levels);
        let mut mean: f64 = columns.iter().map(|&column| self.shared[column]).sum();
        let model_node = model.and_then(|model| {
            self.models.binary_search_by_key(&model, |node| node.model).ok().map(|index| &self.models[index])
        });
        let interaction = model.zip(category).and_then(|key| {
            self.interactions.binary_search_by_key(&key, |node| node.key).ok().map(|index| &self.interactions[index])
        });
        mean += model_node.map_or(0.0, |node| node.effect);
        let prior = model.zip(category).map(|key| self.interaction_prior(key));
        let prior = prior.unwrap_or(super::level::Normal { mean: 0.0, variance: self.variances.interaction });
        mean += interaction.map_or(prior.mean, |node| node.effect);
        let variance = match (interaction, model_node) {
            (Some(node), _) => self.variance_at(&node.path, &columns),
            (None, Some(node)) => self.variance_at(&node.path, &columns) + prior.variance,
            (None, None) => {
                let nothing = Path {
                    through: Vec::new(),
                    spread: vec![0.0; self.shared.len()],
                    square: 0.0,
                    noise: self.variances.model,
                };
                self.variance_at(&nothing, &columns) + prior.variance
            }
        };
        (mean, variance)
    }
}

/// The share of the precision that others' evidence has at least.
const LEAST_LEFT: f64 = 1e-3;

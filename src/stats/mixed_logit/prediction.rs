//! What the fitted model expects of an arm, seen or not.

use super::design::{Profile, columns_of};
use super::fit::{ArmNode, Fit};
use super::level::Normal;
use super::path::Path;

/// The share of the precision that others' evidence has at least: rounding must not take all of it.
const LEAST_LEFT: f64 = 1e-6;

/// A logit and how uncertain it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// The expected logit.
    pub mean: f64,
    /// Its variance, with that of an arm's own residual.
    pub variance: f64,
}

impl Profile {
    /// The same with a share of a column more: a mixture of levels.
    fn plus(mut self, column: usize, share: f64) -> Self {
        self.0.push((column, share));
        self
    }
}

impl Fit {
    /// The shared columns of these levels; a level of None has no effect.
    pub fn profile(&self, levels: &[Option<usize>]) -> Profile {
        Profile(columns_of(&self.offsets, levels).into_iter().map(|column| (column, 1.0)).collect())
    }

    /// A profile with a share of a level of a factor more: for the usual mixture of judges, say.
    pub fn with_share(&self, profile: Profile, factor: usize, level: usize, share: f64) -> Profile {
        profile.plus(self.offsets[factor] + level, share)
    }

    /// The prediction for an arm that the fit has no groups of. None stands for a model or a category that never ran.
    pub fn predict(&self, model: Option<usize>, category: Option<usize>, profile: &Profile) -> Prediction {
        let (mean, variance) = self.without_residual(model, category, profile);
        Prediction { mean, variance: variance + self.variances.residual }
    }

    /// The prediction for an arm as if its own groups were unknown: the evidence of the arm itself is taken out of the
    /// posterior of g + … + d by dividing the normal densities (the cavity of Minka, 2001), so that it can be counted
    /// once, afterwards.
    ///
    /// That is done where the arm's groups lie, at their sources and judges; from there to the `profile` the known
    /// effects lead.
    pub fn predict_without_own(
        &self,
        arm: usize,
        model: Option<usize>,
        category: Option<usize>,
        profile: &Profile,
    ) -> Prediction {
        let own = self.arms.binary_search_by_key(&arm, |node| node.arm).ok().map(|index| &self.arms[index]);
        let Some(own) = own.filter(|own| own.weight > 0.0) else {
            return self.predict(model, category, profile);
        };
        let (mean, variance) = self.without_residual(model, category, &own.profile);
        let left = (1.0 - own.weight * variance).max(LEAST_LEFT);
        let mean = (mean - own.weight * variance * own.response) / left;
        let way = way(own, profile);
        Prediction {
            mean: mean + way.iter().map(|&(column, share)| share * self.shared[column]).sum::<f64>(),
            variance: variance / left + self.quadratic(&way) + self.variances.residual,
        }
    }

    /// The effect of a level of a factor.
    pub fn effect(&self, factor: usize, level: usize) -> f64 {
        self.shared[self.offsets[factor] + level]
    }

    fn quadratic(&self, columns: &[(usize, f64)]) -> f64 {
        let nothing = Path { through: Vec::new(), spread: vec![0.0; self.shared.len()], square: 0.0, noise: 0.0 };
        self.variance_at(&nothing, columns)
    }

    fn without_residual(&self, model: Option<usize>, category: Option<usize>, profile: &Profile) -> (f64, f64) {
        let shared: f64 = profile.0.iter().map(|&(column, share)| share * self.shared[column]).sum();
        let model_node = model.and_then(|model| {
            self.models.binary_search_by_key(&model, |node| node.model).ok().map(|index| &self.models[index])
        });
        let interaction = model.zip(category).and_then(|key| {
            self.interactions.binary_search_by_key(&key, |node| node.key).ok().map(|index| &self.interactions[index])
        });
        let unseen = Normal { mean: 0.0, variance: self.variances.interaction };
        let prior = model.zip(category).map_or(unseen, |key| self.interaction_prior(key));
        let mean =
            shared + model_node.map_or(0.0, |node| node.effect) + interaction.map_or(prior.mean, |node| node.effect);
        let variance = match (interaction, model_node) {
            (Some(node), _) => self.variance_at(&node.path, &profile.0),
            (None, Some(node)) => self.variance_at(&node.path, &profile.0) + prior.variance,
            (None, None) => self.quadratic(&profile.0) + self.variances.model + prior.variance,
        };
        (mean, variance)
    }
}

/// From where an arm's groups lie to a profile: the difference of their columns.
fn way(own: &ArmNode, profile: &Profile) -> Vec<(usize, f64)> {
    let mut way = profile.0.clone();
    for &(column, share) in &own.profile.0 {
        match way.iter_mut().find(|(known, _)| *known == column) {
            Some((_, sum)) => *sum -= share,
            None => way.push((column, -share)),
        }
    }
    way
}

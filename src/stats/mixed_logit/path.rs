//! How the uncertainty of g + … + a + d hangs on the shared columns.

use super::fit::{Fit, dot};

/// How the error of g + … + a + d hangs on the shared columns: f = (x − h)ᵀβ + noise.
#[derive(Clone, Debug)]
pub(super) struct Path {
    /// h.
    pub(super) through: Vec<f64>,
    /// Σh.
    pub(super) spread: Vec<f64>,
    /// hᵀΣh.
    pub(super) square: f64,
    /// The variance of the noise.
    pub(super) noise: f64,
}

impl Fit {
    /// How far g + … + a + d is uncertain, for every model and interaction.
    pub(super) fn describe_paths(&mut self) {
        let model_prior = self.model_prior();
        for model in 0..self.models.len() {
            let node = &self.models[model];
            let share = model_prior.share(node.sums.weight);
            let through: Vec<f64> = node.sums.design.iter().map(|entry| share * model_prior.variance * entry).collect();
            let noise = model_prior.variance * share;
            self.models[model].path = self.path(through, noise);
            for interaction in self.models[model].interactions.clone() {
                let node = &self.interactions[interaction];
                let prior = self.interaction_prior(node.key);
                let share = prior.share(node.sums.weight);
                let above = &self.models[model].path.through;
                let through = node
                    .sums
                    .design
                    .iter()
                    .zip(above)
                    .map(|(own, above)| share * prior.variance * own + share * above)
                    .collect();
                self.interactions[interaction].path =
                    self.path(through, share * share * noise + prior.variance * share);
            }
        }
    }

    fn path(&self, through: Vec<f64>, noise: f64) -> Path {
        let spread = self.covariance.times(&through);
        let square = dot(&through, &spread);
        Path { through, spread, square, noise }
    }

    /// Var((x − h)ᵀβ + noise) for the columns of x with their shares.
    pub(super) fn variance_at(&self, path: &Path, columns: &[(usize, f64)]) -> f64 {
        let mut variance = path.square + path.noise;
        for &(row, share) in columns {
            variance -= 2.0 * share * path.spread[row];
            for &(column, other_share) in columns {
                variance += share * other_share * self.covariance.at(row, column);
            }
        }
        variance.max(0.0)
    }
}

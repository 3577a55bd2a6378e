//! The equations of the shared columns: every nested effect eliminated on the way up, arm by arm, model by model.

use super::fit::{FREE, Fit, Row};
use super::level::{Normal, Sums};
use super::symmetric::Symmetric;

impl Fit {
    /// The equations of the shared columns, all nested effects eliminated; the sums on the way are kept.
    pub(super) fn eliminate(&mut self, rows: &[Row]) -> (Symmetric, Vec<f64>) {
        let columns = self.shared.len();
        let mut matrix = Symmetric::zero(columns);
        let mut right = vec![0.0; columns];
        matrix.add(0, 0, 1.0 / FREE);
        for (factor, (&offset, &variance)) in self.offsets.iter().zip(&self.variances.factors).enumerate() {
            let end = self.offsets.get(factor + 1).copied().unwrap_or(columns);
            (offset..end).for_each(|column| matrix.add(column, column, 1.0 / variance));
        }
        let (model_prior, residual_prior) = (self.model_prior(), self.residual_prior());
        let mut of_arm: Vec<(usize, f64)> = Vec::new();
        for model in 0..self.models.len() {
            self.models[model].sums.clear();
            for interaction in self.models[model].interactions.clone() {
                let prior = self.interaction_prior(self.interactions[interaction].key);
                let sums = &mut self.interactions[interaction].sums;
                sums.clear();
                for arm in self.interactions[interaction].arms.clone() {
                    let own = &rows[self.arms[arm].groups.clone()];
                    let sums = &mut self.interactions[interaction].sums;
                    take_arm(own, residual_prior, &mut of_arm, sums, &mut matrix, &mut right);
                }
                let sums = &self.interactions[interaction].sums;
                hand_up(sums, prior, Some(&mut self.models[model].sums), &mut matrix, &mut right);
            }
            hand_up(&self.models[model].sums, model_prior, None, &mut matrix, &mut right);
        }
        (matrix, right)
    }
}

/// An arm's rows into the shared equations and into the sums of its interaction, its residual eliminated.
fn take_arm(
    rows: &[Row],
    prior: Normal,
    design: &mut Vec<(usize, f64)>,
    above: &mut Sums,
    matrix: &mut Symmetric,
    right: &mut [f64],
) {
    let (mut weight, mut response) = (0.0, 0.0);
    design.clear();
    for row in rows {
        weight += row.weight;
        response += row.response;
        for &column in &row.columns {
            match design.iter_mut().find(|(known, _)| *known == column) {
                Some((_, sum)) => *sum += row.weight,
                None => design.push((column, row.weight)),
            }
            right[column] += row.response;
            for &other in &row.columns {
                matrix.add(column, other, row.weight);
            }
        }
    }
    let share = prior.share(weight);
    let taken = share * prior.variance;
    for &(column, entry) in design.iter() {
        right[column] -= taken * response * entry;
        above.design[column] += share * entry;
        for &(other, other_entry) in design.iter() {
            matrix.add(column, other, -taken * entry * other_entry);
        }
    }
    above.weight += share * weight;
    above.response += share * response;
}

/// Eliminates a group's effect: its sums go to the level above, what it takes from the shared equations is taken.
fn hand_up(sums: &Sums, prior: Normal, above: Option<&mut Sums>, matrix: &mut Symmetric, right: &mut [f64]) {
    let share = prior.share(sums.weight);
    matrix.add_square(-share * prior.variance, &sums.design);
    let taken = share * (prior.variance * sums.response + prior.mean);
    for (entry, design) in right.iter_mut().zip(&sums.design) {
        *entry -= taken * design;
    }
    if let Some(above) = above {
        above.weight += share * sums.weight;
        above.response += share * (sums.response - sums.weight * prior.mean);
        for (entry, design) in above.design.iter_mut().zip(&sums.design) {
            *entry += share * design;
        }
    }
}

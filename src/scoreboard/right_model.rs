//! How often the table draws a right model, by its own posteriors.

use merit_router::Table;
use merit_router::table::{Candidate, Row};
use rayon::prelude::*;

use super::estimate::Estimate;
use crate::stats::best_arm::{PosteriorTable, probability_best_of};
use crate::stats::{Beta, normal};

/// The share of draws that go to a right model.
#[derive(Clone, Debug, PartialEq)]
pub struct RightModel {
    /// Over all traffic.
    pub share: Estimate,
    /// The same were there no exploration.
    pub exploited: f64,
    /// The rows that get traffic, in the order of the table.
    pub rows: Vec<RightRow>,
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct RightRow {
    /// `role/category/difficulty`.
    pub row: String,
    /// Its share of the traffic, in \[0, 1\]; the shares sum to 1.
    pub traffic: f64,
    /// The expected share of its draws that go to a right model.
    pub share: f64,
    /// The model most often right, and with what probability.
    pub best: (String, f64),
    /// The model drawn most often, and with what probability it is right.
    pub drawn: (String, f64),
}

/// The expected share of draws that go to a model whose utility is within `tolerance` of the best one's:
///
/// R = Σ_s t_s Σ_m w(s,m)·P(U(s,m) ≥ max_j U(s,j) − tolerance)
///
/// over the rows s that get traffic t_s, with the weights w of the table. U = V − λ·C: V has the posterior of the model's
/// own value, moved to the mean of its chain; C is the cost of the chain, an unknown one charged as the highest known of
/// the row. Only eligible models compete; a draw of any other is not right. P is the integral of
/// [`probability_best_of`] with the model's utility raised by the tolerance.
///
/// The interval is R ± z·√(Σ t_s²·min(R_s(1 − R_s), (Σ_m w·√(P(1 − P)))²)): rows as independent, and within a row no less
/// than the variance can be, so it is too wide rather than too narrow. None where no row gets traffic.
pub fn right_model(table: &Table, tolerance: f64, level: f64) -> Option<RightModel> {
    let rows: Vec<&Row> = table.segments.iter().filter(|row| row.traffic_share > 0.0).collect();
    let traffic: f64 = rows.iter().map(|row| row.traffic_share).sum();
    let probabilities: Vec<Vec<f64>> =
        rows.par_iter().map(|row| probabilities(row, table.policy.lambda, tolerance)).collect();
    let (mut share, mut exploited, mut variance) = (0.0, 0.0, 0.0);
    let mut found = Vec::new();
    for (row, right) in rows.into_iter().zip(probabilities) {
        let part = row.traffic_share / traffic;
        let drawn: f64 = row.candidates.iter().zip(&right).map(|(candidate, right)| candidate.weight * right).sum();
        let exploits: f64 = row.candidates.iter().map(|candidate| candidate.exploit_weight).sum();
        let by_exploiting: f64 =
            row.candidates.iter().zip(&right).map(|(candidate, right)| candidate.exploit_weight * right).sum();
        share += part * drawn;
        exploited += part * if exploits > 0.0 { by_exploiting / exploits } else { drawn };
        let spread = |(candidate, right): (&Candidate, &f64)| candidate.weight * (right * (1.0 - right)).sqrt();
        let together: f64 = row.candidates.iter().zip(&right).map(spread).sum();
        variance += part * part * (together * together).min(drawn * (1.0 - drawn).max(0.0));
        let named = |rank: &dyn Fn(usize) -> f64| -> Option<(String, f64)> {
            let best = (0..right.len()).reduce(|best, next| if rank(next) > rank(best) { next } else { best })?;
            Some((row.candidates[best].model.clone(), right[best]))
        };
        found.push(RightRow {
            row: row.to_string(),
            traffic: part,
            share: drawn,
            best: named(&|index| right[index])?,
            drawn: named(&|index| row.candidates[index].weight)?,
        });
    }
    let half_width = normal::quantile(0.5 + 0.5 * level) * variance.sqrt();
    let (low, high) = ((share - half_width).max(0.0), (share + half_width).min(1.0));
    (!found.is_empty()).then_some(RightModel {
        share: Estimate { value: share, low: Some(low), high: Some(high) },
        exploited,
        rows: found,
    })
}

/// So many standard deviations from its mean a posterior has nothing left that counts.
const FAR: f64 = 8.0;

/// For each candidate that is drawn the probability that it is right.
fn probabilities(row: &Row, lambda: f64, tolerance: f64) -> Vec<f64> {
    let eligible: Vec<usize> = (0..row.candidates.len()).filter(|&index| row.candidates[index].eligible).collect();
    let cost = |candidate: &Candidate| candidate.chain.map_or(candidate.cost_usd.mean, |chain| chain.cost_usd);
    let highest = eligible.iter().filter_map(|&index| cost(&row.candidates[index])).fold(0.0, f64::max);
    let posteriors: Vec<Beta> = eligible.iter().map(|&index| posterior(&row.candidates[index])).collect();
    let shifts: Vec<f64> = eligible
        .iter()
        .zip(&posteriors)
        .map(|(&index, posterior)| {
            let candidate = &row.candidates[index];
            let moved = candidate.chain.map_or(0.0, |chain| chain.value - posterior.mean());
            moved - lambda * cost(candidate).unwrap_or(highest)
        })
        .collect();
    let end = |place: usize, side: f64| {
        posteriors[place].mean() + side * FAR * posteriors[place].variance().sqrt() + shifts[place]
    };
    let floor = (0..eligible.len()).map(|place| end(place, -1.0)).fold(f64::NEG_INFINITY, f64::max);
    let tables: Vec<PosteriorTable> = posteriors.iter().copied().map(PosteriorTable::new).collect();
    let mut right = vec![0.0; row.candidates.len()];
    for (place, &index) in eligible.iter().enumerate() {
        if row.candidates[index].weight > 0.0 && end(place, 1.0) + tolerance >= floor {
            let mut raised = shifts.clone();
            raised[place] += tolerance;
            right[index] = probability_best_of(&tables, &raised)[place].clamp(0.0, 1.0);
        }
    }
    right
}

/// The posterior of a candidate's own value; a table from elsewhere may hold anything.
fn posterior(candidate: &Candidate) -> Beta {
    let shape = |shape: f64| if shape.is_finite() { shape.max(1e-6) } else { 1.0 };
    Beta::new(shape(candidate.alpha), shape(candidate.beta))
}

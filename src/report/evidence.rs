//! What was observed, per model and per category: sums of the evidence mart, never of its ratios.

use std::collections::BTreeMap;

use super::mart::MartReader;
use crate::day::Day;

/// Decayed sums over some rows of the evidence mart.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Observed {
    /// Calls, not decayed.
    pub(super) calls: f64,
    strength: f64,
    strength_squared: f64,
    success_strength: f64,
    scored_strength: f64,
    quality_sum: f64,
    /// Day of the newest call.
    pub(super) last_day: Option<Day>,
}

impl Observed {
    /// Adds the sums of another.
    pub(super) fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.strength += other.strength;
        self.strength_squared += other.strength_squared;
        self.success_strength += other.success_strength;
        self.scored_strength += other.scored_strength;
        self.quality_sum += other.quality_sum;
        self.last_day = self.last_day.max(other.last_day);
    }

    /// Kish's effective number of calls, (Σ w)²/Σ w².
    pub(super) fn effective_calls(&self) -> Option<f64> {
        ratio(self.strength * self.strength, self.strength_squared)
    }

    /// The decayed mean score of scored successes, 0 to 10.
    pub(super) fn score(&self) -> Option<f64> {
        ratio(10.0 * self.quality_sum, self.scored_strength)
    }

    /// The decayed share of usable answers.
    pub(super) fn reliability(&self) -> Option<f64> {
        ratio(self.success_strength, self.strength)
    }
}

fn ratio(numerator: f64, denominator: f64) -> Option<f64> {
    (denominator > 0.0).then(|| numerator / denominator)
}

/// All that was observed.
#[derive(Debug, Default)]
pub(super) struct Observations {
    /// By model id.
    pub(super) models: BTreeMap<String, Observed>,
    /// By category, then by model id.
    pub(super) categories: BTreeMap<String, BTreeMap<String, Observed>>,
    /// Everything.
    pub(super) total: Observed,
}

impl Observations {
    /// Sums the evidence mart.
    pub(super) fn read(marts: &mut MartReader<'_>) -> Self {
        let mut number = |column| marts.numbers("evidence", column);
        let (calls, strength, strength_squared) = (number("n"), number("strength"), number("strength_squared"));
        let (success, scored, quality) = (number("success_strength"), number("scored_strength"), number("quality_sum"));
        let days = marts.days("evidence", "last_day");
        let (categories, arms) = (marts.texts("evidence", "task_category"), marts.texts("evidence", "arm"));
        let mut observations = Self::default();
        for (index, (category, arm)) in categories.into_iter().zip(arms).enumerate() {
            let (Some(category), Some(arm)) = (category, arm) else { continue };
            let row = Observed {
                calls: calls[index].unwrap_or(0.0),
                strength: strength[index].unwrap_or(0.0),
                strength_squared: strength_squared[index].unwrap_or(0.0),
                success_strength: success[index].unwrap_or(0.0),
                scored_strength: scored[index].unwrap_or(0.0),
                quality_sum: quality[index].unwrap_or(0.0),
                last_day: days[index],
            };
            observations.total.add(&row);
            observations.models.entry(arm.clone()).or_default().add(&row);
            observations.categories.entry(category).or_default().entry(arm).or_default().add(&row);
        }
        observations
    }

    /// The models by falling effective calls, then by name.
    pub(super) fn by_evidence(&self) -> Vec<&str> {
        let mut models: Vec<(&str, f64)> =
            self.models.iter().map(|(id, model)| (id.as_str(), model.effective_calls().unwrap_or(0.0))).collect();
        models.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(other.0)));
        models.into_iter().map(|(id, _)| id).collect()
    }
}

/// Each category's share of today's tasks.
pub(super) fn traffic_by_category(marts: &mut MartReader<'_>) -> BTreeMap<String, f64> {
    let (categories, shares) = (marts.texts("traffic", "task_category"), marts.numbers("traffic", "share"));
    let mut traffic = BTreeMap::new();
    for (category, share) in categories.into_iter().zip(shares) {
        if let (Some(category), Some(share)) = (category, share) {
            *traffic.entry(category).or_insert(0.0) += share;
        }
    }
    traffic
}

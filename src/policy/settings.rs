//! The `[policy]` section of merit.toml.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rules;

/// How posteriors become exploit weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Algorithm {
    /// Each model by the probability that its utility is the largest (Thompson, 1933), the posteriors reshaped by
    /// `sharpness` (Chapelle & Li, 2011).
    #[default]
    Thompson,
    /// The model with the largest upper quantile 1 − 1/(1 + W) (Bayes-UCB: Kaufmann et al., 2012).
    Ucb,
    /// The model with the largest mean utility; `epsilon` explores.
    EpsilonGreedy,
    /// The model with the largest mean utility, always: no exploration and no probes.
    Greedy,
}

/// Which models a (role, category) may use. Of several rules the first that names the segment decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowRule {
    /// The role it is for, a pattern in which `*` stands for any text.
    #[serde(default = "any")]
    pub role: String,
    /// The category it is for, a pattern.
    #[serde(default = "any")]
    pub category: String,
    /// Patterns of the models allowed.
    pub models: Vec<String>,
}

/// A model that alone is drawn for a (role, category); others are tried after its failures. Of several the first that
/// names the segment decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinRule {
    /// The role it is for, a pattern.
    #[serde(default = "any")]
    pub role: String,
    /// The category it is for, a pattern.
    #[serde(default = "any")]
    pub category: String,
    /// The model, a pattern: where it matches several, they share the draws as models do.
    pub model: String,
}

/// A starting assignment: who is expected to be good at a category before the evidence says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredAssignment {
    /// The category.
    pub category: String,
    /// The model, a pattern.
    pub model: String,
}

/// A model that has not run yet and is to be considered everywhere, with an honest interval, from its first night on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnnouncedModel {
    /// Its name, as logs and price list will have it.
    pub model: String,
    /// Who serves it.
    pub provider: String,
}

fn any() -> String {
    "*".into()
}

/// How the policy is built; the `[policy]` section of merit.toml. An unknown key is an error.
///
/// ```
/// # use merit::policy::{Algorithm, PolicySettings};
/// let settings: PolicySettings = toml::from_str("algorithm = 'ucb'\nepsilon = 0.05").expect("known keys");
/// assert_eq!((settings.algorithm, settings.min_reliability), (Algorithm::Ucb, 0.80));
/// assert!(toml::from_str::<PolicySettings>("epsilonn = 0.05").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicySettings {
    /// How posteriors become exploit weights.
    pub algorithm: Algorithm,
    /// By what the strength of the posteriors is multiplied before thompson compares them: 1 is Thompson's probability
    /// matching, which explores while it exploits; ε explores already, so more of the weight may go to the likely best.
    /// At least 1.
    pub sharpness: f64,
    /// ε, the share of traffic that explores, evenly over the eligible models; in [0, 1].
    pub epsilon: f64,
    /// The share of a row's traffic that goes to each model on probation, out of ε.
    pub probe_weight: f64,
    /// The most that all models on probation of a row get together.
    pub probe_cap: f64,
    /// The least reliability, P(success), of an eligible model.
    pub min_reliability: f64,
    /// The largest 95th percentile of latency (ms) of an eligible model, per difficulty; no entry: no limit.
    pub max_latency_p95_ms: BTreeMap<String, f64>,
    /// From this decayed strength W on, evidence can shut a model out.
    pub min_strength_for_constraints: f64,
    /// The probability that published intervals hold the true mean, in (0, 1).
    pub interval_level: f64,
    /// λ, the value (1 = a perfect answer) that one dollar is worth; 0: cost does not count.
    pub lambda: f64,
    /// The average cost of a task, in dollars, that the table is to keep to: λ is raised until it does. None: no budget.
    pub budget_usd_per_task: Option<f64>,
    /// Which models a (role, category) may use; a segment without a rule may use all.
    pub allowed_models: Vec<AllowRule>,
    /// Models that alone are drawn for a (role, category).
    pub pinned_models: Vec<PinRule>,
    /// Who is expected to be good at what; evidence overrules it.
    pub declared_assignments: Vec<DeclaredAssignment>,
    /// Models that have not run yet and are to be considered.
    pub announced_models: Vec<AnnouncedModel>,
    /// Providers that are never used.
    pub excluded_providers: Vec<String>,
}

impl Default for PolicySettings {
    fn default() -> Self {
        Self {
            algorithm: Algorithm::Thompson,
            sharpness: 8.0,
            epsilon: 0.10,
            probe_weight: 0.005,
            probe_cap: 0.02,
            min_reliability: 0.80,
            max_latency_p95_ms: BTreeMap::new(),
            min_strength_for_constraints: 20.0,
            interval_level: 0.90,
            lambda: 0.0,
            budget_usd_per_task: None,
            allowed_models: Vec::new(),
            pinned_models: Vec::new(),
            declared_assignments: Vec::new(),
            announced_models: Vec::new(),
            excluded_providers: Vec::new(),
        }
    }
}

impl PolicySettings {
    /// ε as the algorithm uses it: greedy never explores.
    pub(crate) fn exploration(&self) -> f64 {
        if self.algorithm == Algorithm::Greedy { 0.0 } else { self.epsilon }
    }

    /// Whether a model is declared for a category.
    pub(crate) fn is_declared(&self, category: &str, model: &str) -> bool {
        let mut declared = self.declared_assignments.iter();
        declared.any(|assignment| assignment.category == category && rules::matches(&assignment.model, model))
    }
}

//! A world: the true models, the work, the policy that chose, who scored, and what changed when.
//!
//! Every level of a factor (a role, a category, a difficulty) shifts the truth additively, quality in points and
//! reliability on the logit scale, and scales token counts; a [`Speciality`] is an interaction of a model with work.

use std::path::Path;

use serde::Deserialize;

use super::policy::LoggingPolicy;
use super::{LogNormal, SimulationError, standard, validate};

/// A world with known truth. [`World::standard`] is one; a TOML file gives another.
///
/// ```
/// use merit::simulate::World;
/// let world = World::from_toml("cost_logged_share = 0.5", "example")?;
/// assert_eq!(world.models, World::standard().models, "what a file leaves out is as in the standard world");
/// # Ok::<(), merit::simulate::SimulationError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    /// The models that can be chosen.
    pub models: Vec<SimulatedModel>,
    /// Who asks; shares are relative.
    pub roles: Vec<FactorLevel>,
    /// What for.
    pub categories: Vec<FactorLevel>,
    /// How hard; its quality and reliability shifts are multiplied by the model's `sensitivity`.
    pub difficulties: Vec<FactorLevel>,
    /// How long prompts and answers are.
    pub tokens: TokenDistribution,
    /// Which model was chosen, with what probability, and what followed a failure.
    pub policy: LoggingPolicy,
    /// Who scores, and how benchmark scores differ.
    pub scoring: Scoring,
    /// The share of calls whose cost is logged, in \[0, 1\].
    pub cost_logged_share: f64,
    /// Tags: half of the production calls carry one of these, each as often as any other.
    pub tags: Vec<String>,
    /// JSON objects: one in ten production calls carries one of these as `extra`.
    pub extras: Vec<String>,
    /// How the truth changes over days.
    pub drifts: Vec<Drift>,
    /// When a model was down.
    pub outages: Vec<Outage>,
}

/// One model as it truly is, at intermediate work of no particular kind.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimulatedModel {
    /// Its name, as logged.
    pub name: String,
    /// Who serves it.
    pub provider: String,
    /// Mean of the latent quality in points of 10; scores are it, cut to 0 … 10, so their mean is a little lower.
    pub quality: f64,
    /// Standard deviation of the latent quality between calls, in points.
    pub spread: f64,
    /// Probability of a usable answer at the first attempt, in (0, 1).
    pub reliability: f64,
    /// Time to the last token at the median answer length: median in milliseconds, and spread at that length.
    pub latency_ms: LogNormal,
    /// What it costs.
    pub price: Price,
    /// How strongly difficulty tells on it: 1 takes the difficulty's shifts as they are.
    pub sensitivity: f64,
    /// What it is especially good or bad at.
    #[serde(default)]
    pub specialities: Vec<Speciality>,
}

/// List price in US dollars per million tokens.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Prompt tokens that were not cached.
    pub input: f64,
    /// Cached prompt tokens; the price of other prompt tokens where left out.
    pub cached_input: Option<f64>,
    /// Answer tokens.
    pub output: f64,
}

/// Where a model departs from the sum of the factors; what is left out means any.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Speciality {
    /// In this role only.
    pub role: Option<String>,
    /// In this category only.
    pub category: Option<String>,
    /// At this difficulty only.
    pub difficulty: Option<String>,
    /// Points of latent quality.
    #[serde(default)]
    pub quality: f64,
    /// Reliability, on the logit scale.
    #[serde(default)]
    pub reliability: f64,
}

/// One level of a factor: a role, a category or a difficulty.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorLevel {
    /// Its name, as logged.
    pub name: String,
    /// Its share of the tasks, relative to the other levels; factors are independent.
    pub share: f64,
    /// Points of latent quality.
    #[serde(default)]
    pub quality: f64,
    /// Reliability, on the logit scale.
    #[serde(default)]
    pub reliability: f64,
    /// Prompts are this much longer.
    #[serde(default = "one")]
    pub input_factor: f64,
    /// Answers are this much longer.
    #[serde(default = "one")]
    pub output_factor: f64,
}

fn one() -> f64 {
    1.0
}

/// Token counts: log-normal, rounded, at least 1 and at most the limit.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenDistribution {
    /// Prompt tokens.
    pub input: LogNormal,
    /// Answer tokens.
    pub output: LogNormal,
    /// The longest prompt.
    pub input_limit: f64,
    /// The longest answer.
    pub output_limit: f64,
    /// Latency grows with the answer's length to this power.
    pub latency_exponent: f64,
}

/// Who scores, and how.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scoring {
    /// The judges of production calls.
    pub judges: Vec<Judge>,
    /// The name under which benchmark graders score.
    pub benchmark_judge: String,
    /// Points a benchmark score lies above a production score of the same work.
    pub benchmark_offset: f64,
}

/// One judge.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judge {
    /// Its name, as logged.
    pub name: String,
    /// Its share of the scores, relative to the other judges.
    pub share: f64,
    /// Points it gives above the truth.
    pub bias: f64,
}

/// A change of the truth over days; day 0 is the first.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Drift {
    /// From one day on a model is better or worse.
    Jump {
        /// Which model.
        model: String,
        /// The first day of the new level.
        day: u32,
        /// Points of latent quality.
        #[serde(default)]
        quality: f64,
        /// Reliability, on the logit scale.
        #[serde(default)]
        reliability: f64,
    },
    /// Latent quality walks: an independent normal step each night.
    Walk {
        /// Which model; every model, each with its own steps, where left out.
        model: Option<String>,
        /// Standard deviation of a step, in points.
        sigma: f64,
    },
}

/// Hours in which a model gave little but server errors.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outage {
    /// Which model.
    pub model: String,
    /// The day it began; day 0 is the first.
    pub day: u32,
    /// The hour it began, UTC, 0 to 24.
    pub hour: f64,
    /// How many hours it lasted.
    pub hours: f64,
    /// The share of calls that failed for it, on top of ordinary failures.
    pub failing_share: f64,
}

impl World {
    /// The standard world: four models of four price tiers, three roles, six categories, three difficulties.
    ///
    /// It holds the project's reference points, averaged over its work: Claude (claude-sonnet) 8.9 of 10, 99.5 %
    /// reliable, about 8 s; Gemini (gemini-pro) 8.5, 88 %, about 5.5 s.
    pub fn standard() -> Self {
        standard::world()
    }

    /// A world from TOML; what the text leaves out is as in the standard world. `place` names it in messages.
    ///
    /// # Errors
    /// [`SimulationError::ParseWorld`] with line and column, or [`SimulationError::World`] for a value without sense.
    pub fn from_toml(text: &str, place: &str) -> Result<Self, SimulationError> {
        let world = standard::overlay(text, place)?;
        validate::world(&world)?;
        Ok(world)
    }

    /// A world from a TOML file; see [`World::from_toml`].
    ///
    /// # Errors
    /// [`SimulationError::ReadWorld`] where the file cannot be read, else as [`World::from_toml`].
    pub fn read(path: &Path) -> Result<Self, SimulationError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| SimulationError::ReadWorld { path: path.to_owned(), source })?;
        Self::from_toml(&text, &path.display().to_string())
    }

    /// The place of a model in `models`.
    pub(super) fn model_index(&self, name: &str) -> Option<usize> {
        self.models.iter().position(|model| model.name == name)
    }
}

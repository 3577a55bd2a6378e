//! The posteriors of a leaf segment's arms: reliability, quality, and their product, value.

use std::collections::{BTreeMap, BTreeSet};

use super::arm::{Arm, Standing};
use super::evidence::{ArmEvidence, CostSource, Latency};
use super::prior::Pool;
use super::settings::PolicySettings;
use super::{eligibility, rules};
use crate::segment::Segment;
use crate::stats::dispersion::{ScoreCell, dispersion};

/// All that the log says, indexed: answers what is believed of any model in any leaf segment.
pub(super) struct Knowledge<'a> {
    settings: &'a PolicySettings,
    pool: Pool,
    arms: BTreeMap<(&'a Segment, &'a str), &'a ArmEvidence>,
    models: BTreeMap<&'a str, Model<'a>>,
    categories: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

/// What is known of a model over all its segments.
struct Model<'a> {
    arms: Vec<&'a ArmEvidence>,
    dispersion: f64,
}

impl<'a> Knowledge<'a> {
    pub(super) fn new(evidence: &'a [ArmEvidence], settings: &'a PolicySettings) -> Self {
        let arms: BTreeMap<_, _> = evidence.iter().map(|arm| ((&arm.segment, arm.model.as_str()), arm)).collect();
        let mut models: BTreeMap<&str, Model> = BTreeMap::new();
        let mut categories: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        // In the order of the keys, whatever order the evidence came in: sums are ordered.
        for arm in arms.values().copied() {
            let model = models.entry(&arm.model).or_insert_with(|| Model { arms: Vec::new(), dispersion: 1.0 });
            model.arms.push(arm);
            categories.entry(&arm.segment.category).or_default().insert(&arm.model);
        }
        for model in models.values_mut() {
            let cells: Vec<ScoreCell> = model.arms.iter().map(|arm| score_cell(arm)).collect();
            model.dispersion = dispersion(&cells);
        }
        Self { settings, pool: Pool::new(arms.values().copied()), arms, models, categories }
    }

    /// Whether any success in the whole log has a score.
    pub(super) fn scored(&self) -> bool {
        self.pool.scored()
    }

    /// The evidence of a leaf segment's arms, by id.
    pub(super) fn evidence_in(&self, segment: &Segment) -> Vec<&ArmEvidence> {
        self.arms.range((segment, "")..).map(|(_, arm)| *arm).take_while(|arm| arm.segment == *segment).collect()
    }

    /// The models to consider in a leaf segment, by id: those with evidence in its category; where the rules allow none of
    /// those, every model of the log that they allow.
    pub(super) fn models_for(&self, segment: &Segment) -> Vec<&'a str> {
        let in_category: Vec<&str> =
            self.categories.get(segment.category.as_str()).into_iter().flatten().copied().collect();
        if in_category.iter().any(|model| self.forbidden(segment, model).is_none()) {
            return in_category;
        }
        self.models.keys().copied().filter(|model| self.forbidden(segment, model).is_none()).collect()
    }

    fn forbidden(&self, segment: &Segment, model: &str) -> Option<String> {
        let provider = self.models.get(model).map_or("", |known| known.arms[0].provider.as_str());
        rules::forbidden(self.settings, segment, model, provider)
    }

    /// What is believed of a model in a leaf segment; without evidence there, the prior, and the model's costs elsewhere.
    pub(super) fn arm(&self, segment: &Segment, model: &str) -> Arm {
        let evidence = self.arms.get(&(segment, model)).copied();
        let known = self.models.get(model);
        let (reliability_prior, quality_prior) = self.pool.priors(segment);
        let (mut reliability, mut quality) = (reliability_prior, quality_prior);
        if let Some(arm) = evidence {
            reliability = reliability.updated(arm.success_strength, arm.strength - arm.success_strength);
            // A graded score tells more than a coin toss of the same mean: E = S/φ.
            let dispersion = known.map_or(1.0, |model| model.dispersion);
            quality =
                quality.updated(arm.quality_sum / dispersion, (arm.scored_strength - arm.quality_sum) / dispersion);
        }
        let (standing, unproven) = match self.forbidden(segment, model) {
            Some(reason) => (Standing::Forbidden(reason), false),
            None => eligibility::standing(self.settings, segment, evidence, reliability),
        };
        let costs = evidence.map_or_else(|| known.map(elsewhere).unwrap_or_default(), Costs::of);
        Arm {
            model: model.into(),
            provider: known.map_or_else(String::new, |model| model.arms[0].provider.clone()),
            reliability,
            quality,
            value: reliability.product(quality),
            calls: evidence.map_or(0, |arm| arm.calls),
            strength: evidence.map_or(0.0, |arm| arm.strength),
            strength_squared: evidence.map_or(0.0, |arm| arm.strength_squared),
            scored_strength: evidence.map_or(0.0, |arm| arm.scored_strength),
            cost_usd: costs.cost_usd,
            cost_source: costs.source,
            input_tokens: costs.input_tokens,
            output_tokens: costs.output_tokens,
            latency: evidence.map_or_else(Latency::default, |arm| arm.latency),
            standing,
            unproven,
            flags: evidence.map_or_else(Vec::new, |arm| arm.flags.clone()),
        }
    }
}

/// Expected cost and tokens of a call.
struct Costs {
    cost_usd: Option<f64>,
    source: CostSource,
    input_tokens: Option<f64>,
    output_tokens: Option<f64>,
}

impl Default for Costs {
    fn default() -> Self {
        Self { cost_usd: None, source: CostSource::Unknown, input_tokens: None, output_tokens: None }
    }
}

impl Costs {
    fn of(arm: &ArmEvidence) -> Self {
        let source = if arm.cost_usd.is_some() { arm.cost_source } else { CostSource::Unknown };
        Self { cost_usd: arm.cost_usd, source, input_tokens: arm.input_tokens, output_tokens: arm.output_tokens }
    }
}

/// The mean costs of a model over the segments it ran in, by strength of evidence.
fn elsewhere(model: &Model) -> Costs {
    let mean =
        |of: fn(&ArmEvidence) -> Option<f64>| weighted_mean(model.arms.iter().map(|arm| (arm.strength, of(arm))));
    let costed = model.arms.iter().filter(|arm| arm.cost_usd.is_some() && arm.strength > 0.0);
    Costs {
        cost_usd: mean(|arm| arm.cost_usd),
        // The less certain source names the mean.
        source: costed.map(|arm| arm.cost_source).max().unwrap_or(CostSource::Unknown),
        input_tokens: mean(|arm| arm.input_tokens),
        output_tokens: mean(|arm| arm.output_tokens),
    }
}

/// The weighted mean of the numbers that are known; none where none is.
pub(super) fn weighted_mean(numbers: impl Iterator<Item = (f64, Option<f64>)>) -> Option<f64> {
    let (mut sum, mut total) = (0.0, 0.0);
    for (weight, number) in numbers {
        if let Some(number) = number {
            sum += weight * number;
            total += weight;
        }
    }
    (total > 0.0).then(|| sum / total)
}

fn score_cell(arm: &ArmEvidence) -> ScoreCell {
    ScoreCell {
        scores: arm.scored_calls,
        strength: arm.scored_strength,
        mean_weight: if arm.strength > 0.0 { arm.strength_squared / arm.strength } else { 1.0 },
        sum: arm.quality_sum,
        square_sum: arm.quality_square_sum,
    }
}

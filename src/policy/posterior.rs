//! The posteriors of a leaf segment's arms: reliability, quality, and their product, value.

use std::collections::{BTreeMap, BTreeSet};

use super::arm::{Arm, Standing};
use super::evidence::{ArmEvidence, CostSource, Latency};
use super::failure_shift::{failure_shift, shifted};
use super::leaf_tables::{Level, Levels};
use super::prior::Priors;
use super::settings::PolicySettings;
use super::{eligibility, rules};
use crate::segment::Segment;

/// All that the log says, indexed: answers what is believed of any model in any leaf segment.
pub(super) struct Knowledge<'a> {
    settings: &'a PolicySettings,
    priors: Priors<'a>,
    failure_shift: f64,
    arms: BTreeMap<(&'a Segment, &'a str), &'a ArmEvidence>,
    models: BTreeMap<&'a str, Vec<&'a ArmEvidence>>,
    categories: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// Models without a call anywhere: announced, and considered everywhere.
    announced: BTreeSet<&'a str>,
}

impl<'a> Knowledge<'a> {
    pub(super) fn new(evidence: &'a [ArmEvidence], settings: &'a PolicySettings) -> Self {
        let arms: BTreeMap<_, _> = evidence.iter().map(|arm| ((&arm.segment, arm.model.as_str()), arm)).collect();
        let mut models: BTreeMap<&str, Vec<&ArmEvidence>> = BTreeMap::new();
        let mut categories: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        // In the order of the keys, whatever order the evidence came in: sums are ordered.
        let ordered: Vec<&ArmEvidence> = arms.values().copied().collect();
        for arm in &ordered {
            models.entry(&arm.model).or_default().push(arm);
            categories.entry(&arm.segment.category).or_default().insert(&arm.model);
        }
        let silent = models.iter().filter(|(_, arms)| arms.iter().all(|arm| arm.calls() == 0));
        let announced = silent.map(|(model, _)| *model).collect();
        let priors = Priors::new(&ordered, settings);
        let mut knowledge = Self { settings, priors, failure_shift: 0.0, arms, models, categories, announced };
        let later: Vec<_> = ordered
            .iter()
            .filter(|arm| arm.later.strength > 0.0)
            .map(|arm| (arm.later, knowledge.priors.reliability(&arm.segment, &arm.model, Some(arm)).mean()))
            .collect();
        knowledge.failure_shift = failure_shift(&later);
        knowledge
    }

    /// Whether any success in the whole log has a score.
    pub(super) fn scored(&self) -> bool {
        self.priors.scored()
    }

    /// δ, the logit shift of attempts after a failure.
    pub(super) fn failure_shift(&self) -> f64 {
        self.failure_shift
    }

    /// The evidence of a leaf segment's arms, by id.
    pub(super) fn evidence_in(&self, segment: &Segment) -> Vec<&ArmEvidence> {
        self.arms.range((segment, "")..).map(|(_, arm)| *arm).take_while(|arm| arm.segment == *segment).collect()
    }

    /// The models to consider in a leaf segment, by id: those with evidence in its category, those announced, those
    /// pinned there; where the rules allow none of them, every model of the log that they allow.
    pub(super) fn models_for(&self, segment: &Segment) -> Vec<&'a str> {
        let pins = self.settings.pinned_models.iter().any(|pin| rules::names(segment, &pin.role, &pin.category));
        let pinned = |model: &&str| pins && rules::held(self.settings, segment, model).is_none();
        let mut considered: BTreeSet<&str> =
            self.categories.get(segment.category.as_str()).cloned().unwrap_or_default();
        considered.extend(&self.announced);
        considered.extend(self.models.keys().copied().filter(pinned));
        if considered.iter().any(|model| self.forbidden(segment, model).is_none()) {
            return considered.into_iter().collect();
        }
        self.models.keys().copied().filter(|model| self.forbidden(segment, model).is_none()).collect()
    }

    fn provider(&self, model: &str) -> &str {
        self.models.get(model).map_or("", |arms| arms[0].provider.as_str())
    }

    fn forbidden(&self, segment: &Segment, model: &str) -> Option<String> {
        rules::forbidden(self.settings, segment, model, self.provider(model))
    }

    /// What is observed and believed of a model's levels in a leaf segment, where `own` is the arm's evidence and `today`
    /// that part of it which is of the day itself.
    pub(super) fn levels(
        &self,
        segment: &Segment,
        model: &str,
        own: Option<&ArmEvidence>,
        today: Option<&ArmEvidence>,
    ) -> Levels {
        let cost = today.and_then(|arm| arm.cost_usd).or(own.and_then(|arm| arm.cost_usd));
        Levels {
            success: Level {
                today: self.priors.observed_reliability(segment, model, today),
                observed: self.priors.observed_reliability(segment, model, own),
                believed: self.priors.reliability(segment, model, own).mean(),
            },
            quality: self.scored().then(|| Level {
                today: self.priors.observed_quality(segment, model, today),
                observed: self.priors.observed_quality(segment, model, own),
                believed: self.priors.quality(segment, model, own).mean(),
            }),
            cost_usd: cost.or_else(|| self.models.get(model).and_then(|arms| elsewhere(arms).cost_usd)),
        }
    }

    /// What is believed of a model in a leaf segment; without evidence there, the prior, and the model's costs elsewhere.
    pub(super) fn arm(&self, segment: &Segment, model: &str) -> Arm {
        let evidence = self.arms.get(&(segment, model)).copied();
        let reliability = self.priors.reliability(segment, model, evidence);
        let quality = self.priors.quality(segment, model, evidence);
        let rule = |reason, standing: fn(String) -> Standing| (standing(reason), false);
        let (standing, unproven) = match self.forbidden(segment, model) {
            Some(reason) => rule(reason, Standing::Forbidden),
            None => match rules::held(self.settings, segment, model) {
                Some(reason) => rule(reason, Standing::Held),
                None => eligibility::standing(self.settings, segment, evidence, reliability),
            },
        };
        let own = evidence.filter(|arm| arm.cost_usd.is_some());
        let costs = own.map_or_else(|| self.models.get(model).map(elsewhere).unwrap_or_default(), Costs::of);
        let sum = |of: fn(&ArmEvidence) -> f64| evidence.map_or(0.0, of);
        Arm {
            model: model.into(),
            provider: self.provider(model).into(),
            after_failure: shifted(reliability.mean(), self.failure_shift),
            reliability,
            quality,
            value: reliability.product(quality),
            calls: evidence.map_or(0, ArmEvidence::calls),
            strength: sum(ArmEvidence::strength),
            strength_squared: sum(ArmEvidence::strength_squared),
            scored_strength: sum(ArmEvidence::scored_strength),
            cost_usd: costs.cost_usd,
            cost_source: costs.source,
            input_tokens: costs.input_tokens,
            output_tokens: costs.output_tokens,
            latency: evidence.map_or_else(Latency::default, |arm| arm.latency),
            standing,
            unproven,
            changed_since: evidence.and_then(|arm| arm.changed_since.clone()),
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
fn elsewhere(arms: &Vec<&ArmEvidence>) -> Costs {
    let mean = |of: fn(&ArmEvidence) -> Option<f64>| weighted_mean(arms.iter().map(|arm| (arm.strength(), of(arm))));
    let costed = arms.iter().filter(|arm| arm.cost_usd.is_some() && arm.strength() > 0.0);
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

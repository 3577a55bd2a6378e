//! The standard world, world files laid over it, and worlds with more or fewer models.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::work::{logistic, logit};
use super::{
    Drift, FactorLevel, LoggingPolicy, Outage, Scoring, SimulatedModel, SimulationError, TokenDistribution, World,
};

/// The keys of a world file: any may be left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WorldFile {
    models: Option<Vec<SimulatedModel>>,
    roles: Option<Vec<FactorLevel>>,
    categories: Option<Vec<FactorLevel>>,
    difficulties: Option<Vec<FactorLevel>>,
    tokens: Option<TokenDistribution>,
    policy: Option<LoggingPolicy>,
    scoring: Option<Scoring>,
    cost_logged_share: Option<f64>,
    tags: Option<Vec<String>>,
    extras: Option<Vec<String>>,
    drifts: Option<Vec<Drift>>,
    outages: Option<Vec<Outage>>,
}

fn parse(text: &str, place: &str) -> Result<WorldFile, SimulationError> {
    toml::from_str(text)
        .map_err(|source| SimulationError::ParseWorld { place: place.to_owned(), source: Box::new(source) })
}

/// The standard world.
pub(super) fn world() -> World {
    const WHOLE: &str = "standard.toml has every key; the tests read it";
    let file = parse(include_str!("standard.toml"), "the standard world").expect(WHOLE);
    World {
        models: file.models.expect(WHOLE),
        roles: file.roles.expect(WHOLE),
        categories: file.categories.expect(WHOLE),
        difficulties: file.difficulties.expect(WHOLE),
        tokens: file.tokens.expect(WHOLE),
        policy: file.policy.expect(WHOLE),
        scoring: file.scoring.expect(WHOLE),
        cost_logged_share: file.cost_logged_share.expect(WHOLE),
        tags: file.tags.expect(WHOLE),
        extras: file.extras.expect(WHOLE),
        drifts: file.drifts.expect(WHOLE),
        outages: file.outages.expect(WHOLE),
    }
}

/// A world file over the standard world, key by key.
pub(super) fn overlay(text: &str, place: &str) -> Result<World, SimulationError> {
    let (file, base) = (parse(text, place)?, world());
    Ok(World {
        models: file.models.unwrap_or(base.models),
        roles: file.roles.unwrap_or(base.roles),
        categories: file.categories.unwrap_or(base.categories),
        difficulties: file.difficulties.unwrap_or(base.difficulties),
        tokens: file.tokens.unwrap_or(base.tokens),
        policy: file.policy.unwrap_or(base.policy),
        scoring: file.scoring.unwrap_or(base.scoring),
        cost_logged_share: file.cost_logged_share.unwrap_or(base.cost_logged_share),
        tags: file.tags.unwrap_or(base.tags),
        extras: file.extras.unwrap_or(base.extras),
        drifts: file.drifts.unwrap_or(base.drifts),
        outages: file.outages.unwrap_or(base.outages),
    })
}

impl World {
    /// The same world with `count` models (at least 1): the first ones of this world, or all of them and slightly
    /// different relatives (`claude-opus-2`, …) which share their originals' exploit weight and stand behind them
    /// as fallbacks. Drifts, outages, weights and fallbacks of models that are gone go with them.
    #[must_use]
    pub fn with_models(mut self, count: usize) -> Self {
        let originals = self.models.len();
        self.models.truncate(count.max(1));
        for number in originals..count {
            let relative = relative(&self.models[number % originals], number, number / originals + 1);
            self.models.push(relative);
        }
        let names: Vec<String> = self.models.iter().map(|model| model.name.clone()).collect();
        let kept = |name: &String| names.contains(name);
        for row in &mut self.policy.rows {
            row.exploit = shared_weights(&row.exploit, &names, originals);
        }
        self.policy.fallback.retain(kept);
        self.policy.fallback.extend(names.iter().skip(originals).cloned());
        self.drifts.retain(|drift| match drift {
            Drift::Jump { model, .. } | Drift::Walk { model: Some(model), .. } => kept(model),
            Drift::Walk { model: None, .. } => true,
        });
        self.outages.retain(|outage| kept(&outage.model));
        self
    }
}

/// The weights after a change of models: an original's weight in equal parts to it and its relatives.
/// Uniform where no model with weight is left.
fn shared_weights(exploit: &BTreeMap<String, f64>, names: &[String], originals: usize) -> BTreeMap<String, f64> {
    let mut shared = BTreeMap::new();
    for (number, name) in names.iter().enumerate() {
        let family = names.iter().skip(number % originals).step_by(originals).count();
        if let Some(weight) = exploit.get(&names[number % originals]).filter(|&&weight| weight > 0.0) {
            shared.insert(name.clone(), weight / family as f64);
        }
    }
    if shared.is_empty() {
        shared.extend(names.iter().map(|name| (name.clone(), 1.0)));
    }
    shared
}

/// A relative of a model, within ±0.4 points of quality, ±0.3 logits of reliability, a quarter of its latency and a
/// third of its prices; which way is a fixed function of its number.
fn relative(original: &SimulatedModel, number: usize, generation: usize) -> SimulatedModel {
    // Multiples of irrational numbers modulo 1 fill the interval evenly (a Kronecker sequence).
    let offset = |irrational: f64| 2.0 * (number as f64 * irrational).fract() - 1.0;
    let mut model = original.clone();
    model.name = format!("{}-{generation}", original.name);
    model.quality += 0.4 * offset(std::f64::consts::SQRT_2);
    model.reliability = logistic(logit(original.reliability) + 0.3 * offset(std::f64::consts::PI));
    model.latency_ms = original.latency_ms.scaled(libm::exp(0.25 * offset(std::f64::consts::E)));
    let factor = libm::exp(0.3 * offset(std::f64::consts::LN_2));
    model.price.input *= factor;
    model.price.cached_input = model.price.cached_input.map(|price| price * factor);
    model.price.output *= factor;
    model
}

#[cfg(test)]
mod tests {
    use super::super::validate;
    use super::*;

    #[test]
    fn the_standard_world_is_valid_in_any_size() {
        for count in [1, 2, 4, 5, 12, 30] {
            let world = World::standard().with_models(count);
            assert_eq!(world.models.len(), count);
            validate::world(&world).expect("a valid world");
        }
        assert_eq!(World::standard().with_models(4), World::standard());
    }

    #[test]
    fn relatives_share_their_originals_weight() {
        let (few, many) = (World::standard(), World::standard().with_models(8));
        let segment = crate::segment::Segment::new("executor", "documentation", "beginner");
        let propensity = |world: &World, model| world.propensity(&segment, model).expect("a model of the world");
        let family = propensity(&many, "gemini-pro") + propensity(&many, "gemini-pro-2");
        assert!((family - 2.0 * 0.1 / 8.0 - 0.9 * 0.8).abs() < 1e-11);
        assert!((propensity(&few, "gemini-pro") - 0.1 / 4.0 - 0.9 * 0.8).abs() < 1e-11);
        assert_ne!(many.models[4].quality, many.models[0].quality);
    }

    #[test]
    fn a_world_file_changes_what_it_names_only() {
        let text = "[[drifts]]\nkind = \"jump\"\nmodel = \"gemini-pro\"\nday = 70\nquality = -1.5\n";
        let world = World::from_toml(text, "example").expect("a valid world");
        let jump = Drift::Jump { model: "gemini-pro".into(), day: 70, quality: -1.5, reliability: 0.0 };
        assert_eq!(world, World { drifts: vec![jump], ..World::standard() });
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_place() {
        let error = World::from_toml("# a world\ncost_share = 0.5\n", "my.toml").expect_err("refused");
        let message = error.to_string();
        assert!(message.starts_with("my.toml: not a world: "), "{message}");
        assert!(message.contains("line 2") && message.contains("cost_share"), "{message}");
    }
}

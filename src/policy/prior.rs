//! The priors of an arm: what a mixed model of all arms expects of it, with how uncertain that is.
//!
//! Never the model's own overall mean: routers send hard work to strong models, so that mean confounds the model with its
//! work (Simpson's paradox). The mixed model (`stats::mixed_logit`) tells model, category, difficulty, role, source and
//! judge apart; the arm's own evidence is left out of its prior, to be counted once, in the posterior.

use std::collections::BTreeMap;

use super::evidence::{ArmEvidence, Cell};
use super::settings::PolicySettings;
use super::update::{Sums, posterior};
use crate::segment::Segment;
use crate::stats::dispersion::{ScoreCell, dispersions};
use crate::stats::mixed_logit::{Design, Factor, Fit, Group, Prediction, Spread, fit};
use crate::stats::{Beta, logit_normal};

/// The least and the most calls that a prior counts as.
pub const PRIOR_STRENGTH: (f64, f64) = (2.0, 500.0);
/// What a declared assignment adds to the prior mean of its model in its category, on the logit scale.
const DECLARED_SHIFT: f64 = 0.2;
/// The variance of a source's offset: free.
const SOURCE_VARIANCE: f64 = 1.0;
/// The places of source and judge among the factors, after category, difficulty and role.
const SOURCES: usize = 3;
const JUDGES: usize = 4;
/// The source whose level counts.
const PRODUCTION: &str = "production";

/// The names of models and work as indices.
struct Names<'a> {
    models: BTreeMap<&'a str, usize>,
    roles: BTreeMap<&'a str, usize>,
    categories: BTreeMap<&'a str, usize>,
    difficulties: BTreeMap<&'a str, usize>,
    arms: BTreeMap<(&'a Segment, &'a str), usize>,
}

fn indexed<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let names: BTreeMap<&str, ()> = names.map(|name| (name, ())).collect();
    names.into_keys().enumerate().map(|(index, name)| (name, index)).collect()
}

/// What all the evidence says of reliability and of quality.
pub(super) struct Priors<'a> {
    names: Names<'a>,
    /// φ of each model.
    dispersions: Vec<f64>,
    reliability: Figure<'a>,
    /// None in a log without a score.
    quality: Option<Figure<'a>>,
}

/// One figure's mixed model.
struct Figure<'a> {
    fit: Fit,
    /// Effects of the sources other than the baseline.
    sources: BTreeMap<&'a str, f64>,
    /// Effects of the judges less that of the usual mixture of judges.
    judges: BTreeMap<&'a str, f64>,
    /// The usual mixture of judges: levels with their shares.
    mixture: Vec<(usize, f64)>,
}

impl<'a> Priors<'a> {
    /// Fits both figures; `arms` in the order of their keys.
    pub(super) fn new(arms: &[&'a ArmEvidence], settings: &PolicySettings) -> Self {
        let names = Names {
            models: indexed(arms.iter().map(|arm| arm.model.as_str())),
            roles: indexed(arms.iter().map(|arm| arm.segment.role.as_str())),
            categories: indexed(arms.iter().map(|arm| arm.segment.category.as_str())),
            difficulties: indexed(arms.iter().map(|arm| arm.segment.difficulty.as_str())),
            arms: arms.iter().enumerate().map(|(index, arm)| ((&arm.segment, arm.model.as_str()), index)).collect(),
        };
        let mut cells: Vec<Vec<ScoreCell>> = vec![Vec::new(); names.models.len()];
        for arm in arms {
            cells[names.models[arm.model.as_str()]].extend(arm.cells.iter().map(score_cell));
        }
        let dispersions = dispersions(&cells);
        let expected = names.expected(settings);
        let scored = arms.iter().any(|arm| arm.scored_strength() > 0.0);
        let (reliability, quality) = rayon::join(
            || Figure::reliability(arms, &names, expected.clone()),
            || scored.then(|| Figure::quality(arms, &names, &dispersions, expected.clone())),
        );
        Self { names, dispersions, reliability, quality }
    }

    /// Whether any success in the whole log has a score.
    pub(super) fn scored(&self) -> bool {
        self.quality.is_some()
    }

    /// The posterior of P(success) of a model in a leaf segment.
    pub(super) fn reliability(&self, segment: &Segment, model: &str, evidence: Option<&ArmEvidence>) -> Beta {
        let figure = &self.reliability;
        let (prior, level) = figure.expectation(&self.names, segment, model);
        let cells = evidence.map_or(&[][..], |arm| &arm.cells);
        posterior(
            prior,
            cells.iter().map(|cell| Sums {
                sum: figure.adjusted(level, cell, cell.success_strength, cell.strength),
                strength: cell.strength,
                strength_squared: cell.strength_squared,
                dispersion: 1.0,
            }),
        )
    }

    /// The posterior of the mean score/10 of a success.
    pub(super) fn quality(&self, segment: &Segment, model: &str, evidence: Option<&ArmEvidence>) -> Beta {
        let Some(figure) = &self.quality else { return Beta::new(1.0, 1.0) };
        let (prior, level) = figure.expectation(&self.names, segment, model);
        let cells = evidence.map_or(&[][..], |arm| &arm.cells);
        // A graded score tells more than a coin toss of the same mean: E = S/φ.
        let dispersion = self.names.models.get(model).map_or(1.0, |&index| self.dispersions[index]);
        posterior(
            prior,
            cells.iter().map(|cell| Sums {
                sum: figure.adjusted(level, cell, cell.quality_sum, cell.scored_strength),
                strength: cell.scored_strength,
                strength_squared: cell.scored_strength_squared,
                dispersion,
            }),
        )
    }

    /// The share of an arm's own calls that succeed, as in the usual source; none without a call.
    pub(super) fn observed_reliability(
        &self,
        segment: &Segment,
        model: &str,
        evidence: Option<&ArmEvidence>,
    ) -> Option<f64> {
        let sums = |cell: &Cell| (cell.success_strength, cell.strength);
        self.reliability.observed(&self.names, segment, model, evidence?, sums)
    }

    /// The mean score/10 of an arm's own successes, as by the usual source and judges; none without a score.
    pub(super) fn observed_quality(
        &self,
        segment: &Segment,
        model: &str,
        evidence: Option<&ArmEvidence>,
    ) -> Option<f64> {
        let sums = |cell: &Cell| (cell.quality_sum, cell.scored_strength);
        self.quality.as_ref()?.observed(&self.names, segment, model, evidence?, sums)
    }
}

impl<'a> Names<'a> {
    fn levels(&self, segment: &Segment) -> [Option<usize>; 3] {
        [
            self.categories.get(segment.category.as_str()).copied(),
            self.difficulties.get(segment.difficulty.as_str()).copied(),
            self.roles.get(segment.role.as_str()).copied(),
        ]
    }

    fn factors(&self) -> Vec<Factor> {
        let factor = |levels: usize| Factor { levels, spread: Spread::Estimated };
        vec![factor(self.categories.len()), factor(self.difficulties.len()), factor(self.roles.len())]
    }

    /// A cell for the fit, with the strength N of its noise, not W, which also allows for drift: told W, the fit would
    /// take part of the differences between arms for noise and shrink them too far.
    fn group(&self, arm: &ArmEvidence, levels: [Option<usize>; 2], sums: Sums) -> Group {
        let calls = sums.calls();
        let model = arm.model.as_str();
        let work = self.levels(&arm.segment);
        Group {
            model: self.models[model],
            category: self.categories[arm.segment.category.as_str()],
            arm: self.arms[&(&arm.segment, model)],
            levels: work.into_iter().chain(levels).collect(),
            strength: calls,
            sum: if sums.strength > 0.0 { calls * sums.sum / sums.strength } else { 0.0 },
        }
    }

    /// The prior means of the declared models in their categories.
    fn expected(&self, settings: &PolicySettings) -> BTreeMap<(usize, usize), f64> {
        let mut expected = BTreeMap::new();
        for (category, &category_index) in &self.categories {
            for (model, &model_index) in &self.models {
                if settings.is_declared(category, model) {
                    expected.insert((model_index, category_index), DECLARED_SHIFT);
                }
            }
        }
        expected
    }
}

impl<'a> Figure<'a> {
    fn reliability(arms: &[&'a ArmEvidence], names: &Names<'_>, expected: BTreeMap<(usize, usize), f64>) -> Self {
        let sources = other_sources(arms, |cell| cell.strength);
        let groups: Vec<Group> = cells(arms)
            .map(|(arm, cell)| {
                let source = sources.get(cell.source.as_str()).copied();
                names.group(
                    arm,
                    [source, None],
                    Sums {
                        sum: cell.success_strength,
                        strength: cell.strength,
                        strength_squared: cell.strength_squared,
                        dispersion: 1.0,
                    },
                )
            })
            .collect();
        Self::fitted(names, sources, BTreeMap::new(), groups, expected)
    }

    fn quality(
        arms: &[&'a ArmEvidence],
        names: &Names<'_>,
        dispersions: &[f64],
        expected: BTreeMap<(usize, usize), f64>,
    ) -> Self {
        let sources = other_sources(arms, |cell| cell.scored_strength);
        let scored = || cells(arms).filter(|(_, cell)| cell.scored_strength > 0.0);
        let judges = indexed(scored().map(|(_, cell)| cell.judge.as_str()));
        // One judge alone cannot be told from the level of all.
        let judges = if judges.len() > 1 { judges } else { BTreeMap::new() };
        let groups: Vec<Group> = scored()
            .map(|(arm, cell)| {
                let levels = [sources.get(cell.source.as_str()).copied(), judges.get(cell.judge.as_str()).copied()];
                let dispersion = dispersions[names.models[arm.model.as_str()]];
                names.group(
                    arm,
                    levels,
                    Sums {
                        sum: cell.quality_sum,
                        strength: cell.scored_strength,
                        strength_squared: cell.scored_strength_squared,
                        dispersion,
                    },
                )
            })
            .collect();
        let usual = |cell: &Cell| !sources.contains_key(cell.source.as_str());
        let mut mixture = vec![0.0; judges.len()];
        for (_, cell) in scored().filter(|(_, cell)| usual(cell)) {
            if let Some(&judge) = judges.get(cell.judge.as_str()) {
                mixture[judge] += cell.scored_strength;
            }
        }
        let total: f64 = mixture.iter().sum();
        let share = |strength: f64| if total > 0.0 { strength / total } else { 1.0 / judges.len() as f64 };
        let mixture = mixture.into_iter().map(share).enumerate().collect();
        Self { mixture, ..Self::fitted(names, sources, judges, groups, expected) }.centred()
    }

    /// Judges compared with their usual mixture.
    fn centred(mut self) -> Self {
        let effects: Vec<f64> = self.judges.values().copied().collect();
        let usual: f64 = self.mixture.iter().map(|&(judge, share)| share * effects[judge]).sum();
        self.judges.values_mut().for_each(|effect| *effect -= usual);
        self
    }

    fn fitted(
        names: &Names<'_>,
        sources: BTreeMap<&'a str, usize>,
        judges: BTreeMap<&'a str, usize>,
        groups: Vec<Group>,
        expected: BTreeMap<(usize, usize), f64>,
    ) -> Self {
        let mut factors = names.factors();
        factors.push(Factor { levels: sources.len(), spread: Spread::Known(SOURCE_VARIANCE) });
        factors.push(Factor { levels: judges.len(), spread: Spread::Estimated });
        let fit = fit(&Design { factors, expected }, &groups);
        let effects = |factor: usize, levels: BTreeMap<&'a str, usize>| {
            levels.into_iter().map(|(name, level)| (name, fit.effect(factor, level))).collect()
        };
        Self { sources: effects(SOURCES, sources), judges: effects(JUDGES, judges), mixture: Vec::new(), fit }
    }

    /// The prior, and the mean logit with the arm's own evidence, by the usual source and judges.
    fn expectation(&self, names: &Names<'_>, segment: &Segment, model: &str) -> (Beta, f64) {
        let work = names.levels(segment);
        let levels: Vec<Option<usize>> = work.into_iter().chain([None, None]).collect();
        let mut profile = self.fit.profile(&levels);
        for &(judge, share) in &self.mixture {
            profile = self.fit.with_share(profile, JUDGES, judge, share);
        }
        let (category, model_index) = (work[0], names.models.get(model).copied());
        let whole = self.fit.predict(model_index, category, &profile);
        let prior = match names.arms.get(&(segment, model)) {
            Some(&arm) => self.fit.predict_without_own(arm, model_index, category, &profile),
            None => whole,
        };
        (self.prior(prior, &work), whole.mean)
    }

    fn prior(&self, prediction: Prediction, work: &[Option<usize>; 3]) -> Beta {
        // Work of a kind that never ran differs from the usual as its kinds do.
        let unseen = work.iter().zip(&self.fit.variances().factors).filter(|(level, _)| level.is_none());
        let variance = prediction.variance + unseen.map(|(_, variance)| variance).sum::<f64>();
        logit_normal::beta(prediction.mean, variance, PRIOR_STRENGTH.0, PRIOR_STRENGTH.1)
    }

    /// The mean of an arm's own cells, adjusted; `sums` gives the sum of a cell and its strength.
    fn observed(
        &self,
        names: &Names<'_>,
        segment: &Segment,
        model: &str,
        evidence: &ArmEvidence,
        sums: fn(&Cell) -> (f64, f64),
    ) -> Option<f64> {
        let (_, level) = self.expectation(names, segment, model);
        let (mut total, mut strengths) = (0.0, 0.0);
        for cell in &evidence.cells {
            let (sum, strength) = sums(cell);
            total += self.adjusted(level, cell, sum, strength);
            strengths += strength;
        }
        (strengths > 0.0).then(|| total / strengths)
    }

    /// A cell's sum as the usual source and judges would have given it: its mean less what theirs adds at the arm's
    /// level.
    fn adjusted(&self, level: f64, cell: &Cell, sum: f64, strength: f64) -> f64 {
        let offset = self.sources.get(cell.source.as_str()).copied().unwrap_or(0.0)
            + self.judges.get(cell.judge.as_str()).copied().unwrap_or(0.0);
        if offset == 0.0 || strength <= 0.0 {
            return sum;
        }
        let added = logit_normal::expit(level + offset) - logit_normal::expit(level);
        (sum - strength * added).clamp(0.0, strength)
    }
}

/// Every arm's cells.
fn cells<'a>(arms: &[&'a ArmEvidence]) -> impl Iterator<Item = (&'a ArmEvidence, &'a Cell)> {
    arms.iter().flat_map(|arm| arm.cells.iter().map(move |cell| (*arm, cell)))
}

/// The sources that are compared with the baseline: production, or in a log without it the first by name.
fn other_sources<'a>(arms: &[&'a ArmEvidence], strength: fn(&Cell) -> f64) -> BTreeMap<&'a str, usize> {
    let found = cells(arms).filter(|(_, cell)| strength(cell) > 0.0).map(|(_, cell)| cell.source.as_str());
    let sources = indexed(found);
    let baseline = if sources.contains_key(PRODUCTION) { Some(PRODUCTION) } else { sources.keys().next().copied() };
    indexed(sources.into_keys().filter(|source| Some(*source) != baseline))
}

fn score_cell(cell: &Cell) -> ScoreCell {
    ScoreCell {
        scores: cell.scored_calls,
        strength: cell.scored_strength,
        mean_weight: if cell.scored_strength > 0.0 { cell.scored_strength_squared / cell.scored_strength } else { 1.0 },
        sum: cell.quality_sum,
        square_sum: cell.quality_square_sum,
    }
}

//! The fit: weighted least squares on a working response, variances by Schall's fixed point, repeated.

use super::design::{Design, Group, Profile, Spread, columns_of};
use super::level::{Normal, Sums};
use super::path::Path;
use super::symmetric::Symmetric;

/// The prior variance of the intercept: free for all that a logit can be.
pub(super) const FREE: f64 = 100.0;
/// Where the variances begin.
const START: f64 = 0.1;
/// Steps at most; and the largest relative change of a variance, and change of an effect, at which it has settled.
const STEPS: usize = 40;
const SETTLED: f64 = 2e-3;
/// Logits beyond this are read as this: the weight of a certain outcome would be 0.
const STEEPEST: f64 = 12.0;
/// No logit moves further than this in one step: beyond it the curvature at its start says little.
const LONGEST_STEP: f64 = 1.0;

/// Variances on the squared logit scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Variances {
    /// Of the factors' levels, a variance a factor.
    pub factors: Vec<f64>,
    /// Of a(model).
    pub model: f64,
    /// Of d(model, category).
    pub interaction: f64,
    /// Of e(arm).
    pub residual: f64,
}

/// A fitted model: ask it with [`Fit::predict`].
#[derive(Clone, Debug)]
pub struct Fit {
    pub(super) offsets: Vec<usize>,
    pub(super) variances: Variances,
    /// Estimates of the shared columns and their covariance.
    pub(super) shared: Vec<f64>,
    pub(super) covariance: Symmetric,
    pub(super) models: Vec<ModelNode>,
    pub(super) interactions: Vec<InteractionNode>,
    pub(super) arms: Vec<ArmNode>,
    pub(super) expected: std::collections::BTreeMap<(usize, usize), f64>,
}

/// What is known of a model.
#[derive(Clone, Debug)]
pub(super) struct ModelNode {
    pub(super) model: usize,
    pub(super) interactions: std::ops::Range<usize>,
    pub(super) sums: Sums,
    pub(super) effect: f64,
    pub(super) path: Path,
}

/// What is known of a model in a category.
#[derive(Clone, Debug)]
pub(super) struct InteractionNode {
    pub(super) key: (usize, usize),
    pub(super) arms: std::ops::Range<usize>,
    pub(super) sums: Sums,
    pub(super) effect: f64,
    pub(super) path: Path,
}

/// What is known of an arm.
#[derive(Clone, Debug)]
pub(super) struct ArmNode {
    pub(super) arm: usize,
    pub(super) groups: std::ops::Range<usize>,
    pub(super) effect: f64,
    /// T, after e is eliminated.
    pub(super) weight: f64,
    /// Its mean working response.
    pub(super) response: f64,
    /// The mean of its rows' shared columns.
    pub(super) profile: Profile,
}

/// A group's place among the columns.
pub(super) struct Row {
    pub(super) columns: Vec<usize>,
    pub(super) strength: f64,
    pub(super) sum: f64,
    pub(super) weight: f64,
    pub(super) response: f64,
}

/// Fits the model. Groups may come in any order; those without strength are left out.
///
/// ```
/// use merit::stats::mixed_logit::{fit, Design, Factor, Group, Spread};
/// let design = Design { factors: vec![Factor { levels: 2, spread: Spread::Estimated }], ..Design::default() };
/// // Two models at two kinds of work, 1000 calls each: the second kind is harder, the second model better.
/// let group = |model: usize, work: usize, share: f64| Group {
///     model, category: work, arm: 2 * model + work, levels: vec![Some(work)], strength: 1000.0, sum: 1000.0 * share,
/// };
/// let found = fit(&design, &[group(0, 0, 0.8), group(0, 1, 0.6), group(1, 0, 0.9), group(1, 1, 0.77)]);
/// let at = |model: Option<usize>, work: usize| found.predict(model, Some(work), &found.profile(&[Some(work)]));
/// assert!(at(Some(1), 0).mean > at(Some(0), 0).mean && at(Some(0), 0).mean > at(Some(0), 1).mean);
/// // Of a model that never ran little is known.
/// assert!(at(None, 0).variance > at(Some(0), 0).variance);
/// ```
pub fn fit(design: &Design, groups: &[Group]) -> Fit {
    let mut sorted: Vec<&Group> = groups.iter().filter(|group| group.strength > 0.0).collect();
    let key = |group: &Group| (group.model, group.category, group.arm);
    sorted.sort_by(|one, other| key(one).cmp(&key(other)).then_with(|| one.levels.cmp(&other.levels)));
    let mut state = start(design, &sorted);
    let mut rows: Vec<Row> = sorted
        .iter()
        .map(|group| Row {
            columns: columns_of(&state.offsets, &group.levels),
            strength: group.strength,
            sum: group.sum.clamp(0.0, group.strength),
            weight: 0.0,
            response: 0.0,
        })
        .collect();
    if rows.is_empty() {
        return state;
    }
    let (strength, sum) = rows.iter().fold((0.0, 0.0), |total, row| (total.0 + row.strength, total.1 + row.sum));
    let mean = (sum + 0.5) / (strength + 1.0);
    state.shared[0] = libm::log(mean / (1.0 - mean));
    for _ in 0..STEPS {
        let moved = state.solve(&mut rows);
        let changed = state.update_variances(design, &rows);
        if moved < SETTLED && changed < SETTLED {
            break;
        }
    }
    state.solve(&mut rows);
    state.describe_paths();
    state.describe_arms(&rows);
    state
}

/// The tree of models, interactions and arms over the sorted groups; all effects 0.
fn start(design: &Design, sorted: &[&Group]) -> Fit {
    let columns = design.columns();
    let empty = || Path { through: Vec::new(), spread: Vec::new(), square: 0.0, noise: 0.0 };
    let variance = |spread: Spread| match spread {
        Spread::Estimated => START,
        Spread::Known(variance) => variance,
    };
    let (mut models, mut interactions, mut arms) =
        (Vec::<ModelNode>::new(), Vec::<InteractionNode>::new(), Vec::<ArmNode>::new());
    for (index, group) in sorted.iter().enumerate() {
        let key = (group.model, group.category);
        let new_arm = arms.last().is_none_or(|arm| arm.arm != group.arm);
        if models.last().is_none_or(|node| node.model != group.model) {
            let (interactions, sums) = (interactions.len()..interactions.len(), Sums::zero(columns));
            models.push(ModelNode { model: group.model, interactions, sums, effect: 0.0, path: empty() });
        }
        if interactions.last().is_none_or(|node| node.key != key) {
            let (arms, sums) = (arms.len()..arms.len(), Sums::zero(columns));
            interactions.push(InteractionNode { key, arms, sums, effect: 0.0, path: empty() });
        }
        if new_arm {
            arms.push(ArmNode {
                arm: group.arm,
                groups: index..index,
                effect: 0.0,
                weight: 0.0,
                response: 0.0,
                profile: Profile(Vec::new()),
            });
        }
        let (model, interaction, arm) = (models.last_mut(), interactions.last_mut(), arms.last_mut());
        if let (Some(model), Some(interaction), Some(arm)) = (model, interaction, arm) {
            arm.groups.end = index + 1;
            interaction.arms.end = arms.len();
            model.interactions.end = interactions.len();
        }
    }
    Fit {
        offsets: design.offsets(),
        variances: Variances {
            factors: design.factors.iter().map(|factor| variance(factor.spread)).collect(),
            model: START,
            interaction: START,
            residual: START,
        },
        shared: vec![0.0; columns],
        covariance: Symmetric::zero(columns),
        models,
        interactions,
        arms,
        expected: design.expected.clone(),
    }
}

impl Fit {
    /// The estimated variances.
    pub fn variances(&self) -> &Variances {
        &self.variances
    }

    /// The prior of d(model, category).
    pub(super) fn interaction_prior(&self, key: (usize, usize)) -> Normal {
        let mean = self.expected.get(&key).copied().unwrap_or(0.0);
        Normal { mean, variance: self.variances.interaction + mean * mean }
    }

    pub(super) fn model_prior(&self) -> Normal {
        Normal { mean: 0.0, variance: self.variances.model }
    }

    pub(super) fn residual_prior(&self) -> Normal {
        Normal { mean: 0.0, variance: self.variances.residual }
    }

    /// One step of weighted least squares, shortened where it would move a logit too far; the largest move of a logit.
    fn solve(&mut self, rows: &mut [Row]) -> f64 {
        self.linearise(rows);
        let (matrix, right) = self.eliminate(rows);
        self.covariance = matrix.inverse();
        let target = self.effects(self.covariance.times(&right), rows);
        let furthest = self.furthest_move(&target, rows);
        let share = (LONGEST_STEP / furthest).min(1.0);
        let towards = |effect: &mut f64, target: f64| *effect += share * (target - *effect);
        self.shared.iter_mut().zip(&target.shared).for_each(|(effect, target)| towards(effect, *target));
        self.models.iter_mut().zip(&target.models).for_each(|(node, target)| towards(&mut node.effect, *target));
        let interactions = self.interactions.iter_mut().zip(&target.interactions);
        interactions.for_each(|(node, target)| towards(&mut node.effect, *target));
        self.arms.iter_mut().zip(&target.arms).for_each(|(node, target)| towards(&mut node.effect, *target));
        furthest
    }

    /// The effects that solve the present equations, from those of the shared columns down.
    fn effects(&self, shared: Vec<f64>, rows: &[Row]) -> Effects {
        let (model_prior, residual_prior) = (self.model_prior(), self.residual_prior());
        let (mut models, mut interactions, mut arms) = (Vec::new(), Vec::new(), Vec::new());
        for model in &self.models {
            let of_model = model_prior.effect(&model.sums, dot(&model.sums.design, &shared));
            models.push(of_model);
            for interaction in &self.interactions[model.interactions.clone()] {
                let prior = self.interaction_prior(interaction.key);
                let sums = &interaction.sums;
                let of_interaction = prior.effect(sums, dot(&sums.design, &shared) + sums.weight * of_model);
                interactions.push(of_interaction);
                let above = of_model + of_interaction;
                for arm in &self.arms[interaction.arms.clone()] {
                    let own = &rows[arm.groups.clone()];
                    let weight: f64 = own.iter().map(|row| row.weight).sum();
                    let rest: f64 =
                        own.iter().map(|row| row.response - row.weight * (part(&shared, &row.columns) + above)).sum();
                    arms.push(residual_prior.share(weight) * residual_prior.variance * rest);
                }
            }
        }
        Effects { shared, models, interactions, arms }
    }

    /// How far these effects would move a logit at most.
    fn furthest_move(&self, target: &Effects, rows: &[Row]) -> f64 {
        let mut furthest: f64 = 0.0;
        for (model, node) in self.models.iter().enumerate() {
            for interaction in node.interactions.clone() {
                for arm in self.interactions[interaction].arms.clone() {
                    let before = node.effect + self.interactions[interaction].effect + self.arms[arm].effect;
                    let after = target.models[model] + target.interactions[interaction] + target.arms[arm];
                    for row in &rows[self.arms[arm].groups.clone()] {
                        let moved = part(&target.shared, &row.columns) - part(&self.shared, &row.columns);
                        furthest = furthest.max((moved + after - before).abs());
                    }
                }
            }
        }
        furthest
    }

    /// Weights E·μ(1−μ) and weighted working responses at the present effects.
    fn linearise(&self, rows: &mut [Row]) {
        for model in &self.models {
            for interaction in &self.interactions[model.interactions.clone()] {
                for arm in &self.arms[interaction.arms.clone()] {
                    let nested = model.effect + interaction.effect + arm.effect;
                    for row in &mut rows[arm.groups.clone()] {
                        let logit = (part(&self.shared, &row.columns) + nested).clamp(-STEEPEST, STEEPEST);
                        let mean = 1.0 / (1.0 + libm::exp(-logit));
                        row.weight = row.strength * mean * (1.0 - mean);
                        row.response = row.weight * logit + row.sum - row.strength * mean;
                    }
                }
            }
        }
    }

    /// What each arm's own groups say, and where among the shared columns they lie.
    fn describe_arms(&mut self, rows: &[Row]) {
        let residual_prior = self.residual_prior();
        for arm in &mut self.arms {
            let own = &rows[arm.groups.clone()];
            let weight: f64 = own.iter().map(|row| row.weight).sum();
            let mut columns: Vec<(usize, f64)> = Vec::new();
            for row in own {
                let share = row.weight / weight.max(f64::MIN_POSITIVE);
                for &column in &row.columns {
                    match columns.iter_mut().find(|(known, _)| *known == column) {
                        Some((_, sum)) => *sum += share,
                        None => columns.push((column, share)),
                    }
                }
            }
            arm.weight = residual_prior.share(weight) * weight;
            arm.response = own.iter().map(|row| row.response).sum::<f64>() / weight.max(f64::MIN_POSITIVE);
            arm.profile = Profile(columns);
        }
        self.arms.sort_by_key(|arm| arm.arm);
    }
}

/// What one step aims at, node by node.
struct Effects {
    shared: Vec<f64>,
    models: Vec<f64>,
    interactions: Vec<f64>,
    arms: Vec<f64>,
}

fn part(shared: &[f64], columns: &[usize]) -> f64 {
    columns.iter().map(|&column| shared[column]).sum()
}

pub(super) fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

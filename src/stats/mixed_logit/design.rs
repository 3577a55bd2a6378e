//! What is explained by what: groups of calls, the factors they differ in, and what is known beforehand.

use std::collections::BTreeMap;

/// How much the levels of a factor differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spread {
    /// A variance to be estimated.
    Estimated,
    /// A variance that is given, on the squared logit scale: large for an effect that is to be left free.
    Known(f64),
}

/// A factor beside the models: category, difficulty, role, source, judge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factor {
    /// How many levels it has.
    pub levels: usize,
    /// How much they differ.
    pub spread: Spread,
}

/// Calls alike: of one arm, from one source, scored by one judge.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The model's index.
    pub model: usize,
    /// The category's index: of d(model, category).
    pub category: usize,
    /// The arm's index: groups of one arm share a residual. An arm belongs to one model and one category.
    pub arm: usize,
    /// For each factor its level; none for the baseline, which has no effect.
    pub levels: Vec<Option<usize>>,
    /// E, the strength of the evidence, in calls.
    pub strength: f64,
    /// y, its decayed sum, between 0 and E.
    pub sum: f64,
}

/// The whole question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Design {
    /// The factors.
    pub factors: Vec<Factor>,
    /// Prior means of d(model, category) other than 0. Each widens the prior by its own square, so that evidence can
    /// overrule it.
    pub expected: BTreeMap<(usize, usize), f64>,
}

impl Design {
    /// Columns of the shared part: the intercept and one a level.
    pub(super) fn columns(&self) -> usize {
        1 + self.factors.iter().map(|factor| factor.levels).sum::<usize>()
    }

    /// Where the columns of each factor begin.
    pub(super) fn offsets(&self) -> Vec<usize> {
        let mut next = 1;
        let mut offsets = Vec::with_capacity(self.factors.len());
        for factor in &self.factors {
            offsets.push(next);
            next += factor.levels;
        }
        offsets
    }
}

/// What a prediction is for: the shared columns it adds up, with their shares. [`Fit::profile`](super::Fit::profile)
/// makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile(pub(super) Vec<(usize, f64)>);

/// The columns, each with factor 1, that the levels of a group or an arm switch on.
pub(super) fn columns_of(offsets: &[usize], levels: &[Option<usize>]) -> Vec<usize> {
    let levels = offsets.iter().zip(levels).filter_map(|(offset, level)| level.map(|level| offset + level));
    std::iter::once(0).chain(levels).collect()
}

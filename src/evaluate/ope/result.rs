//! What an evaluation says.

use super::{Overlap, Policy, Warning};

/// How a policy's value is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Estimator {
    /// IPW.
    InversePropensity,
    /// SNIPW.
    SelfNormalised,
    /// DM.
    DirectMethod,
    /// DR.
    DoublyRobust,
    /// Switch-DR.
    SwitchDoublyRobust,
    /// DRos.
    ShrunkenDoublyRobust,
}

/// An estimate and what it is sure of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// How it was made.
    pub estimator: Estimator,
    /// The value of a draw, or the difference of two.
    pub value: f64,
    /// Its standard error, clustered by task.
    pub standard_error: f64,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
    /// Where a policy makes choices that the log never draws: the lower end if those of them that it makes more often than
    /// the other policy earn the least and the rest the most, and the upper end if it is the other way round.
    pub bounds: Option<(f64, f64)>,
}

/// Estimates from the draws of the whole log or of one row.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The row; none for the whole log.
    pub row: Option<u32>,
    /// How many draws it rests on.
    pub draws: usize,
    /// How many tasks they belong to.
    pub tasks: usize,
    /// The weights of each policy in question.
    pub overlaps: Vec<(Policy, Overlap)>,
    /// One for each estimator; SNIPW is missing where all weights are 0.
    pub estimates: Vec<Estimate>,
    /// What a reader must know.
    pub warnings: Vec<Warning>,
}

/// What became of a log's draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// All of them.
    pub draws: usize,
    /// Those the estimates rest on.
    pub used: usize,
    /// Left out: no propensity.
    pub missing_propensities: usize,
    /// Left out: a propensity outside (0, 1].
    pub impossible_propensities: usize,
    /// Left out: a reward that is not finite.
    pub impossible_rewards: usize,
    /// Used, although the context gives the model another probability.
    pub disagreeing_propensities: usize,
}

/// What a log says of a policy or of two.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// What became of the draws.
    pub account: Account,
    /// All rows together.
    pub overall: Section,
    /// Every row with draws, by row.
    pub rows: Vec<Section>,
}

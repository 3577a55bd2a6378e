//! What off-policy evaluation reads: contexts with the probabilities of their candidates, and the draws made in them.

use super::OpeError;

/// Probabilities read back from a table's decimal text may be off by this.
const SUM_SLACK: f64 = 1e-9;

/// One candidate of a context and how probable each policy makes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Which model: an index below [`Log::models`].
    pub model: u32,
    /// Its probability under the policy that drew.
    pub logged: f64,
    /// Its probability under the policy in question.
    pub target: f64,
    /// Its probability under the policy that the target is compared with; the logged one, say.
    pub baseline: f64,
}

/// What is the same for all draws that a table answered in the same way: its row, who was excluded, the limits.
#[derive(Clone, Debug, PartialEq)]
pub struct Context {
    /// Which row of the table: an index below [`Log::rows`].
    pub row: u32,
    /// Everybody whom one of the three policies may draw, each once.
    pub candidates: Vec<Candidate>,
}

/// The first attempt at a task in a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draw {
    /// The task; draws of one task stand and fall together. Any number that tells tasks apart.
    pub task: u64,
    /// Which context: an index into [`Log::contexts`].
    pub context: u32,
    /// The drawn (not the serving) model: an index into the context's candidates.
    pub candidate: u32,
    /// What came of the task, credited to the drawn model.
    pub reward: f64,
    /// The probability that was logged with the draw.
    pub propensity: Option<f64>,
}

/// Draws to learn from.
///
/// ```
/// use merit::evaluate::ope::{Candidate, Context, Draw, Log};
/// let candidate = |model, logged, target| Candidate { model, logged, target, baseline: logged };
/// let log = Log {
///     rows: 1,
///     models: 2,
///     contexts: vec![Context { row: 0, candidates: vec![candidate(0, 0.9, 0.2), candidate(1, 0.1, 0.8)] }],
///     draws: vec![Draw { task: 1, context: 0, candidate: 1, reward: 0.8, propensity: Some(0.1) }],
/// };
/// assert!(log.validate().is_ok());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    /// How many rows there are.
    pub rows: usize,
    /// How many models there are.
    pub models: usize,
    /// The contexts.
    pub contexts: Vec<Context>,
    /// The draws.
    pub draws: Vec<Draw>,
}

/// A policy of which the log knows the probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Policy {
    /// The one in question.
    Target,
    /// The one it is compared with.
    Baseline,
}

impl Candidate {
    /// How probable this policy makes it.
    pub fn probability(&self, policy: Policy) -> f64 {
        match policy {
            Policy::Target => self.target,
            Policy::Baseline => self.baseline,
        }
    }
}

impl Log {
    /// Whether every index names something and every context holds three distributions.
    ///
    /// # Errors
    /// [`OpeError::Unknown`] or [`OpeError::NotADistribution`] with the first context or draw that does not. Missing and
    /// impossible propensities are no error: they are counted and left out.
    pub fn validate(&self) -> Result<(), OpeError> {
        for (place, context) in self.contexts.iter().enumerate() {
            let unknown = |what, index, count| OpeError::Unknown { holder: "context", place, what, index, count };
            if context.row as usize >= self.rows {
                return Err(unknown("row", context.row, self.rows));
            }
            if let Some(candidate) = context.candidates.iter().find(|one| one.model as usize >= self.models) {
                return Err(unknown("model", candidate.model, self.models));
            }
            for (policy, of) in [
                ("logged", (|one| one.logged) as fn(&Candidate) -> f64),
                (Policy::Target.name(), |one| one.target),
                (Policy::Baseline.name(), |one| one.baseline),
            ] {
                let sum: f64 = context.candidates.iter().map(of).sum();
                let proper = context.candidates.iter().all(|one| (0.0..=1.0 + SUM_SLACK).contains(&of(one)));
                if !proper || (sum - 1.0).abs() > SUM_SLACK {
                    return Err(OpeError::NotADistribution { context: place, policy, sum });
                }
            }
        }
        for (place, draw) in self.draws.iter().enumerate() {
            let unknown = |what, index, count| OpeError::Unknown { holder: "draw", place, what, index, count };
            let Some(context) = self.contexts.get(draw.context as usize) else {
                return Err(unknown("context", draw.context, self.contexts.len()));
            };
            if draw.candidate as usize >= context.candidates.len() {
                return Err(unknown("candidate", draw.candidate, context.candidates.len()));
            }
        }
        Ok(())
    }

    /// The context of a draw of a log that [`Log::validate`] accepts, and its drawn candidate.
    pub(in crate::evaluate) fn drawn(&self, draw: &Draw) -> (&Context, &Candidate) {
        let context = &self.contexts[draw.context as usize];
        (context, &context.candidates[draw.candidate as usize])
    }
}

impl Draw {
    /// The logged propensity where it is one.
    pub(in crate::evaluate) fn usable(&self) -> Option<f64> {
        self.propensity.filter(|propensity| is_possible(*propensity) && self.reward.is_finite())
    }
}

/// Whether something that happened can have had this probability.
pub(super) fn is_possible(propensity: f64) -> bool {
    propensity > 0.0 && propensity <= 1.0
}

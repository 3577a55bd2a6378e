//! The whole replay, and what it was over.

use serde::Serialize;

use super::error::FullFeedbackError;
use super::feedback::{FullFeedback, LeftOut};
use super::selection::Selection;
use crate::evaluate::replay::{self, Parts, Reading, Replay, ReplaySettings, ThresholdCurve};

/// The two models of a threshold curve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The better and dearer one.
    pub strong: String,
    /// The other.
    pub weak: String,
}

/// What a replay found and what it was over.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// k folds; none: the test tasks were given.
    pub folds: Option<usize>,
    /// The seed of folds, bootstrap and ties.
    pub seed: u64,
    /// How outcomes became evidence.
    pub reading: Reading,
    /// The probability that an interval holds the truth.
    pub interval_level: f64,
    /// What is not in it, and why.
    pub left_out: LeftOut,
    /// Tables and baselines.
    pub replay: Replay,
    /// Between two models, where they are asked for.
    pub threshold: Option<ThresholdCurve>,
}

/// Replays the selected models, and a pair's threshold curve where one is asked for.
///
/// Given test tasks take the place of the settings' folds. Announced models are left out: they ran no task.
///
/// # Errors
/// What [`Selection::of`], [`replay`](replay::replay) and [`threshold_curve`](replay::threshold_curve) say.
pub fn evaluate(
    feedback: &FullFeedback,
    selection: &Selection,
    pair: Option<&Pair>,
    settings: &ReplaySettings,
) -> Result<Evaluation, FullFeedbackError> {
    let selected = selection.of(feedback)?;
    let mut settings = settings.clone();
    settings.policy.announced_models.clear();
    if let Some(test) = &selected.test {
        settings.parts = Parts::Given { test: test.clone() };
    }
    // Whether a third model ran a task says nothing of these two.
    let curve = |pair: &Pair| replay::threshold_curve(&feedback.matrix, &pair.strong, &pair.weak, &settings);
    let threshold = pair.map(curve).transpose()?;
    Ok(Evaluation {
        folds: match settings.parts {
            Parts::Folds { count, .. } => Some(count),
            Parts::Given { .. } => None,
        },
        seed: settings.seed,
        reading: settings.reading,
        interval_level: settings.interval_level,
        left_out: selected.left_out,
        replay: replay::replay(&selected.matrix, &settings)?,
        threshold,
    })
}

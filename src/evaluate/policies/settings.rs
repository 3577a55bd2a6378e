//! What to play, how long and how often.

use serde::{Deserialize, Serialize};

use super::learner::Learner;
use crate::policy::PolicySettings;

/// How a world's truth moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorldKind {
    /// It stands still.
    Stationary,
    /// In the middle of the run the leader loses 0.12 of its quality, the second 0.12 of its reliability at a kind of
    /// work, and a middling model becomes the best.
    Jump,
    /// Every arm's reliability and quality walk at random.
    Walk,
}

/// The calls of an arm that see so much of its walk that a half-life of 14 days is the right one; arms with more calls
/// should forget faster, arms with fewer slower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WalkSpeed {
    /// Those that exploration draws, ε shared out over the models. What a learner must notice is how the arms do that it
    /// does not exploit.
    Explored,
    /// An even share of all calls: what uniform logging sees. About a tenth of the variance per day of `Explored`.
    EvenShare,
}

/// Settings of the evaluation.
///
/// ```
/// use merit::evaluate::policies::EvaluationSettings;
/// let settings = EvaluationSettings::default();
/// assert_eq!((settings.tasks_per_day, settings.jump_day()), (3000, 28));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EvaluationSettings {
    /// How many worlds of each kind, drawn with the seeds `first_seed` and on.
    pub seeds: u64,
    /// The first seed.
    pub first_seed: u64,
    /// How many days are played; at least 2.
    pub days: u32,
    /// Days that are played but not scored.
    pub burn_in_days: u32,
    /// Tasks (first attempts) a day.
    pub tasks_per_day: u32,
    /// The share of the successes that somebody scores, in (0, 1].
    pub scored_share: f64,
    /// By how many points of 10 the stricter judge scores lower, at a mean score of 8.
    pub stricter_judge: f64,
    /// The share of the scores that the stricter judge gives, in [0, 1].
    pub strict_share: f64,
    /// How fast the truth of [`WorldKind::Walk`] walks.
    pub walk_speed: WalkSpeed,
    /// The kinds of worlds.
    pub worlds: Vec<WorldKind>,
    /// Who plays.
    pub learners: Vec<Learner>,
    /// How policies are built; the learner's algorithm replaces its algorithm.
    pub policy: PolicySettings,
}

impl Default for EvaluationSettings {
    fn default() -> Self {
        Self {
            seeds: 10,
            first_seed: 1,
            days: 56,
            burn_in_days: 14,
            tasks_per_day: 3000,
            scored_share: 1.0 / 3.0,
            stricter_judge: 0.3,
            strict_share: 0.5,
            walk_speed: WalkSpeed::Explored,
            worlds: vec![WorldKind::Stationary, WorldKind::Jump, WorldKind::Walk],
            learners: Learner::compared(14.0),
            policy: PolicySettings::default(),
        }
    }
}

impl EvaluationSettings {
    /// The day of the jump: the middle of the run.
    pub fn jump_day(&self) -> u32 {
        self.days / 2
    }

    /// An arm's share of its segment's calls that the walk's speed suits, among `models` models.
    pub(super) fn walk_share(&self, models: usize) -> f64 {
        let even = 1.0 / models as f64;
        match self.walk_speed {
            WalkSpeed::Explored => even * self.policy.epsilon,
            WalkSpeed::EvenShare => even,
        }
    }

    /// The stricter judge's distance in logits: a step of 0.1 at a mean m is 0.1/(m(1 − m)) on the logit scale.
    pub(super) fn stricter_by_logits(&self) -> f64 {
        self.stricter_judge / 10.0 / (0.8 * 0.2)
    }
}

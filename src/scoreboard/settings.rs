//! The `[targets]` section of merit.toml.

use serde::{Deserialize, Serialize};

/// What is asked of production tasks. It shapes no table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TargetSettings {
    /// The mean score of a scored task, 0 to 10, is to be above this.
    pub score: f64,
    /// The share of tasks that got a usable answer, fallbacks included, is to be above this.
    pub success: f64,
    /// The mean cost of a task over all its attempts, US dollars, is to be below this.
    pub cost_usd_per_task: f64,
    /// 95 % of the simple tasks are to take less than this, over all their attempts, in milliseconds.
    pub latency_p95_ms: f64,
    /// The difficulty whose tasks are simple.
    pub simple_difficulty: String,
    /// The share of draws that go to a right model is to be above this.
    pub right_model: f64,
    /// A model is right whose utility is within this of the best one's (1 = a perfect answer).
    pub right_tolerance: f64,
    /// The days before as-of whose tasks count, 1 to 92.
    pub window_days: u32,
}

impl Default for TargetSettings {
    fn default() -> Self {
        Self {
            score: 9.0,
            success: 0.95,
            cost_usd_per_task: 0.05,
            latency_p95_ms: 10_000.0,
            simple_difficulty: "beginner".into(),
            right_model: 0.8,
            right_tolerance: 0.01,
            window_days: 28,
        }
    }
}

/// What `[targets]` may hold: key, value, whether it is good, what is expected.
pub(crate) fn checks(targets: &TargetSettings) -> Vec<(&'static str, f64, bool, &'static str)> {
    let share = "a share between 0 and 1 is expected";
    let positive = "a number above 0 is expected";
    let within = |value: f64, least: f64, most: f64| (least..=most).contains(&value);
    let above = |value: f64| value > 0.0 && value.is_finite();
    let days = f64::from(targets.window_days);
    vec![
        ("targets.score", targets.score, within(targets.score, 0.0, 10.0), "a score between 0 and 10 is expected"),
        ("targets.success", targets.success, within(targets.success, 0.0, 1.0), share),
        ("targets.cost_usd_per_task", targets.cost_usd_per_task, above(targets.cost_usd_per_task), positive),
        ("targets.latency_p95_ms", targets.latency_p95_ms, above(targets.latency_p95_ms), positive),
        ("targets.right_model", targets.right_model, within(targets.right_model, 0.0, 1.0), share),
        ("targets.right_tolerance", targets.right_tolerance, within(targets.right_tolerance, 0.0, 1.0), share),
        ("targets.window_days", days, within(days, 1.0, 92.0), "a number of days from 1 to 92 is expected"),
    ]
}

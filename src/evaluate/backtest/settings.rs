//! What to compare.

use serde::Serialize;

use super::error::BacktestError;
use crate::policy::{Algorithm, PolicySettings};

/// A way to build the night's table: how fast evidence is forgotten, and how posteriors become weights.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Contender {
    /// h, the days after which a call counts half; infinite: nothing is forgotten (`null` in JSON).
    pub half_life_days: f64,
    /// How posteriors become weights.
    pub algorithm: Algorithm,
}

/// Settings of a back-test: every half-life is walked with every algorithm.
#[derive(Clone, Debug, PartialEq)]
pub struct BacktestSettings {
    /// The half-lives, in days.
    pub half_lives: Vec<f64>,
    /// The algorithms.
    pub algorithms: Vec<Algorithm>,
    /// The half-life in force, which the others are compared with; its algorithm is that of `policy`. Walked even where
    /// it is in neither list.
    pub standing_half_life_days: f64,
    /// How tables are built; algorithms replace its algorithm.
    pub policy: PolicySettings,
    /// What a benchmark's call counts, as in the nightly run.
    pub benchmark_weight: f64,
    /// The most calls that an arm's benchmark counts as.
    pub benchmark_cap: f64,
    /// Days at the start of the log whose tables are not judged: there is little to forget yet.
    pub burn_in_days: u32,
    /// The first day judged, days since 1970; none: the first after the burn-in. Days before it build tables all the
    /// same.
    pub from_day: Option<i32>,
    /// The day before which days are judged; none: all. Days from it on still tell what idle arms did.
    pub before_day: Option<i32>,
    /// Of the days to be judged, so many of the last; none: all.
    pub last_nights: Option<usize>,
    /// The probability that an interval holds the mean, in (0, 1).
    pub interval_level: f64,
}

impl Default for BacktestSettings {
    fn default() -> Self {
        Self {
            half_lives: vec![3.0, 7.0, 14.0, 30.0, 60.0, f64::INFINITY],
            algorithms: vec![Algorithm::Thompson, Algorithm::Ucb, Algorithm::EpsilonGreedy, Algorithm::Greedy],
            standing_half_life_days: 14.0,
            policy: PolicySettings::default(),
            benchmark_weight: 0.3,
            benchmark_cap: 50.0,
            burn_in_days: 14,
            from_day: None,
            before_day: None,
            last_nights: None,
            interval_level: 0.95,
        }
    }
}

impl BacktestSettings {
    /// The half-lives and algorithms to walk, the standing ones among them, each once.
    pub(super) fn grid(&self) -> (Vec<f64>, Vec<Algorithm>) {
        let mut half_lives = self.half_lives.clone();
        half_lives.push(self.standing_half_life_days);
        half_lives.sort_by(f64::total_cmp);
        half_lives.dedup();
        let mut algorithms: Vec<Algorithm> = Vec::new();
        for &algorithm in self.algorithms.iter().chain([&self.policy.algorithm]) {
            if !algorithms.contains(&algorithm) {
                algorithms.push(algorithm);
            }
        }
        (half_lives, algorithms)
    }

    pub(super) fn check(&self) -> Result<(), BacktestError> {
        let check = |name, value: f64, valid: bool, range| {
            if valid { Ok(()) } else { Err(BacktestError::Setting { name, value: value.to_string(), range }) }
        };
        for &half_life in self.half_lives.iter().chain([&self.standing_half_life_days]) {
            check("half_lives", half_life, half_life > 0.0, "above 0, or infinite")?;
        }
        let weight = self.benchmark_weight;
        check("benchmark_weight", weight, (0.0..=1.0).contains(&weight), "between 0 and 1")?;
        let cap = self.benchmark_cap;
        check("benchmark_cap", cap, cap >= 0.0 && cap.is_finite(), "0 or more, and finite")?;
        let level = self.interval_level;
        check("interval_level", level, level > 0.0 && level < 1.0, "above 0 and below 1")
    }
}

//! Instants on the scale on which observations fade.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::table::{Table, unix_seconds};

const SECONDS_A_DAY: f64 = 86_400.0;

/// Turns an instant into its distance from the table's as-of day, in half-lives.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    /// The as-of day, 00:00 UTC, in seconds since 1970.
    start: f64,
    half_life_days: f64,
}

impl Scale {
    /// By a half-life in days, or that of the table's production evidence.
    pub(super) fn of(table: &Table, half_life_days: Option<f64>) -> Self {
        // A checked table has a valid day.
        let start = unix_seconds(&format!("{}T00:00:00Z", table.created_as_of)).unwrap_or_default() as f64;
        let policy = &table.policy;
        let of_the_table = policy.half_lives.get("production").map_or(policy.half_life_days, |found| found.days);
        let half_life_days = half_life_days.or(of_the_table.filter(|days| *days > 0.0)).unwrap_or(f64::INFINITY);
        Self { start, half_life_days }
    }

    /// The instant in half-lives after the as-of day; None before it, when a call is in the table already.
    pub(super) fn place(self, at: SystemTime) -> Option<f64> {
        let seconds = at.duration_since(UNIX_EPOCH).ok()?.as_secs_f64() - self.start;
        (seconds >= 0.0).then(|| seconds / SECONDS_A_DAY / self.half_life_days)
    }
}

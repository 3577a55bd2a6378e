//! What a run did: how it ended, when, and what became of the rows it read.

use super::Exposition;
use crate::analyze::check::Warning;
use crate::report::{Ingest, ReasonCount};

/// The instant of the last run that ended with exit code 0.
pub(super) const LAST_SUCCESS: &str = "merit_last_success_timestamp_seconds";

/// Most reasons for quarantine that are told apart.
const MOST_REASONS: usize = 20;

/// What a run did.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// Its exit code: 0 done, 1 failed, 3 refused by the gate, 4 input not to be trusted.
    pub exit_code: u8,
    /// How it ended, in a word: `published`, `standing`, `held`, `refused`, `failed`, ….
    pub ending: String,
    /// When it ended, seconds since 1970.
    pub ended_at_seconds: f64,
    /// How long it took, seconds.
    pub duration_seconds: f64,
    /// What it read and what became of it.
    pub ingest: Ingest,
    /// Why rows went to quarantine.
    pub reasons: Vec<ReasonCount>,
    /// What the checks found.
    pub warnings: Vec<Warning>,
}

/// The families of a run.
pub(super) fn add(exposition: &mut Exposition, run: &Run, succeeded_before: Option<f64>) {
    let mut one = |name, help, value: f64| {
        exposition.family(name, help).sample(&[], value);
    };
    one("merit_last_run_timestamp_seconds", "When the last night ended.", run.ended_at_seconds);
    one("merit_last_run_duration_seconds", "How long the last night took.", run.duration_seconds);
    one(
        "merit_last_run_exit_code",
        "Exit code of the last night: 0 done, 1 failed, 3 refused by the gate, 4 input not to be trusted.",
        f64::from(run.exit_code),
    );
    let ingest = &run.ingest;
    one("merit_last_run_files", "Log files the last night read.", ingest.files as f64);
    one("merit_last_run_rows", "Rows of logs the last night read.", ingest.read as f64);
    one("merit_last_run_new_calls", "Calls the last night took into the store.", ingest.taken as f64);
    one("merit_last_run_new_outcomes", "Late scores the last night took into the store.", ingest.outcomes as f64);
    one("merit_last_run_duplicate_rows", "Rows of the last night that the store had.", ingest.duplicate as f64);
    one("merit_last_run_skipped_rows", "Rows of the last night that are no calls.", ingest.skipped as f64);
    one("merit_last_run_quarantined_rows", "Rows of the last night set aside.", ingest.quarantined as f64);

    let reasons =
        exposition.family("merit_last_run_quarantine_reason_rows", "Rows set aside, by the commonest reasons.");
    for reason in run.reasons.iter().take(MOST_REASONS) {
        reasons.sample(&[("reason", &reason.reason)], reason.rows as f64);
    }
    let checks = exposition.family("merit_last_run_check_rows", "Rows that a check found wrong in the last night.");
    for warning in &run.warnings {
        checks.sample(&[("check", &warning.check), ("job", &warning.job)], warning.rows as f64);
    }
    exposition.family("merit_last_run_info", "How the last night ended.").sample(&[("ending", &run.ending)], 1.0);
    let succeeded = if run.exit_code == 0 { Some(run.ended_at_seconds) } else { succeeded_before };
    exposition.family(LAST_SUCCESS, "When a night last ended with exit code 0.").optional(&[], succeeded);
    exposition
        .family("merit_build_info", "The merit that wrote this file.")
        .sample(&[("version", env!("CARGO_PKG_VERSION"))], 1.0);
}

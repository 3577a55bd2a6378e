//! Checks of settings, evidence and traffic before anything is computed from them.

use std::collections::BTreeSet;

use super::error::PolicyError;
use super::evidence::{ArmEvidence, SegmentTraffic};
use super::settings::PolicySettings;

/// More calls than any log has; beyond it the Beta quantiles would lose their precision.
const MAX_STRENGTH: f64 = 1e9;

/// Sums may exceed their bound by this share: they were added up in different orders.
const ROUNDING: f64 = 1e-9;

pub(super) fn settings(settings: &PolicySettings) -> Result<(), PolicyError> {
    let share = |name, value: f64| check(name, value, (0.0..=1.0).contains(&value), "between 0 and 1");
    share("epsilon", settings.epsilon)?;
    share("probe_weight", settings.probe_weight)?;
    share("probe_cap", settings.probe_cap)?;
    share("min_reliability", settings.min_reliability)?;
    let level = settings.interval_level;
    check("interval_level", level, level > 0.0 && level < 1.0, "above 0 and below 1")?;
    check("sharpness", settings.sharpness, settings.sharpness >= 1.0 && settings.sharpness.is_finite(), "1 or more")?;
    let finite = |name, value: f64| check(name, value, value >= 0.0 && value.is_finite(), "0 or more, and finite");
    finite("lambda", settings.lambda)?;
    if let Some(budget) = settings.budget_usd_per_task {
        check("budget_usd_per_task", budget, budget > 0.0 && budget.is_finite(), "above 0, and finite")?;
    }
    finite("min_strength_for_constraints", settings.min_strength_for_constraints)?;
    settings.max_latency_p95_ms.values().try_for_each(|&limit| {
        let name = "max_latency_p95_ms";
        check(name, limit, limit > 0.0, "above 0")
    })
}

fn check(name: &'static str, value: f64, valid: bool, range: &'static str) -> Result<(), PolicyError> {
    if valid { Ok(()) } else { Err(PolicyError::Setting { name, value, range }) }
}

pub(super) fn evidence(arms: &[ArmEvidence]) -> Result<(), PolicyError> {
    if arms.is_empty() {
        return Err(PolicyError::NoEvidence);
    }
    let mut seen = BTreeSet::new();
    for arm in arms {
        let fail = |problem: String| {
            Err(PolicyError::Evidence { model: arm.model.clone(), segment: arm.segment.to_string(), problem })
        };
        if arm.segment.is_back_off() {
            return fail("`*` is no name of a role, category or difficulty".into());
        }
        if !seen.insert((&arm.segment, &arm.model)) {
            return fail("it is given twice".into());
        }
        let later = &arm.later;
        let sums = [
            ("later strength", later.strength, MAX_STRENGTH),
            ("later success_strength", later.success_strength, later.strength),
        ];
        let of_cells = arm.cells.iter().flat_map(|cell| {
            [
                ("strength", cell.strength, MAX_STRENGTH),
                ("strength_squared", cell.strength_squared, MAX_STRENGTH),
                ("success_strength", cell.success_strength, cell.strength),
                ("scored_strength", cell.scored_strength, cell.success_strength),
                ("scored_strength_squared", cell.scored_strength_squared, MAX_STRENGTH),
                ("quality_sum", cell.quality_sum, cell.scored_strength),
                ("quality_square_sum", cell.quality_square_sum, cell.quality_sum),
            ]
        });
        for (name, sum, bound) in sums.into_iter().chain(of_cells) {
            if !(sum >= 0.0 && sum <= bound + ROUNDING * bound.max(1.0)) {
                return fail(format!("{name} is {sum}, not between 0 and {bound}"));
            }
        }
        let numbers = [
            ("cost_usd", arm.cost_usd),
            ("input_tokens", arm.input_tokens),
            ("output_tokens", arm.output_tokens),
            ("latency p50", arm.latency.p50),
            ("latency p95", arm.latency.p95),
            ("latency p99", arm.latency.p99),
        ];
        for (name, number) in numbers {
            if let Some(number) = number.filter(|number| !(number.is_finite() && *number >= 0.0)) {
                return fail(format!("{name} is {number}, not a finite number of 0 or more"));
            }
        }
    }
    Ok(())
}

pub(super) fn traffic(traffic: &[SegmentTraffic]) -> Result<(), PolicyError> {
    let fail = |problem: String| Err(PolicyError::Traffic { problem });
    let mut seen = BTreeSet::new();
    for entry in traffic {
        if entry.segment.is_back_off() {
            return fail(format!("{} is not a leaf segment", entry.segment));
        }
        if !(entry.share >= 0.0 && entry.share.is_finite()) {
            return fail(format!("the share of {} is {}, not 0 or more", entry.segment, entry.share));
        }
        if !seen.insert(&entry.segment) {
            return fail(format!("{} is given twice", entry.segment));
        }
    }
    let total: f64 = traffic.iter().map(|entry| entry.share).sum();
    if !traffic.is_empty() && (total - 1.0).abs() > 1e-6 {
        return fail(format!("they sum to {total}, not to 1"));
    }
    Ok(())
}

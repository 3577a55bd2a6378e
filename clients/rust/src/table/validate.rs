//! What must hold within a table for a choice from it to be sound.

use std::collections::BTreeSet;

use super::document::Table;
use super::error::LoadError;
use super::instant::{is_date, unix_seconds};
use super::row::{ANY, Row};

/// How far a row's weights may be from 1: far above what rounding to 12 digits does to a row.
const TOLERANCE: f64 = 1e-9;

/// Everything that is wrong, in the order of the table.
pub(crate) fn findings(table: &Table) -> Vec<LoadError> {
    let mut findings = Vec::new();
    instants(table, &mut findings);
    share("the policy", "epsilon", table.policy.epsilon, &mut findings);
    let mut keys = BTreeSet::new();
    for row in &table.segments {
        if !keys.insert(row.key()) {
            findings.push(LoadError::DuplicateRow { row: row.to_string() });
        }
        shares(row, &mut findings);
        sums(row, &mut findings);
        references(table, row, &mut findings);
    }
    if !keys.contains(&(ANY, ANY, ANY)) {
        findings.push(LoadError::NoLastRow);
    }
    findings
}

fn instants(table: &Table, findings: &mut Vec<LoadError>) {
    let mut refuse = |member, text: &str, form| findings.push(LoadError::Instant { member, text: text.into(), form });
    if !is_date(&table.created_as_of) {
        refuse("created_as_of", &table.created_as_of, "YYYY-MM-DD");
    }
    if unix_seconds(&table.expires_at).is_none() {
        refuse("expires_at", &table.expires_at, "YYYY-MM-DDTHH:MM:SSZ");
    }
}

fn share(place: &str, member: &'static str, value: f64, findings: &mut Vec<LoadError>) {
    if !(0.0..=1.0).contains(&value) {
        findings.push(LoadError::Share { place: place.into(), member, value });
    }
}

fn shares(row: &Row, findings: &mut Vec<LoadError>) {
    for candidate in &row.candidates {
        let shares = [
            ("weight", candidate.weight),
            ("exploit_weight", candidate.exploit_weight),
            ("probe_weight", candidate.probe_weight),
        ];
        for (member, value) in shares {
            share(&format!("row {row}, model {}", candidate.model), member, value, findings);
        }
    }
}

fn sums(row: &Row, findings: &mut Vec<LoadError>) {
    let sum: f64 = row.candidates.iter().map(|candidate| candidate.weight).sum();
    if (sum - 1.0).abs() > TOLERANCE {
        findings.push(LoadError::Sum { row: row.to_string(), member: "weight", sum, expected: "1" });
    }
    let sum: f64 = row.candidates.iter().map(|candidate| candidate.probe_weight).sum();
    if sum > 1.0 + TOLERANCE {
        findings.push(LoadError::Sum { row: row.to_string(), member: "probe_weight", sum, expected: "at most 1" });
    }
}

fn references(table: &Table, row: &Row, findings: &mut Vec<LoadError>) {
    let mut candidates = BTreeSet::new();
    for candidate in &row.candidates {
        let model = &candidate.model;
        if !candidates.insert(model) {
            let (row, model) = (row.to_string(), model.clone());
            findings.push(LoadError::DuplicateModel { row, member: "candidates", model });
        }
        if !table.models.contains_key(model) {
            findings.push(LoadError::UnknownModel { place: format!("row {row}"), model: model.clone() });
        }
    }
    let mut fallback = BTreeSet::new();
    for model in &row.fallback {
        let (row, model) = (row.to_string(), model.clone());
        if !candidates.contains(&model) {
            findings.push(LoadError::Fallback { row, model });
        } else if !fallback.insert(model.clone()) {
            findings.push(LoadError::DuplicateModel { row, member: "fallback", model });
        }
    }
    for model in row.frontier.iter().flat_map(|point| point.mix.keys()) {
        if !table.models.contains_key(model) {
            findings
                .push(LoadError::UnknownModel { place: format!("the frontier of row {row}"), model: model.clone() });
        }
    }
}

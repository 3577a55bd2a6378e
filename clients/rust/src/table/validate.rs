//! What must hold within a table for a choice from it to be sound.

use std::collections::{BTreeSet, HashMap};

use super::document::Table;
use super::error::LoadError;
use super::instant::{is_date, unix_seconds};
use super::row::ANY;
use super::served::{Served, ServedRow};

/// How far a row's weights may be from 1: far above what rounding to 12 digits does to a row.
const TOLERANCE: f64 = 1e-9;

/// Everything that is wrong with a whole table, in the order of the table.
pub(crate) fn findings(table: &Table) -> Vec<LoadError> {
    let mut findings = served_findings(&Served::from(table));
    for row in &table.segments {
        for model in row.frontier.iter().flat_map(|point| point.mix.keys()) {
            if !table.models.contains_key(model) {
                let place = format!("the frontier of row {row}");
                findings.push(LoadError::UnknownModel { place, model: model.clone() });
            }
        }
    }
    findings
}

/// Everything that is wrong with what is served of it.
pub(crate) fn served_findings(table: &Served<'_>) -> Vec<LoadError> {
    let mut findings = Vec::new();
    instants(table, &mut findings);
    share("the policy", "epsilon", table.policy.epsilon, &mut findings);
    let mut keys = BTreeSet::new();
    let mut references = References::of(table);
    for row in &table.segments {
        if !keys.insert(row.key()) {
            findings.push(LoadError::DuplicateRow { row: row.to_string() });
        }
        shares(row, &mut findings);
        sums(row, &mut findings);
        references.check(row, &mut findings);
    }
    if !keys.contains(&(ANY, ANY, ANY)) {
        findings.push(LoadError::NoLastRow);
    }
    findings
}

fn instants(table: &Served<'_>, findings: &mut Vec<LoadError>) {
    let mut refuse = |member, text: &str, form| findings.push(LoadError::Instant { member, text: text.into(), form });
    if !is_date(&table.created_as_of) {
        refuse("created_as_of", &table.created_as_of, "YYYY-MM-DD");
    }
    if unix_seconds(&table.expires_at).is_none() {
        refuse("expires_at", &table.expires_at, "YYYY-MM-DDTHH:MM:SSZ");
    }
}

fn share(place: impl std::fmt::Display, member: &'static str, value: f64, findings: &mut Vec<LoadError>) {
    if !(0.0..=1.0).contains(&value) {
        findings.push(LoadError::Share { place: place.to_string(), member, value });
    }
}

fn shares(row: &ServedRow<'_>, findings: &mut Vec<LoadError>) {
    for candidate in &row.candidates {
        let shares = [
            ("weight", candidate.weight),
            ("exploit_weight", candidate.exploit_weight),
            ("probe_weight", candidate.probe_weight),
        ];
        for (member, value) in shares {
            share(format_args!("row {row}, model {}", candidate.model), member, value, findings);
        }
    }
}

fn sums(row: &ServedRow<'_>, findings: &mut Vec<LoadError>) {
    let sum: f64 = row.candidates.iter().map(|candidate| candidate.weight).sum();
    if (sum - 1.0).abs() > TOLERANCE {
        findings.push(LoadError::Sum { row: row.to_string(), member: "weight", sum, expected: "1" });
    }
    let sum: f64 = row.candidates.iter().map(|candidate| candidate.probe_weight).sum();
    if sum > 1.0 + TOLERANCE {
        findings.push(LoadError::Sum { row: row.to_string(), member: "probe_weight", sum, expected: "at most 1" });
    }
}

/// Which model was last seen where, so that a row's twins and strangers show in one pass.
struct References<'a> {
    /// The models that the table describes; only looked up, never walked.
    numbers: HashMap<&'a str, usize>,
    /// Of each, the number of the last row that names it as a candidate, and in its fallback.
    named: Vec<[usize; 2]>,
    /// The number of the row at hand, from 1.
    row: usize,
}

impl<'a> References<'a> {
    fn of(table: &'a Served<'a>) -> Self {
        let numbers = table.models.keys().enumerate().map(|(number, id)| (&*id.0, number)).collect();
        Self { numbers, named: vec![[0; 2]; table.models.len()], row: 0 }
    }

    fn check(&mut self, row: &ServedRow<'_>, findings: &mut Vec<LoadError>) {
        self.row += 1;
        for candidate in &row.candidates {
            let model = &*candidate.model;
            match self.numbers.get(model) {
                None => {
                    let place = format!("row {row}");
                    findings.push(LoadError::UnknownModel { place, model: model.to_owned() });
                }
                Some(number) if self.named[*number][0] == self.row => {
                    let (row, model) = (row.to_string(), model.to_owned());
                    findings.push(LoadError::DuplicateModel { row, member: "candidates", model });
                }
                Some(number) => self.named[*number][0] = self.row,
            }
        }
        for model in &row.fallback {
            let place = || (row.to_string(), model.0.clone().into_owned());
            match self.numbers.get(&*model.0) {
                Some(number) if self.named[*number][0] == self.row => {
                    if self.named[*number][1] == self.row {
                        let (row, model) = place();
                        findings.push(LoadError::DuplicateModel { row, member: "fallback", model });
                    }
                    self.named[*number][1] = self.row;
                }
                _ => {
                    let (row, model) = place();
                    findings.push(LoadError::Fallback { row, model });
                }
            }
        }
    }
}

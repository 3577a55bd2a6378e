//! What became of the data: what was refused, what has no price, what is still waited for.

use serde::Serialize;

use super::input::RunSummary;
use super::mart::MartReader;
use super::{format, text};

/// The most rows of a list that are shown.
const MOST_ROWS: usize = 20;

/// The quality of the data.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Quality {
    /// What ingest did, figure by figure.
    pub ingest: Vec<Fact>,
    /// Why rows were set aside.
    pub quarantine: Vec<Fact>,
    /// Models without a price or without an alias.
    pub unpriced: Vec<Unpriced>,
    /// How many of these are not shown.
    pub unpriced_left_out: usize,
    /// Models whose logged cost is not what the price list says.
    pub mismatches: Vec<CostMismatch>,
    /// How many of these are not shown.
    pub mismatches_left_out: usize,
    /// What the checks found.
    pub warnings: Vec<CheckWarning>,
}

/// A figure with its name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fact {
    /// Its name.
    pub label: String,
    /// The figure.
    pub value: String,
}

impl Fact {
    /// A fact of this name.
    pub(super) fn new(label: &str, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

/// A logged name without a list price, or that no alias knows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unpriced {
    /// The name as logged.
    pub model: String,
    /// The provider as logged.
    pub provider: String,
    /// Its share of calls.
    pub share: String,
    /// What is missing.
    pub missing: String,
}

/// A model whose logged cost differs from the list price.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CostMismatch {
    /// Its id.
    pub model: String,
    /// Calls compared.
    pub calls: String,
    /// Logged cost.
    pub logged: String,
    /// Cost by the price list.
    pub list: String,
    /// Logged over listed, less one.
    pub difference: String,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CheckWarning {
    /// The check and the job that asked for it.
    pub check: String,
    /// How many rows.
    pub rows: String,
    /// What should hold.
    pub purpose: String,
    /// What to do.
    pub remedy: String,
}

/// The quality of what this run read.
pub(super) fn quality(summary: &RunSummary, marts: &mut MartReader<'_>) -> Quality {
    let ingest = &summary.ingest;
    let counted = [
        ("files read", ingest.files),
        ("rows read", ingest.read),
        ("calls taken", ingest.taken),
        ("calls known before", ingest.duplicate),
        ("rows skipped", ingest.skipped),
        ("rows in quarantine", ingest.quarantined),
        ("late scores taken", ingest.outcomes),
        ("late scores waiting for their call", summary.waiting_outcomes),
        ("days computed anew", summary.days_rolled_up),
        ("calls in the store", summary.calls_in_store),
    ];
    let (unpriced, mismatches) = (unpriced(marts), mismatches(marts));
    Quality {
        ingest: counted.into_iter().map(|(label, number)| Fact::new(label, format::count(number))).collect(),
        quarantine: summary
            .quarantine_reasons
            .iter()
            .take(MOST_ROWS)
            .map(|reason| Fact::new(&text::sentence(&reason.reason), format::count(reason.rows)))
            .collect(),
        unpriced_left_out: unpriced.len().saturating_sub(MOST_ROWS),
        unpriced: unpriced.into_iter().take(MOST_ROWS).collect(),
        mismatches_left_out: mismatches.len().saturating_sub(MOST_ROWS),
        mismatches: mismatches.into_iter().take(MOST_ROWS).collect(),
        warnings: summary.warnings.iter().map(warning).collect(),
    }
}

fn warning(warning: &crate::analyze::check::Warning) -> CheckWarning {
    CheckWarning {
        check: format!("{} (asked by {})", text::name(&warning.check), text::name(&warning.job)),
        rows: format::count(warning.rows as u64),
        purpose: text::sentence(&warning.purpose),
        remedy: text::sentence(&warning.remedy),
    }
}

fn unpriced(marts: &mut MartReader<'_>) -> Vec<Unpriced> {
    let mut texts = |column| marts.texts("unpriced_models", column);
    let (models, providers) = (texts("logged_model"), texts("logged_provider"));
    let (known, priced) = (marts.truths("unpriced_models", "known"), marts.truths("unpriced_models", "priced"));
    let shares = marts.numbers("unpriced_models", "share");
    let row = |(index, model): (usize, Option<String>)| {
        let missing = match (known[index], priced[index]) {
            (Some(false), Some(false)) => "alias and price",
            (Some(false), _) => "alias",
            _ => "price",
        };
        Unpriced {
            model: model.map_or_else(|| format::MISSING.into(), |model| text::name(&model)),
            provider: providers[index].as_deref().map_or_else(|| format::MISSING.into(), text::name),
            share: format::percent(shares[index]),
            missing: missing.into(),
        }
    };
    models.into_iter().enumerate().map(row).collect()
}

fn mismatches(marts: &mut MartReader<'_>) -> Vec<CostMismatch> {
    let arms = marts.texts("cost_mismatches", "arm");
    let mut number = |column| marts.numbers("cost_mismatches", column);
    let (calls, logged, list) = (number("calls"), number("logged_usd"), number("list_usd"));
    let differences = number("difference");
    let row = |(index, arm): (usize, Option<String>)| CostMismatch {
        model: arm.map_or_else(|| format::MISSING.into(), |arm| text::name(&arm)),
        calls: calls[index].map_or_else(|| format::MISSING.into(), |calls| format::count(calls as u64)),
        logged: format::usd(logged[index]),
        list: format::usd(list[index]),
        difference: format::difference(differences[index]),
    };
    arms.into_iter().enumerate().map(row).collect()
}

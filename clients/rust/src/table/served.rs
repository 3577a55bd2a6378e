//! What serving reads of a table: the members that choices and answers need, and no others.
//!
//! A table explains itself at length; a router that started from the whole of it would spend most of
//! its start on what nobody asks it for. Texts are borrowed from the file's bytes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

use super::document::Table;
use super::format::Format;
use super::model::Model;
use super::row::Row;

/// The table as it is served.
#[derive(Debug, Deserialize)]
pub(crate) struct Served<'a> {
    pub(crate) format: Format,
    pub(crate) table_version: u64,
    #[serde(borrow)]
    pub(crate) digest: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) created_as_of: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) expires_at: Cow<'a, str>,
    pub(crate) policy: ServedPolicy,
    #[serde(borrow)]
    pub(crate) models: BTreeMap<Text<'a>, ServedModel<'a>>,
    #[serde(borrow)]
    pub(crate) segments: Vec<ServedRow<'a>>,
}

/// A text inside a collection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Text<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

#[derive(Debug, Deserialize)]
pub(crate) struct ServedPolicy {
    pub(crate) epsilon: f64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ServedModel<'a> {
    #[serde(borrow)]
    pub(crate) model: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) provider: Cow<'a, str>,
    pub(crate) price: Option<ServedPrice>,
}

/// USD per million tokens.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct ServedPrice {
    pub(crate) input: f64,
    pub(crate) output: f64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ServedRow<'a> {
    #[serde(borrow)]
    pub(crate) role: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) category: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) difficulty: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) candidates: Vec<ServedCandidate<'a>>,
    #[serde(borrow, default)]
    pub(crate) fallback: Vec<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ServedCandidate<'a> {
    #[serde(borrow)]
    pub(crate) model: Cow<'a, str>,
    pub(crate) weight: f64,
    pub(crate) exploit_weight: f64,
    pub(crate) probe_weight: f64,
    pub(crate) eligible: bool,
    #[serde(borrow)]
    pub(crate) reason: Cow<'a, str>,
    pub(crate) score: Mean,
    pub(crate) success: Mean,
    pub(crate) cost_usd: OptionalMean,
    #[serde(default)]
    pub(crate) input_tokens: Option<f64>,
    #[serde(default)]
    pub(crate) output_tokens: Option<f64>,
    pub(crate) latency_ms: Median,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Mean {
    pub(crate) mean: f64,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct OptionalMean {
    #[serde(default)]
    pub(crate) mean: Option<f64>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Median {
    #[serde(default)]
    pub(crate) p50: Option<f64>,
}

impl ServedRow<'_> {
    /// The row's name parts.
    pub(crate) fn key(&self) -> (&str, &str, &str) {
        (&self.role, &self.category, &self.difficulty)
    }
}

impl std::fmt::Display for ServedRow<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.role, self.category, self.difficulty)
    }
}

/// The same of a table that was read whole, or made.
impl<'a> From<&'a Table> for Served<'a> {
    fn from(table: &'a Table) -> Self {
        Self {
            format: table.format,
            table_version: table.table_version,
            digest: text(&table.digest),
            created_as_of: text(&table.created_as_of),
            expires_at: text(&table.expires_at),
            policy: ServedPolicy { epsilon: table.policy.epsilon },
            models: table.models.iter().map(|(id, served)| (Text(text(id)), model(served))).collect(),
            segments: table.segments.iter().map(row).collect(),
        }
    }
}

fn text(of: &str) -> Cow<'_, str> {
    Cow::Borrowed(of)
}

fn model(of: &Model) -> ServedModel<'_> {
    let price = of.price.as_ref().map(|price| ServedPrice { input: price.input, output: price.output });
    ServedModel { model: text(&of.model), provider: text(&of.provider), price }
}

fn row(of: &Row) -> ServedRow<'_> {
    let candidates = of.candidates.iter().map(|candidate| ServedCandidate {
        model: text(&candidate.model),
        weight: candidate.weight,
        exploit_weight: candidate.exploit_weight,
        probe_weight: candidate.probe_weight,
        eligible: candidate.eligible,
        reason: text(&candidate.reason),
        score: Mean { mean: candidate.score.mean },
        success: Mean { mean: candidate.success.mean },
        cost_usd: OptionalMean { mean: candidate.cost_usd.mean },
        input_tokens: candidate.input_tokens,
        output_tokens: candidate.output_tokens,
        latency_ms: Median { p50: candidate.latency_ms.p50 },
    });
    ServedRow {
        role: text(&of.role),
        category: text(&of.category),
        difficulty: text(&of.difficulty),
        candidates: candidates.collect(),
        fallback: of.fallback.iter().map(|model| Text(text(model))).collect(),
    }
}

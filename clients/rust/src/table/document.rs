//! The whole document: what a build makes ([`Draft`]) and what is published ([`Table`]).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::format::Format;
use super::inputs::{Generator, Inputs};
use super::model::Model;
use super::policy::{Policy, PortfolioPoint};
use super::row::Row;

/// A published routing table. The members' names are the contract with every client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Table {
    /// The format's version.
    pub format: Format,
    /// Grows by each publication; never used twice.
    pub table_version: u64,
    /// SHA-256 of the canonical text without this member, lower-case hex.
    pub digest: String,
    /// The digest of the table that stood before; null for the first.
    #[serde(default)]
    pub parent: Option<String>,
    /// The version whose content this is, published again by a rollback; null for a table that was built.
    #[serde(default)]
    pub restored_from: Option<u64>,
    /// Calls before this day, 00:00 UTC, were taken into account: `YYYY-MM-DD`.
    pub created_as_of: String,
    /// From this instant on the table is served as expired: `YYYY-MM-DDTHH:MM:SSZ`.
    pub expires_at: String,
    /// The program that built it.
    pub generator: Generator,
    /// What it was built from.
    pub inputs: Inputs,
    /// The settings the build used.
    pub settings: BTreeMap<String, Value>,
    /// The models by id.
    pub models: BTreeMap<String, Model>,
    /// How the weights were made.
    pub policy: Policy,
    /// The portfolio's frontier, cheapest first.
    #[serde(default)]
    pub frontier: Vec<PortfolioPoint>,
    /// The rows, by role, category, difficulty; (\*, \*, \*) always exists.
    pub segments: Vec<Row>,
    /// The model recommended for each category, and why.
    #[serde(default)]
    pub assignments: Vec<Assignment>,
    /// How the table was judged before it was published.
    #[serde(default)]
    pub evaluation: Evaluation,
}

/// The model recommended for a category.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Assignment {
    /// The category.
    pub category: String,
    /// The model.
    pub model: String,
    /// The models that the settings declared for it to begin with.
    #[serde(default)]
    pub declared: Vec<String>,
    /// Why, from the evidence.
    pub rationale: String,
}

/// The judgement of a table, free in form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evaluation {
    /// What the gate decided and why.
    #[serde(default)]
    pub gate: Value,
    /// The off-policy estimates.
    #[serde(default)]
    pub estimators: Value,
    /// The scoreboard's figures.
    #[serde(default)]
    pub scoreboard: Value,
}

/// A table before it is published: all but format, version, digest and parent.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// See [`Table::restored_from`].
    pub restored_from: Option<u64>,
    /// See [`Table::created_as_of`].
    pub created_as_of: String,
    /// See [`Table::expires_at`].
    pub expires_at: String,
    /// See [`Table::generator`].
    pub generator: Generator,
    /// See [`Table::inputs`].
    pub inputs: Inputs,
    /// See [`Table::settings`].
    pub settings: BTreeMap<String, Value>,
    /// See [`Table::models`].
    pub models: BTreeMap<String, Model>,
    /// See [`Table::policy`].
    pub policy: Policy,
    /// See [`Table::frontier`].
    pub frontier: Vec<PortfolioPoint>,
    /// See [`Table::segments`]; in any order.
    pub segments: Vec<Row>,
    /// See [`Table::assignments`].
    pub assignments: Vec<Assignment>,
    /// See [`Table::evaluation`].
    pub evaluation: Evaluation,
}

impl From<Table> for Draft {
    /// The content alone, to be published again under a new version.
    fn from(table: Table) -> Self {
        Self {
            restored_from: table.restored_from,
            created_as_of: table.created_as_of,
            expires_at: table.expires_at,
            generator: table.generator,
            inputs: table.inputs,
            settings: table.settings,
            models: table.models,
            policy: table.policy,
            frontier: table.frontier,
            segments: table.segments,
            assignments: table.assignments,
            evaluation: table.evaluation,
        }
    }
}

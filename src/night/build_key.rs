//! The key of a build: everything that shapes a table. Equal keys, equal tables.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use crate::analyze::outcome_link::FactDays;
use crate::day::Day;
use crate::queries::QueryFile;

/// Digests of a build's inputs, each 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildKey {
    /// Over all of the below, as-of and the program's version.
    pub key: String,
    /// The calls and outcomes before as-of.
    pub facts: String,
    /// The SQL.
    pub queries: String,
    /// The settings that shape a table.
    pub settings: String,
    /// Prices and aliases.
    pub prices: String,
}

/// Length-prefixed parts under SHA-256, as hexadecimal.
pub(super) fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl BuildKey {
    /// The key of a build; `calls` and `outcomes` hold the days before as-of only.
    pub fn new(
        as_of: Day,
        calls: &FactDays,
        outcomes: &FactDays,
        queries: &BTreeMap<String, QueryFile>,
        settings: &BTreeMap<String, serde_json::Value>,
        price_texts: [&str; 2],
    ) -> Self {
        let lines = |facts: &FactDays| {
            facts.iter().map(|(day, found)| format!("{day} {}\n", found.digest())).collect::<String>()
        };
        let facts = digest([lines(calls).as_bytes(), lines(outcomes).as_bytes()]);
        let texts = queries.values().flat_map(|file| [file.path.as_bytes(), file.text.as_bytes()]);
        let queries = digest(texts);
        let settings = digest([serde_json::to_string(settings).expect("settings are plain data").as_bytes()]);
        let prices = digest(price_texts.map(str::as_bytes));
        let version = env!("CARGO_PKG_VERSION");
        let as_of = as_of.to_string();
        let key = digest([as_of.as_str(), version, &facts, &queries, &settings, &prices].map(str::as_bytes));
        Self { key, facts, queries, settings, prices }
    }
}

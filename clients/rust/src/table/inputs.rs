//! What a table was built from, by digest, so that the build can be repeated and compared.

use serde::{Deserialize, Serialize};

/// The program that built the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Generator {
    /// Its name, `merit`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Digests of everything that went into the build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Inputs {
    /// The key of the whole build: equal keys mean equal content, so nothing new is to be published.
    pub build_key: String,
    /// The calls that were read.
    pub calls: CallInputs,
    /// Digest of the SQL of all jobs.
    pub queries: String,
    /// Digest of the settings.
    pub settings: String,
    /// Digest of the price list.
    pub prices: String,
    /// Digest of the arms (cell sums per segment and model) that the posteriors were made from.
    pub arms: String,
}

/// The calls a build read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallInputs {
    /// Days with at least one call.
    pub days: u64,
    /// The first of them, `YYYY-MM-DD`; null where there is none.
    #[serde(default)]
    pub first_day: Option<String>,
    /// The last of them.
    #[serde(default)]
    pub last_day: Option<String>,
    /// The calls in them.
    pub calls: u64,
    /// Digest over the days' digests.
    pub digest: String,
}

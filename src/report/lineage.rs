//! Where the figures come from: digests, settings, the version of the program.

use merit_router::Table;
use serde::Serialize;

use super::input::RunSummary;
use super::quality::Fact;
use super::{format, text};

/// The most settings a page shows.
const MOST_SETTINGS: usize = 200;

/// Where the figures come from.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Lineage {
    /// The table, its parent and everything it was built from, by digest.
    pub digests: Vec<Fact>,
    /// How the weights were made.
    pub policy: Vec<Fact>,
    /// The settings of the build.
    pub settings: Vec<Fact>,
    /// The queries that replace embedded ones.
    pub overridden_queries: Vec<String>,
}

/// The lineage of a table and its run.
pub(super) fn lineage(table: &Table, summary: &RunSummary) -> Lineage {
    let inputs = &table.inputs;
    let digests = [
        ("table", table.digest.as_str()),
        ("parent table", table.parent.as_deref().unwrap_or("none")),
        ("table's build key", &inputs.build_key),
        ("run's build key", &summary.build_key),
        ("calls", &inputs.calls.digest),
        ("queries", &inputs.queries),
        ("settings", &inputs.settings),
        ("prices", &inputs.prices),
        ("arms", &inputs.arms),
    ];
    let policy = &table.policy;
    let program = format!("{} {}", table.generator.name, table.generator.version);
    let policy = [
        ("table built by", text::name(&program)),
        ("report written by", format!("merit {}", text::name(&summary.program_version))),
        ("algorithm", text::name(&policy.algorithm)),
        ("share of exploration", format::percent(Some(policy.epsilon))),
        ("λ, value a dollar must buy", format::plain(Some(policy.lambda))),
        ("budget a task", format::usd(policy.budget_usd_per_task)),
        ("least possible cost a task", format::usd(policy.floor_usd_per_task)),
        ("half-life of evidence", half_life(policy.half_life_days)),
        ("table expires", text::name(&table.expires_at)),
    ];
    let settings = table.settings.iter().take(MOST_SETTINGS);
    Lineage {
        digests: digests.into_iter().map(|(label, digest)| Fact::new(label, text::sentence(digest))).collect(),
        policy: policy.into_iter().map(|(label, value)| Fact::new(label, value)).collect(),
        settings: settings
            .map(|(key, value)| Fact::new(&text::name(key), text::sentence(&value.to_string())))
            .collect(),
        overridden_queries: summary.overridden_queries.iter().map(|path| text::sentence(path)).collect(),
    }
}

fn half_life(days: Option<f64>) -> String {
    days.map_or_else(|| "evidence does not age".into(), |days| format!("{} days", format::plain(Some(days))))
}

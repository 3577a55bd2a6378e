//! What stands after a night: the table, the store, the changes that were found.

use merit_router::Table;

use super::Exposition;
use crate::analyze::columns::Columns;
use crate::analyze::mart::Marts;
use crate::day::Day;
use crate::ingest::intake::list_quarantine;
use crate::night::{NightError, Runs};
use crate::store::Layout;
use crate::table::{self, TableError};

/// Changes found in so many days before as-of are told.
const CHANGE_DAYS: i32 = 14;
/// Most changes that are told, the latest found first.
const MOST_CHANGES: usize = 100;

/// What stands in a data folder.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The table that is served.
    pub table: Table,
    /// Whether a rollback holds it.
    pub is_held: bool,
    /// As-of of the last run.
    pub as_of: Day,
    /// The marts of the last run.
    pub marts: Marts,
    /// Outcomes whose call has not come.
    pub waiting_outcomes: u64,
    /// Rows in quarantine.
    pub quarantined_rows: u64,
}

impl Standing {
    /// Reads what the last run left; none before the first.
    ///
    /// # Errors
    /// [`NightError`] with the file that cannot be read.
    pub fn read(layout: &Layout) -> Result<Option<Self>, NightError> {
        let runs = Runs::new(layout);
        let Some((folder, manifest)) = runs.current()? else { return Ok(None) };
        let table = match table::current(&layout.tables()) {
            Ok(stored) => stored.table,
            Err(TableError::Empty { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        Ok(Some(Self {
            table,
            is_held: table::hold(&layout.tables())?.is_some(),
            as_of: manifest.as_of,
            marts: runs.marts(&folder)?,
            waiting_outcomes: manifest.waiting_outcomes as u64,
            quarantined_rows: list_quarantine(layout)?.iter().map(|file| file.rows).sum(),
        }))
    }

    /// A mart's columns, where the mart is there.
    pub(super) fn columns(&self, mart: &'static str) -> Option<Columns<'_>> {
        self.marts.get(mart).map(|batch| Columns { mart, batch })
    }
}

/// The families of the table, the store and the changes.
pub(super) fn add(exposition: &mut Exposition, standing: &Standing) {
    let table = &standing.table;
    let mut one = |name, help, value: Option<f64>| {
        exposition.family(name, help).optional(&[], value);
    };
    one("merit_table_version", "Version of the table that is served.", Some(table.table_version as f64));
    one(
        "merit_table_as_of_timestamp_seconds",
        "Calls before this instant made the table.",
        start(&table.created_as_of),
    );
    one(
        "merit_table_expiry_timestamp_seconds",
        "From then on the table is served as expired.",
        instant(&table.expires_at),
    );
    one("merit_table_held", "1 while a rollback holds the table.", Some(f64::from(u8::from(standing.is_held))));
    one("merit_table_models", "Models of the table.", Some(table.models.len() as f64));
    one("merit_table_segments", "Rows of the table, back-off rows included.", Some(table.segments.len() as f64));
    one("merit_table_exploration_ratio", "Share of draws that explore.", Some(table.policy.epsilon));
    one("merit_table_expected_task_cost_usd", "What a task costs by the table.", table.policy.expected_usd_per_task);
    one("merit_table_budget_task_cost_usd", "What a task may cost.", table.policy.budget_usd_per_task);
    one("merit_store_calls", "Calls that made the table.", Some(table.inputs.calls.calls as f64));
    let seconds = table.inputs.calls.days as f64 * 86_400.0;
    one("merit_store_history_seconds", "Days with calls that made the table, as seconds.", Some(seconds));
    let last = table.inputs.calls.last_day.as_deref().and_then(start);
    one("merit_store_last_day_timestamp_seconds", "Start of the last day with calls.", last);
    one("merit_store_waiting_outcomes", "Late scores whose call has not come.", Some(standing.waiting_outcomes as f64));
    one("merit_store_quarantined_rows", "Rows that lie in quarantine.", Some(standing.quarantined_rows as f64));
    one("merit_unpriced_call_ratio", "Share of calls whose model has no list price.", unpriced(standing));
    exposition.family("merit_table_info", "The table that is served.").sample(
        &[("digest", &table.digest), ("algorithm", &table.policy.algorithm), ("build_key", &table.inputs.build_key)],
        1.0,
    );
    changes(exposition, standing);
}

fn unpriced(standing: &Standing) -> Option<f64> {
    let columns = standing.columns("unpriced_models")?;
    let priced = columns.text("priced").ok()?;
    let shares = columns.number("share").ok()?;
    let unpriced = shares.iter().zip(priced).filter(|(_, priced)| priced.as_deref() == Some("false"));
    Some(unpriced.filter_map(|(share, _)| *share).sum())
}

/// Levels that changed lately: drift, outages, judges that moved.
fn changes(exposition: &mut Exposition, standing: &Standing) {
    let Some(found) = read_changes(standing) else { return };
    let recent = |change: &&Change| standing.as_of.0 - change.detected <= CHANGE_DAYS;
    let mut recent: Vec<&Change> = found.iter().filter(recent).collect();
    recent.sort_by_key(|change| std::cmp::Reverse((change.detected, change.since)));
    let new = recent.iter().filter(|change| change.detected + 1 == standing.as_of.0).count();
    exposition.family("merit_changes_new", "Changes of level found by the last day's calls.").sample(&[], new as f64);
    recent.truncate(MOST_CHANGES);
    // One subject may change twice in these days; its latest change stands for it.
    let mut told = std::collections::BTreeSet::new();
    recent.retain(|change| told.insert(change.labels.clone()));
    let since = "First day of the new level, of changes found in the last fourteen days.";
    let labelled = |change: &Change| -> Vec<(&'static str, String)> {
        CHANGE_LABELS.into_iter().zip(change.labels.clone()).collect()
    };
    let mut family = |name, help, of: fn(&Change) -> f64| {
        let family = exposition.family(name, help);
        for change in &recent {
            let labels = labelled(change);
            let labels: Vec<(&str, &str)> = labels.iter().map(|(name, value)| (*name, value.as_str())).collect();
            family.sample(&labels, of(change));
        }
    };
    family("merit_change_since_timestamp_seconds", since, |change| Day(change.since).start() as f64 / 1e6);
    family("merit_change_before_ratio", "Level before such a change, 0 to 1.", |change| change.before);
    family("merit_change_after_ratio", "Level after it, 0 to 1.", |change| change.after);
}

const CHANGE_LABELS: [&str; 7] = ["subject", "figure", "model", "role", "category", "difficulty", "judge"];

struct Change {
    labels: [String; 7],
    since: i32,
    detected: i32,
    before: f64,
    after: f64,
}

fn read_changes(standing: &Standing) -> Option<Vec<Change>> {
    let columns = standing.columns("changes")?;
    let names = ["subject", "figure", "arm", "role", "task_category", "task_difficulty", "judge"];
    let texts: Vec<Vec<Option<String>>> = names.iter().map(|name| columns.text(name).ok()).collect::<Option<_>>()?;
    let (since, detected) = (columns.day("since").ok()?, columns.day("detected").ok()?);
    let (before, after) = (columns.number("before").ok()?, columns.number("after").ok()?);
    let row = |row: usize| {
        Some(Change {
            labels: std::array::from_fn(|label| texts[label][row].clone().unwrap_or_default()),
            since: since[row]?,
            detected: detected[row]?,
            before: before[row].unwrap_or(f64::NAN),
            after: after[row].unwrap_or(f64::NAN),
        })
    };
    Some((0..since.len()).filter_map(row).collect())
}

/// The start of a day, seconds since 1970.
fn start(day: &str) -> Option<f64> {
    day.parse::<Day>().ok().map(|day| day.start() as f64 / 1e6)
}

fn instant(text: &str) -> Option<f64> {
    text.parse::<jiff::Timestamp>().ok().map(|instant| instant.as_second() as f64)
}

//! From the facts to the marts: late outcomes to their days, changed days rolled up, marts computed, checks run.

use std::sync::Arc;

use super::{NightError, NightInputs};
use crate::analyze::check::{self, Warning};
use crate::analyze::graph::Graph;
use crate::analyze::job::{Layer, Scope};
use crate::analyze::mart::{self, Marts};
use crate::analyze::outcome_link::{self, FactDays};
use crate::analyze::rollup::{self, Facts, Rollups};
use crate::analyze::session::Engine;
use crate::day::Day;
use crate::store::{Fact, ReadCounter, facts};

/// Told the stage, how much of it is done, and of how much.
pub type Progress<'a> = &'a dyn Fn(&str, usize, usize);

/// What was derived.
#[derive(Debug)]
pub struct Derived {
    /// The marts.
    pub marts: Marts,
    /// The rollups, and which days were read for them.
    pub rollups: Rollups,
    /// What the days hold at as-of.
    pub facts: Facts,
    /// What checks of severity warn found.
    pub warnings: Vec<Warning>,
    /// Bytes of files that were read.
    pub bytes_read: u64,
}

/// Brings every rollup up to date and computes every mart of an as-of: a night without policy, table and report.
///
/// # Errors
/// [`NightError`], with place and remedy.
pub async fn derive_all(inputs: &NightInputs, as_of: Day, progress: Progress<'_>) -> Result<Derived, NightError> {
    let calls = facts::list(&inputs.layout, Fact::Calls)?;
    let outcomes = facts::list(&inputs.layout, Fact::Outcomes)?;
    if calls.range(..as_of).next().is_none() {
        return Err(NightError::NoCalls { data: inputs.layout.root().into(), as_of });
    }
    derive(inputs, as_of, (&calls, &outcomes), progress).await
}

/// The same over facts that are listed already: calls and outcomes.
pub(super) async fn derive(
    inputs: &NightInputs,
    as_of: Day,
    all: (&FactDays, &FactDays),
    progress: Progress<'_>,
) -> Result<Derived, NightError> {
    let began = std::time::Instant::now();
    let told = |what: &str| tracing::debug!(seconds = began.elapsed().as_secs_f64(), "{what}");
    let graph = Graph::read(&inputs.queries)?;
    let links = outcome_link::link(&inputs.layout, all.0, all.1)?;
    told("outcomes linked");
    let calls = all.0.range(..as_of).map(|(day, found)| (*day, found.clone())).collect();
    let facts = Facts { calls, links, as_of };
    let counter = Arc::new(ReadCounter::default());
    let engine = Engine::new(&inputs.layout, inputs.threads, Arc::clone(&counter))?;
    let days = |done, total| progress("rollups", done, total);
    let mut rollups = rollup::roll_up(&inputs.layout, &graph, &engine, &facts, &days).await?;
    told("days rolled up");
    // The checks read what the marts read, and wait for nothing of theirs.
    let (of_checks, known, rolled) = (graph.clone(), facts.clone(), rollups.clone());
    rollups.call_hashes = None;
    let checks = tokio::spawn(async move {
        if rolled.changed.is_empty() {
            Ok(Vec::new())
        } else {
            check_changed(&of_checks, &engine, &known, &rolled).await
        }
    });

    progress("marts", 0, 1);
    let ordered = Engine::new(&inputs.layout, 1, Arc::clone(&counter))?;
    rollup::register(&ordered, &rollups, None)?;
    for read_often in ["arms_daily", "tasks_daily"] {
        rollup::hold(&ordered, &rollups, read_often)?;
    }
    for (name, table) in inputs.reference_tables() {
        ordered.register_batches(name, table.schema(), vec![table])?;
    }
    let parameters = mart::parameters(as_of, &inputs.settings.evidence);
    let files = rollups.files.get("latency_daily").cloned().unwrap_or_default();
    let histograms = mart::Histograms { layout: inputs.layout.clone(), counter: Arc::clone(&counter), files, as_of };
    let settings = &inputs.settings.evidence;
    let marts = mart::run(&graph, &ordered, &parameters, settings, &histograms, inputs.threads.max(1)).await;
    told("marts computed");
    // What a check finds explains why a mart fails.
    let mut warnings = checks.await.map_err(NightError::Panicked)??;
    told("rollups checked");
    let (marts, more) = marts?;
    warnings.extend(more);
    Ok(Derived { marts, rollups, facts, warnings, bytes_read: counter.bytes() })
}

/// The checks of the rollups, over the days that are new.
async fn check_changed(
    graph: &Graph,
    engine: &Engine,
    facts: &Facts,
    rollups: &Rollups,
) -> Result<Vec<Warning>, NightError> {
    rollup::register_staging(graph, engine, facts, &rollups.changed).await?;
    let mut warnings = Vec::new();
    for job in graph.layer(Layer::Rollup) {
        for asked in &job.checks {
            if check::finds_nothing(engine, graph, asked, facts, rollups)? {
                continue;
            }
            let days = (asked.scope == Scope::ChangedDays).then_some(rollups.changed.as_slice());
            rollup::register(engine, rollups, days)?;
            warnings.extend(check::run(engine, graph, job, asked).await?);
        }
    }
    Ok(warnings)
}

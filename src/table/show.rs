//! A table as a page of text.

use comfy_table::{CellAlignment, Table as Grid, presets};
use merit_router::Table;
use merit_router::table::{Candidate, Interval, Row};

/// The whole page: what the table is, its models, then each row with its candidates.
pub fn page(table: &Table) -> String {
    let mut parts = vec![header(table), models(table)];
    parts.extend(table.segments.iter().map(row));
    parts.join("\n\n") + "\n"
}

/// Version, dates, origin and policy, a line each.
pub fn header(table: &Table) -> String {
    let policy = &table.policy;
    let calls = &table.inputs.calls;
    let mut lines = vec![
        format!("routing table {} (format {}.{})", table.table_version, table.format.major, table.format.minor),
        format!("digest     {}", table.digest),
        format!("parent     {}", table.parent.as_deref().unwrap_or("none")),
        format!("as of      {}, expires {}", table.created_as_of, table.expires_at),
        format!("built by   {} {}", table.generator.name, table.generator.version),
        format!("from       {} calls of {} days, {}", calls.calls, calls.days, span(&calls.first_day, &calls.last_day)),
        format!("policy     {}, epsilon {}, lambda {}", policy.algorithm, policy.epsilon, policy.lambda),
        format!("budget     {}", optional(policy.budget_usd_per_task, |usd| format!("{usd} USD a task"))),
        format!(
            "half-life  {}",
            policy.half_life_days.map_or("evidence does not age".into(), |days| format!("{days} days"))
        ),
    ];
    if let Some(version) = table.restored_from {
        lines.push(format!("restores   version {version}"));
    }
    if !policy.flags.is_empty() {
        lines.push(format!("flags      {}", policy.flags.join(", ")));
    }
    lines.join("\n")
}

/// The models with their prices in USD per million tokens.
pub fn models(table: &Table) -> String {
    let mut grid = grid(&["model", "called as", "provider", "tier", "input", "cached", "output", "since"], 4..7);
    for (id, model) in &table.models {
        let price = model.price.as_ref();
        grid.add_row([
            id.clone(),
            model.model.clone(),
            model.provider.clone(),
            model.tier.clone().unwrap_or_else(|| "-".into()),
            optional(price.map(|price| price.input), |usd| usd.to_string()),
            optional(price.and_then(|price| price.cached_input), |usd| usd.to_string()),
            optional(price.map(|price| price.output), |usd| usd.to_string()),
            price.map_or_else(|| "-".into(), |price| price.effective_from.clone()),
        ]);
    }
    grid.to_string()
}

/// One row: its name and evidence, its candidates in the order of choice, its fallback and rationale.
pub fn row(row: &Row) -> String {
    let evidence = &row.evidence;
    let mut lines = vec![format!(
        "{row}: {} of traffic, {} calls (effective {:.1}), {}",
        percent(row.traffic_share),
        evidence.n,
        evidence.n_eff,
        span(&evidence.from, &evidence.to)
    )];
    let columns = [
        "model", "weight", "exploit", "probe", "eligible", "value", "score", "success", "USD", "p95 ms", "n", "best",
        "reason",
    ];
    let mut grid = grid(&columns, 1..12);
    for candidate in &row.candidates {
        grid.add_row(cells(candidate));
    }
    lines.push(grid.to_string());
    if !row.fallback.is_empty() {
        lines.push(format!("fallback: {}", row.fallback.join(", ")));
    }
    if !row.flags.is_empty() {
        lines.push(format!("flags: {}", row.flags.join(", ")));
    }
    if !row.rationale.is_empty() {
        lines.push(row.rationale.clone());
    }
    lines.join("\n")
}

fn cells(candidate: &Candidate) -> [String; 13] {
    let interval = |of: Interval, digits| format!("{:.digits$} ({:.digits$}-{:.digits$})", of.mean, of.low, of.high);
    [
        candidate.model.clone(),
        percent(candidate.weight),
        percent(candidate.exploit_weight),
        percent(candidate.probe_weight),
        if candidate.eligible { "yes" } else { "no" }.into(),
        interval(candidate.value, 3),
        interval(candidate.score, 2),
        percent(candidate.success.mean),
        optional(candidate.cost_usd.mean, |usd| format!("{usd:.5}")),
        optional(candidate.latency_ms.p95, |ms| format!("{ms:.0}")),
        candidate.n.to_string(),
        percent(candidate.p_best),
        candidate.reason.clone(),
    ]
}

/// A grid without lines; the columns in `numbers` are aligned to the right.
fn grid(columns: &[&str], numbers: std::ops::Range<usize>) -> Grid {
    let mut grid = Grid::new();
    grid.load_preset(presets::NOTHING).set_header(columns);
    for (position, column) in grid.column_iter_mut().enumerate() {
        column.set_padding((if position == 0 { 0 } else { 1 }, 1));
        if numbers.contains(&position) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    grid
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn optional(value: Option<f64>, text: impl Fn(f64) -> String) -> String {
    value.map_or_else(|| "-".into(), text)
}

fn span(from: &Option<String>, to: &Option<String>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!("{from} to {to}"),
        _ => "no days".into(),
    }
}

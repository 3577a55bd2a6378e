//! The structural checks: what no published table may be, whatever it earns.

use merit_router::Table;

use crate::table::verify_bytes;

/// A budget met to this share is met.
const BUDGET_SLACK: f64 = 1e-3;
/// Rounded weights may be off their sum by this.
const SUM_SLACK: f64 = 1e-9;
/// Rows with this share of the traffic do not vanish by themselves.
const LOST_SHARE: f64 = 0.05;
/// The most findings in one sentence.
const MOST: usize = 5;

/// What is wrong with a candidate, a sentence each.
pub(super) fn unsound(table: &Table, bytes: &[u8]) -> Vec<String> {
    let mut wrong: Vec<String> = verify_bytes(bytes).iter().map(ToString::to_string).collect();
    for row in &table.segments {
        let unmet = row.flags.iter().any(|flag| flag == "constraint_unmet");
        let eligible = row.candidates.iter().filter(|candidate| candidate.eligible);
        if !unmet && eligible.clone().next().is_none() {
            wrong.push(format!("row {row} has no eligible model and does not say constraint_unmet"));
        }
        let exploited: f64 = row.candidates.iter().map(|candidate| candidate.exploit_weight).sum();
        if (exploited - 1.0).abs() > SUM_SLACK {
            wrong.push(format!("row {row}: the exploit weights sum to {exploited}, not to 1"));
        }
        if table.policy.epsilon > 0.0 && eligible.clone().any(|candidate| candidate.weight <= 0.0) {
            wrong.push(format!("row {row}: an eligible model is never drawn although epsilon is above 0"));
        }
    }
    let policy = &table.policy;
    let infeasible = policy.flags.iter().any(|flag| flag == "budget_infeasible");
    if let (Some(budget), Some(expected), false) =
        (policy.budget_usd_per_task, policy.expected_usd_per_task, infeasible)
        && expected > budget * (1.0 + BUDGET_SLACK)
    {
        wrong.push(format!("a task is expected to cost ${expected:.6}, above the budget of ${budget:.6}"));
    }
    let more = wrong.len().saturating_sub(MOST);
    wrong.truncate(MOST);
    if more > 0 {
        wrong.push(format!("and {more} more"));
    }
    wrong
}

/// Rows of the standing table that the candidate lacks, where they had a notable share of the traffic: a query that was
/// replaced, or logs that were lost.
pub(super) fn lost_rows(table: &Table, standing: &Table) -> Option<String> {
    let known = |key: (&str, &str, &str)| table.segments.binary_search_by(|row| row.key().cmp(&key)).is_ok();
    let lost = || standing.segments.iter().filter(|row| !known(row.key()));
    let share: f64 = lost().map(|row| row.traffic_share).sum();
    (share >= LOST_SHARE).then(|| {
        let names: Vec<String> =
            lost().filter(|row| row.traffic_share > 0.0).take(MOST).map(ToString::to_string).collect();
        format!(
            "rows with {:.1} % of the traffic are gone ({}); see whether logs or queries were lost, or pass --no-gate",
            100.0 * share,
            names.join(", ")
        )
    })
}

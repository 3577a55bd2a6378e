//! A table and a segment → what there is to say. Pure.

use merit_router::Table;
use merit_router::table::{Candidate, Row};

use super::fallback;
use super::types::{CandidateExplanation, Explanation, Segment, StandingRow, Tried};
use crate::report::format::{percent, plain, usd};
use crate::table::lines::rough;

/// What stands for "any" in a back-off row.
const ANY: &str = "*";

/// How a table routes a segment, and why; `standing` is the table that is served, where that is another one.
///
/// None where the table has no row that answers, which no table that a reader takes lacks.
///
/// ```
/// # let bytes = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/tables/plain.json"));
/// use merit::table::explain::{Segment, explain};
/// let table = merit_router::table::parse(bytes).expect("a golden table");
/// let asked = Segment { role: "executor".into(), category: "triage".into(), difficulty: "beginner".into() };
/// let explanation = explain(&table, &asked, None).expect("a row that answers");
/// assert_eq!((explanation.row.as_str(), explanation.tried.len()), ("executor/*/*", 3));
/// ```
pub fn explain(table: &Table, segment: &Segment, standing: Option<&Table>) -> Option<Explanation> {
    let (row, tried) = answering(table, segment)?;
    let standing = standing.and_then(|standing| {
        let (row, _) = answering(standing, segment)?;
        let (row, rationale) = (row.to_string(), row.rationale.clone());
        Some(StandingRow { table_version: standing.table_version, row, rationale })
    });
    Some(Explanation {
        segment: segment.clone(),
        table_version: table.table_version,
        as_of: table.created_as_of.clone(),
        expires_at: table.expires_at.clone(),
        restored_from: table.restored_from,
        row: row.to_string(),
        tried,
        traffic_share: row.traffic_share,
        evidence: row.evidence.clone(),
        rationale: row.rationale.clone(),
        flags: row.flags.clone(),
        candidates: candidates(table, row),
        constraints: constraints(table, row),
        frontier: row.frontier.clone(),
        fallback: fallback::steps(table, row),
        policy: table.policy.clone(),
        standing,
    })
}

/// The row that answers, and the names looked for on the way.
fn answering<'a>(table: &'a Table, segment: &Segment) -> Option<(&'a Row, Vec<Tried>)> {
    let (role, category, difficulty) = (segment.role.as_str(), segment.category.as_str(), segment.difficulty.as_str());
    let order = [
        (role, category, difficulty),
        (role, category, ANY),
        (role, ANY, ANY),
        (ANY, category, difficulty),
        (ANY, category, ANY),
        (ANY, ANY, ANY),
    ];
    let mut tried: Vec<Tried> = Vec::new();
    for key in order {
        let name = format!("{}/{}/{}", key.0, key.1, key.2);
        let row = table.segments.iter().find(|row| row.key() == key);
        if row.is_some() || tried.iter().all(|tried| tried.row != name) {
            tried.push(Tried { row: name, exists: row.is_some() });
        }
        if let Some(row) = row {
            return Some((row, tried));
        }
    }
    None
}

/// Takes the weights apart as the draw does: (ε − Σ probes)/K of exploration for each of K eligible candidates, the
/// probe's own weight, and the exploit share of the rest (docs/routing-table.md, Choosing).
fn candidates(table: &Table, row: &Row) -> Vec<CandidateExplanation> {
    let probes: f64 = row.candidates.iter().map(|candidate| candidate.probe_weight).sum();
    let exploit: f64 = row.candidates.iter().map(|candidate| candidate.exploit_weight).sum();
    let explorers = row.candidates.iter().filter(|candidate| candidate.eligible).count();
    let exploration = if explorers == 0 { 0.0 } else { (table.policy.epsilon - probes).max(0.0) };
    let of = |candidate: &Candidate| {
        let explored = if candidate.eligible { exploration / explorers as f64 } else { 0.0 };
        let rest = 1.0 - exploration - probes;
        let exploited = if exploit > 0.0 { rest * candidate.exploit_weight / exploit } else { 0.0 };
        let model = table.models.get(&candidate.model);
        CandidateExplanation {
            candidate: candidate.clone(),
            provider: model.map(|model| model.provider.clone()).unwrap_or_default(),
            price: model.and_then(|model| model.price.as_ref()).map(|price| (price.input, price.output)),
            exploited,
            explored,
            probed: candidate.probe_weight,
            why: why(&table.policy.algorithm, candidate, exploited, (explored, explorers)),
        }
    };
    row.candidates.iter().map(of).collect()
}

fn why(algorithm: &str, candidate: &Candidate, exploited: f64, (explored, explorers): (f64, usize)) -> String {
    let mut parts = Vec::new();
    if exploited > 0.0 {
        let merit = match algorithm {
            "thompson" => format!("being the best with probability {:.2}", candidate.p_best),
            "ucb" => "the largest utility that its evidence leaves open".into(),
            _ => "the largest mean utility".into(),
        };
        parts.push(format!("{} for {merit}", percent(Some(exploited))));
    }
    if explored > 0.0 {
        parts.push(match explorers {
            1 => format!("{} of exploration, alone", percent(Some(explored))),
            _ => format!("{} of exploration, as each of {explorers}", percent(Some(explored))),
        });
    }
    if candidate.probe_weight > 0.0 {
        parts.push(format!("{} as a probe, to see whether it may come back", percent(Some(candidate.probe_weight))));
    }
    if parts.is_empty() { "never drawn".into() } else { parts.join(" + ") }
}

/// What keeps models out, and what bends the weights of the whole table.
fn constraints(table: &Table, row: &Row) -> Vec<String> {
    let mut sentences: Vec<String> = row
        .candidates
        .iter()
        .filter(|candidate| !candidate.eligible)
        .map(|candidate| format!("{}: {}", candidate.model, candidate.reason))
        .collect();
    if row.flags.iter().any(|flag| flag == "constraint_unmet") {
        sentences.push("no model meets the constraints, so the most reliable one is drawn".into());
    }
    let policy = &table.policy;
    let set = table.settings.get("policy").and_then(|policy| policy.get("lambda")?.as_f64());
    if let Some(budget) = policy.budget_usd_per_task {
        sentences.push(if policy.flags.iter().any(|flag| flag == "budget_infeasible") {
            format!("the budget of {} a task cannot be kept: the cheapest models are drawn", usd(Some(budget)))
        } else if set.is_some_and(|set| policy.lambda > set) {
            format!(
                "the budget of {} a task binds: λ is {} instead of {}, so dearer models must be better by more",
                usd(Some(budget)),
                rough(policy.lambda),
                plain(set)
            )
        } else {
            format!("the budget of {} a task does not bind", usd(Some(budget)))
        });
    }
    sentences
}

//! A table held within a bounded step of another, row by row. Pure.

use std::collections::{BTreeMap, BTreeSet};

use merit_router::table::Row;
use merit_router::{Draft, Router, Table};
use serde_json::{Value, json};

use crate::evaluate::gate::{GateError, bounded_step};
use crate::night::NightError;
use crate::table::TableError;

/// By row, the models whose level has changed: what they lose they lose at once.
pub(in crate::night) type Unsafe = BTreeMap<(String, String, String), BTreeSet<String>>;

/// Exploit weights below this become 0, as where they are built.
const NEGLIGIBLE: f64 = 1e-6;
/// Steps from the cap to no cap, where only a longer step keeps to the budget.
const LONGER_STEPS: u32 = 10;
/// What rounding does to an expected cost.
const COST_SLACK: f64 = 1e-9;

/// How far the rows went.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::night) struct Moved {
    /// The cap that was used: the settings', or more where the budget asks for it.
    pub(in crate::night) cap: f64,
    /// Whether the budget asked for more.
    pub(in crate::night) for_budget: bool,
    pub(in crate::night) rows: usize,
    /// Rows that wanted to go farther than they were let.
    pub(in crate::night) bounded: usize,
    /// Their share of the traffic.
    pub(in crate::night) bounded_traffic: f64,
    /// Rows in which weight left unsafe models at once.
    pub(in crate::night) safety: usize,
    /// The largest step that a row wanted.
    pub(in crate::night) largest_wanted: f64,
}

impl Moved {
    pub(super) fn json(&self) -> Value {
        let share = if self.rows == 0 { 0.0 } else { self.bounded as f64 / self.rows as f64 };
        json!({
            "cap": self.cap, "for_budget": self.for_budget, "rows": self.rows, "bounded": self.bounded,
            "share_bounded": share, "bounded_traffic": self.bounded_traffic, "safety_moves": self.safety,
            "largest_wanted": self.largest_wanted,
        })
    }
}

/// Moves a draft's exploit weights back to within `cap` of the anchor's; where the result would cost more than the budget
/// that the draft keeps to, by as much less as is needed: the budget is a promise of its own.
pub(super) fn within_budget(
    draft: &mut Draft,
    anchor: &Table,
    cap: f64,
    unsafe_models: &Unsafe,
) -> Result<Moved, NightError> {
    let infeasible = draft.policy.flags.iter().any(|flag| flag == "budget_infeasible");
    let limit = draft.policy.budget_usd_per_task.filter(|_| !infeasible).unwrap_or(f64::INFINITY);
    // What the candidate itself costs is as good as it gets.
    let limit = limit.max(draft.policy.expected_usd_per_task.unwrap_or(0.0)) * (1.0 + COST_SLACK);
    for longer in 0..=LONGER_STEPS {
        let cap = cap + (1.0 - cap) * f64::from(longer) / f64::from(LONGER_STEPS);
        let mut tried = draft.clone();
        let moved = bounded(&mut tried, anchor, cap, unsafe_models)?;
        let affordable = tried.policy.expected_usd_per_task.is_none_or(|cost| cost <= limit);
        if affordable || longer == LONGER_STEPS {
            *draft = tried;
            return Ok(Moved { for_budget: longer > 0, ..moved });
        }
    }
    unreachable!("the last step is taken")
}

/// Moves a draft's exploit weights back to within `cap` of the anchor's (the row that would have answered there) and makes
/// weights and the expected cost anew. A row within the cap stays as it is, to the bit.
pub(in crate::night) fn bounded(
    draft: &mut Draft,
    anchor: &Table,
    cap: f64,
    unsafe_models: &Unsafe,
) -> Result<Moved, NightError> {
    let router = Router::new(anchor)
        .map_err(|source| TableError::Refused { path: format!("version {}", anchor.table_version).into(), source })?;
    let mut moved = Moved { cap, rows: draft.segments.len(), ..Moved::default() };
    let mut dearer = 0.0;
    for row in &mut draft.segments {
        let name = router.row(&row.role, &row.category, &row.difficulty);
        let key = (name.role, name.category, name.difficulty);
        let Ok(place) = anchor.segments.binary_search_by(|row| row.key().cmp(&key)) else { continue };
        let unsafe_here = unsafe_models.get(&(row.role.clone(), row.category.clone(), row.difficulty.clone()));
        let (step, weights) = step(row, &anchor.segments[place], cap, unsafe_here)?;
        moved.safety += usize::from(step.0);
        moved.largest_wanted = moved.largest_wanted.max(step.1);
        let Some(weights) = weights else { continue };
        moved.bounded += 1;
        moved.bounded_traffic += row.traffic_share;
        dearer += row.traffic_share * (1.0 - draft.policy.epsilon) * extra_cost(row, &weights);
        reweigh(row, &weights, draft.policy.epsilon);
        row.rationale.push_str(&format!(
            "{}Held within {:.1} % of the weights of v{} until the gate accepts.",
            if row.rationale.is_empty() { "" } else { " " },
            100.0 * cap,
            anchor.table_version
        ));
    }
    if moved.bounded > 0 {
        draft.policy.expected_usd_per_task = draft.policy.expected_usd_per_task.map(|cost| (cost + dearer).max(0.0));
    }
    Ok(moved)
}

/// Whether weight left unsafe models and how far the row wanted to go; new exploit weights where that was too far.
type Step = ((bool, f64), Option<Vec<f64>>);

fn step(row: &Row, anchor: &Row, cap: f64, changed: Option<&BTreeSet<String>>) -> Result<Step, GateError> {
    let before = |model: &str| {
        anchor.candidates.iter().find(|one| one.model == model).map_or(0.0, |candidate| candidate.exploit_weight)
    };
    let mut from: Vec<f64> = row.candidates.iter().map(|candidate| before(&candidate.model)).collect();
    let mut to: Vec<f64> = row.candidates.iter().map(|candidate| candidate.exploit_weight).collect();
    let mut safety: Vec<bool> = row
        .candidates
        .iter()
        .map(|candidate| !candidate.eligible || changed.is_some_and(|changed| changed.contains(&candidate.model)))
        .collect();
    // Who is gone altogether has nothing left to lose but its weight.
    let known = |model: &str| row.candidates.iter().any(|candidate| candidate.model == model);
    let gone: f64 =
        anchor.candidates.iter().filter(|one| !known(&one.model)).map(|candidate| candidate.exploit_weight).sum();
    from.push(gone);
    to.push(0.0);
    safety.push(true);
    let step = bounded_step(&from, &to, cap, &safety)?;
    let weights = (step.moved < step.wanted).then(|| {
        let mut weights = step.weights;
        weights.pop();
        weights.iter_mut().filter(|weight| **weight < NEGLIGIBLE).for_each(|weight| *weight = 0.0);
        let total: f64 = weights.iter().sum();
        weights.iter().map(|weight| weight / total).collect()
    });
    Ok(((step.safety_moved > 0.0, step.wanted), weights))
}

/// weight = (1−ε)·exploit + (ε − probes)/K over the K eligible, and the probe weight for each model on probation.
fn reweigh(row: &mut Row, exploit: &[f64], epsilon: f64) {
    let probes: f64 = row.candidates.iter().map(|candidate| candidate.probe_weight).sum();
    let eligible = row.candidates.iter().filter(|candidate| candidate.eligible).count().max(1) as f64;
    let explore = (epsilon - probes).max(0.0) / eligible;
    for (candidate, weight) in row.candidates.iter_mut().zip(exploit) {
        candidate.exploit_weight = *weight;
        candidate.weight =
            (1.0 - epsilon) * weight + candidate.probe_weight + if candidate.eligible { explore } else { 0.0 };
    }
}

/// What a task costs more with these exploit weights than with the row's own; a cost that is not known is the highest
/// known one.
fn extra_cost(row: &Row, weights: &[f64]) -> f64 {
    let cost = |candidate: &merit_router::table::Candidate| candidate.chain.and_then(|chain| chain.cost_usd);
    let dearest = row.candidates.iter().filter_map(cost).fold(0.0, f64::max);
    let pairs = row.candidates.iter().zip(weights);
    pairs.map(|(candidate, weight)| (weight - candidate.exploit_weight) * cost(candidate).unwrap_or(dearest)).sum()
}

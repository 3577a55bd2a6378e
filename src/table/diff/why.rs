//! Why a candidate moved: the causes that the two tables show, those that push the way it went first.

use std::collections::BTreeMap;

use merit_router::Table;
use merit_router::table::{Candidate, Row};

use super::cause::Cause;
use super::types::Change;

/// Below this a weight has not moved and a value has not changed: what a page shows as the same figure.
const SHOWN: f64 = 0.0005;

/// The relative change from which on strength or cost is told.
const TOLD: f64 = 0.05;

/// How the reason of a candidate begins to tell of a change of level.
const CHANGED_ON: &str = "changed on ";

/// A row in its table.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) table: &'a Table,
    pub(super) row: &'a Row,
}

impl<'a> Place<'a> {
    pub(super) fn candidate(&self, model: &str) -> Option<&'a Candidate> {
        self.row.candidates.iter().find(|candidate| candidate.model == model)
    }

    fn explorers(&self) -> usize {
        self.row.candidates.iter().filter(|candidate| candidate.eligible).count()
    }

    /// The probability with which exploration draws one eligible candidate: (ε − Σ probes)/K.
    fn explored(&self) -> f64 {
        let probes: f64 = self.row.candidates.iter().map(|candidate| candidate.probe_weight).sum();
        (self.table.policy.epsilon - probes).max(0.0) / self.explorers().max(1) as f64
    }

    /// What a call costs on average at the row's weights, of those whose cost is known.
    fn usual_cost(&self) -> f64 {
        let known =
            self.row.candidates.iter().filter_map(|candidate| Some((candidate.weight, candidate.cost_usd.mean?)));
        let (weight, cost) = known.fold((0.0, 0.0), |(weight, cost), (w, c)| (weight + w, cost + w * c));
        if weight > 0.0 { cost / weight } else { 0.0 }
    }
}

/// The causes, and which way each pushes the weight; none where it cannot be told.
struct Causes {
    up: bool,
    agreeing: Vec<Cause>,
    opposing: Vec<Cause>,
    beside: Vec<Cause>,
}

impl Causes {
    fn add(&mut self, cause: Cause, pushes_up: bool) {
        if pushes_up == self.up { self.agreeing.push(cause) } else { self.opposing.push(cause) }
    }
}

/// Why `model` stands otherwise than before, the nearest cause first, and the same as a sentence.
pub(super) fn causes(from: Place<'_>, to: Place<'_>, model: &str) -> (Vec<Cause>, String) {
    let weight = |place: Place<'_>| place.candidate(model).map_or(0.0, |candidate| candidate.weight);
    let moved = weight(to) - weight(from);
    let mut found = Causes { up: moved > 0.0, agreeing: Vec::new(), opposing: Vec::new(), beside: Vec::new() };
    match (from.candidate(model), to.candidate(model)) {
        (Some(before), Some(after)) => own(&mut found, (from, before), (to, after)),
        (None, Some(after)) => found.agreeing.push(Cause::Came { reason: after.reason.clone() }),
        _ => found.agreeing.push(Cause::Went),
    }
    let moved_visibly = moved.abs() >= SHOWN;
    if moved_visibly {
        found.agreeing.extend(rival(from, to, model, moved));
    } else {
        // The weight stayed: what changed about the model is told, but moved nothing.
        let facts = [std::mem::take(&mut found.agreeing), std::mem::take(&mut found.opposing)].concat();
        found.beside.splice(0..0, facts);
    }
    let sentence = sentence(&found, moved_visibly);
    let causes = [found.agreeing, found.opposing, found.beside].concat();
    (causes, sentence)
}

/// What changed about the candidate itself and about how its row weighs it.
fn own(found: &mut Causes, (from, before): (Place<'_>, &Candidate), (to, after): (Place<'_>, &Candidate)) {
    match (before.eligible, after.eligible) {
        (false, true) => found.add(Cause::Eligible { reason: after.reason.clone() }, true),
        (true, false) => found.add(Cause::NotEligible { reason: after.reason.clone() }, false),
        _ => {}
    }
    if let Some(change) = Change::found(from.table.policy.algorithm.clone(), to.table.policy.algorithm.clone()) {
        found.agreeing.push(Cause::Algorithm(change));
    }
    if let Some(since) = changed_since(after).filter(|since| changed_since(before) != Some(*since)) {
        found.beside.push(Cause::LevelChanged { since: since.into() });
    }
    if (after.value.mean - before.value.mean).abs() >= SHOWN {
        let change = Change { from: before.value, to: after.value };
        found.add(Cause::Value(change), after.value.mean > before.value.mean);
    }
    costs(found, (from, before), (to, after));
    let (explored, explores) = (from.explored(), to.explored());
    if let Some(change) = Change::found(from.table.policy.epsilon, to.table.policy.epsilon) {
        let share = 1.0 / to.explorers().max(1) as f64;
        found.add(Cause::Epsilon(change), (change.to > change.from) == (share > after.exploit_weight));
    } else if before.eligible && after.eligible && (explores - explored).abs() >= SHOWN {
        let change = Change { from: from.explorers(), to: to.explorers() };
        found.add(Cause::Explorers(change), explores > explored);
    }
    if differs(before.strength, after.strength) {
        found.beside.push(Cause::Strength(Change { from: before.strength, to: after.strength }));
    }
}

/// Prices, the cost of a call and λ. Where cost does not count they move nothing and are told beside.
fn costs(found: &mut Causes, (from, before): (Place<'_>, &Candidate), (to, after): (Place<'_>, &Candidate)) {
    let (lambda, lambda_now) = (from.table.policy.lambda, to.table.policy.lambda);
    let (cost, cost_now) = (before.cost_usd.mean, after.cost_usd.mean);
    let price = |place: Place<'_>| place.table.models.get(&after.model).and_then(|model| model.price.clone());
    let dearer = cost.zip(cost_now).map(|(cost, now)| now > cost);
    let cause = match Change::found(price(from), price(to)) {
        Some(change) => Some(Cause::Price(change)),
        None => {
            let told = cost.zip(cost_now).map_or(cost != cost_now, |(cost, now)| differs(cost, now));
            told.then_some(Cause::Cost(Change { from: cost, to: cost_now }))
        }
    };
    match (cause, dearer) {
        (Some(cause), Some(dearer)) if lambda_now > 0.0 => found.add(cause, !dearer),
        (Some(cause), _) => found.beside.push(cause),
        (None, _) => {}
    }
    if let (Some(change), Some(cost)) = (Change::found(lambda, lambda_now), cost_now) {
        let cheap = cost < to.usual_cost().max(from.usual_cost());
        found.add(Cause::Lambda(change), (lambda_now > lambda) == cheap);
    }
}

/// Of the others the one whose weight moved most the other way, where it took or gave at least half.
fn rival(from: Place<'_>, to: Place<'_>, model: &str, moved: f64) -> Option<Cause> {
    let mut weights: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for candidate in &from.row.candidates {
        weights.entry(&candidate.model).or_default().0 = candidate.weight;
    }
    for candidate in &to.row.candidates {
        weights.entry(&candidate.model).or_default().1 = candidate.weight;
    }
    let against = |(before, after): &(f64, f64)| (before - after) * moved.signum();
    let others = weights.into_iter().filter(|(other, _)| *other != model);
    let (other, weight) = others.max_by(|(one, a), (two, b)| against(a).total_cmp(&against(b)).then(two.cmp(one)))?;
    if against(&weight) < 0.5 * moved.abs() {
        return None;
    }
    let value = from.candidate(other).zip(to.candidate(other)).and_then(|(before, after)| {
        let told = (after.value.mean - before.value.mean) * (weight.1 - weight.0).signum() >= SHOWN;
        told.then_some(Change { from: before.value, to: after.value })
    });
    Some(Cause::Rival { model: other.into(), weight: Change { from: weight.0, to: weight.1 }, value })
}

fn sentence(found: &Causes, moved: bool) -> String {
    let words = |causes: &[Cause]| causes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let mut parts = Vec::new();
    if moved && found.agreeing.is_empty() && found.beside.is_empty() {
        parts.push("nothing said of it changed but the figures of several others".to_owned());
    }
    if !found.agreeing.is_empty() {
        parts.push(words(&found.agreeing));
    }
    if !found.opposing.is_empty() {
        parts.push(format!("though {}", words(&found.opposing)));
    }
    if !found.beside.is_empty() {
        parts.push(words(&found.beside));
    }
    if parts.is_empty() {
        parts.push("its figures moved by less than is told".to_owned());
    }
    parts.join("; ")
}

/// The day of a change of level that the candidate's reason tells of.
fn changed_since(candidate: &Candidate) -> Option<&str> {
    let (_, rest) = candidate.reason.split_once(CHANGED_ON)?;
    rest.get(..10).filter(|day| merit_router::table::is_date(day))
}

fn differs(from: f64, to: f64) -> bool {
    (to - from).abs() > TOLD * from.abs().max(to.abs())
}

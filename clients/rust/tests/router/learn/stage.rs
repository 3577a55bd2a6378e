//! Tables whose posteriors are given, and calls in them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use merit_router::table::{Interval, Row};
use merit_router::{Draft, LearnSettings, Learner, Observation, Request, Router, Table, distribution};
use serde_json::json;

use crate::chance::Chance;
use crate::tables::{Odds, draft, row, sealed};

pub(super) const EPSILON: f64 = 0.1;
pub(super) const KEY: [&str; 3] = ["executor", "debugging", "advanced"];
pub(super) const REQUEST: Request<'static> = Request {
    task_id: None,
    attempt: 1,
    exclude: &[],
    max_cost: None,
    input_tokens: None,
    output_tokens: None,
    role: KEY[0],
    category: KEY[1],
    difficulty: KEY[2],
};

/// A model in a row: id, exploit weight, mean value, strength of its posterior.
pub(super) type Known<'a> = (&'a str, f64, f64, f64);

/// The row of [`KEY`] with these models.
pub(super) fn known_row(epsilon: f64, models: &[Known<'_>]) -> Row {
    let odds: Vec<Odds<'_>> = models.iter().map(|known| (known.0, known.1, 0.0, true, Some(0.001))).collect();
    let fallback: Vec<&str> = models.iter().map(|known| known.0).collect();
    let mut made = row(KEY, epsilon, &odds, &fallback);
    for (candidate, known) in made.candidates.iter_mut().zip(models) {
        (candidate.alpha, candidate.beta) = (known.2 * known.3, (1.0 - known.2) * known.3);
        candidate.value = Interval { mean: known.2, low: known.2, high: known.2 };
    }
    made
}

/// A table of that row and a last one alike.
pub(super) fn known_draft(algorithm: &str, epsilon: f64, models: &[Known<'_>]) -> Draft {
    let own = known_row(epsilon, models);
    let last = Row { role: "*".into(), category: "*".into(), difficulty: "*".into(), ..own.clone() };
    let priced: Vec<_> = models.iter().map(|known| (known.0, "north", None)).collect();
    let mut made = draft(epsilon, &priced, vec![own, last]);
    made.policy.algorithm = algorithm.into();
    made.settings.insert("policy".into(), json!({"sharpness": 8.0}));
    made
}

pub(super) fn known(models: &[Known<'_>]) -> Table {
    sealed(known_draft("thompson", EPSILON, models)).0
}

pub(super) fn learner(table: &Table) -> Learner {
    Learner::new(table, LearnSettings::default()).expect("a sound table")
}

/// So many hours after the tables' as-of day, 2026-11-23.
pub(super) fn hours(hours: f64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_795_392_000) + Duration::from_secs_f64(3_600.0 * hours)
}

pub(super) fn good(model: &str, at: SystemTime) -> Observation<'_> {
    Observation::succeeded(&REQUEST, model, Some(10.0), at)
}

pub(super) fn bad(model: &str, at: SystemTime) -> Observation<'_> {
    Observation::failed(&REQUEST, model, at)
}

/// Counts it, which it must.
pub(super) fn observe(learner: &Learner, observation: Observation<'_>) {
    assert_eq!(learner.observe(&observation), Ok(true));
}

/// The exploit weight of a model in the row of [`KEY`].
pub(super) fn weight(learner: &Learner, model: &str) -> f64 {
    let standings = learner.standings(KEY[0], KEY[1], KEY[2]);
    standings.iter().find(|one| one.model == model).expect("a model of the row").exploit_weight
}

/// What a request's draw is made from, to the bit.
pub(super) fn bits(router: &Router, request: &Request<'_>) -> Vec<(String, u64)> {
    let shares = distribution(router, request).expect("somebody is left");
    shares.iter().map(|share| (share.model.to_owned(), share.propensity.to_bits())).collect()
}

pub(super) const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

/// Models with weights of any kind, zeros among them, and posteriors that need not fit them.
pub(super) fn random_models(chance: &mut Chance) -> Vec<Known<'static>> {
    let count = 2 + chance.below(NAMES.len() - 1);
    let raw: Vec<f64> = (0..count)
        .map(|place| if place > 0 && chance.happens(0.4) { 0.0 } else { 10.0_f64.powf(-4.0 * chance.unit()) })
        .collect();
    let total: f64 = raw.iter().sum();
    let strengths = [2.0, 30.0, 300.0, 4_000.0, 90_000.0];
    raw.iter()
        .zip(NAMES)
        .map(|(raw, name)| (name, raw / total, 0.3 + 0.69 * chance.unit(), *chance.pick(&strengths)))
        .collect()
}

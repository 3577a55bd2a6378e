//! What a draw earned.

use std::collections::BTreeMap;

use merit_router::Table;
use merit_router::table::{Candidate, Row};

use super::draw::{Attempt, LoggedDraw};

/// A share of scored successes is shrunken towards that of all models with this many successes' worth.
const PRIOR_SUCCESSES: f64 = 10.0;
/// Below this share scores tell next to nothing and scatter so much that they are left aside.
const LEAST_SHARE: f64 = 0.02;
/// What a success is expected to be worth where the table knows neither row nor model.
const USUAL_QUALITY: f64 = 0.8;
/// A task counts as costing at most this many times what the dearest choice of the table is expected to.
const DEAREST: f64 = 4.0;

/// Value − λ·cost of a task, from scores that only some successes have.
///
/// The range of rewards is finite and known before a draw is looked at: a cost counts up to four times what the dearest
/// choice of the table is expected to cost.
#[derive(Clone, Debug)]
pub struct Rewards<'a> {
    table: &'a Table,
    /// λ, value a US dollar.
    pub lambda: f64,
    largest_cost: f64,
    /// By serving model: the share of its successes that were scored; none where scores are left aside.
    shares: BTreeMap<&'a str, Option<f64>>,
    share: Option<f64>,
    /// The largest 1/share.
    factor: f64,
}

/// A table's λ, but at most 1/floor: there, what the cheapest policy spends on a task is worth a perfect answer. A budget
/// below that floor drives λ beyond all bounds; quality would not count at all.
pub fn effective_lambda(table: &Table) -> f64 {
    match table.policy.floor_usd_per_task {
        Some(floor) if floor > 0.0 => table.policy.lambda.min(1.0 / floor),
        _ => table.policy.lambda,
    }
}

impl<'a> Rewards<'a> {
    /// How draws are rewarded, with what `table` expects of quality and cost where the log does not say.
    pub fn new(table: &'a Table, lambda: f64, draws: &'a [LoggedDraw]) -> Self {
        let mut counts: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
        for served in draws.iter().filter_map(LoggedDraw::served) {
            let count = counts.entry(&served.model).or_default();
            count.0 += 1.0;
            count.1 += f64::from(u8::from(served.score.is_some()));
        }
        let (successes, scored) = counts.values().fold((0.0, 0.0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
        let pooled = if successes > 0.0 { scored / successes } else { 0.0 };
        let usable = |share: f64| (share >= LEAST_SHARE).then_some(share);
        let share = |(successes, scored): (f64, f64)| {
            usable((scored + PRIOR_SUCCESSES * pooled) / (successes + PRIOR_SUCCESSES)).filter(|_| scored > 0.0)
        };
        let shares: BTreeMap<&str, Option<f64>> =
            counts.into_iter().map(|(model, count)| (model, share(count))).collect();
        let factor = shares.values().flatten().map(|share| 1.0 / share).fold(1.0, f64::max);
        let costs = table
            .segments
            .iter()
            .flat_map(|row| &row.candidates)
            .filter_map(|candidate| candidate.chain.and_then(|chain| chain.cost_usd).or(candidate.cost_usd.mean));
        let largest_cost = DEAREST * costs.fold(0.0, f64::max);
        Self { table, lambda, largest_cost, shares, share: usable(pooled), factor }
    }

    /// The lowest and the highest reward there can be.
    pub fn range(&self) -> (f64, f64) {
        // Of q̄ − q̄/share and q̄ + (1 − q̄)/share over q̄ in [0, 1], with the smallest share.
        (1.0 - self.factor - self.lambda * self.largest_cost, self.factor)
    }

    /// What a draw earned.
    pub fn of(&self, draw: &LoggedDraw) -> f64 {
        let row = self.row(draw);
        let value = draw.served().map_or(0.0, |served| self.value(row, served));
        if self.lambda <= 0.0 {
            return value;
        }
        let cost = |attempt: &Attempt| {
            let expected = || candidate(row?, attempt)?.cost_usd.mean;
            attempt.cost_usd.or_else(expected).unwrap_or(0.0)
        };
        let cost: f64 = draw.attempts.iter().map(cost).sum();
        value - self.lambda * cost.clamp(0.0, self.largest_cost)
    }

    fn value(&self, row: Option<&Row>, served: &Attempt) -> f64 {
        let expected = row.and_then(|row| candidate(row, served)).map(|candidate| candidate.score.mean / 10.0);
        let expected = expected.unwrap_or(USUAL_QUALITY).clamp(0.0, 1.0);
        let share = self.shares.get(served.model.as_str()).copied().unwrap_or(self.share);
        match served.score.zip(share) {
            Some((score, share)) => expected + ((score / 10.0).clamp(0.0, 1.0) - expected) / share,
            None => expected,
        }
    }

    /// The row of exactly this segment, else the last one.
    fn row(&self, draw: &LoggedDraw) -> Option<&'a Row> {
        let find = |key: (&str, &str, &str)| {
            let place = self.table.segments.binary_search_by(|row| row.key().cmp(&key)).ok()?;
            self.table.segments.get(place)
        };
        find((&draw.role, &draw.category, &draw.difficulty)).or_else(|| find(("*", "*", "*")))
    }
}

/// Who served, by the id of the table or by the name at the provider.
fn candidate<'t>(row: &'t Row, served: &Attempt) -> Option<&'t Candidate> {
    row.candidates.iter().find(|candidate| candidate.model == served.model)
}

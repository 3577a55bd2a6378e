//! The days since the last look: are there draws of published tables, and what do they say of the challenger?

use std::sync::Arc;

use merit_router::{Router, Table};

use super::record::Record;
use crate::analyze::graph::Graph;
use crate::analyze::job::Layer;
use crate::analyze::rollup::Facts;
use crate::analyze::session::Engine;
use crate::day::Day;
use crate::evaluate::gate::{GateSettings, ScoredDay, Verdict, score};
use crate::evaluate::logged::{self, LoggedDraw, Origin, Pair, Registry, Rewards};
use crate::evaluate::ope::RewardModel;
use crate::night::{NightError, NightInputs};
use crate::settings::Gate;
use crate::store::ReadCounter;
use crate::table::TableError;

/// The calls that a night may look at.
pub(in crate::night) struct Days<'a> {
    pub(in crate::night) inputs: &'a NightInputs,
    pub(in crate::night) facts: &'a Facts,
}

impl Days<'_> {
    /// Looks at every day that has not been looked at, from the oldest on, and has the challenger judged by it. What is
    /// said of the challenger; none without one.
    ///
    /// The reward model is the challenger's own expectations: they were made before the days it is judged on.
    pub(super) async fn judge(
        &self,
        record: &mut Record,
        settings: &Gate,
        anchor: &Table,
        challenger: Option<&Table>,
        as_of: Day,
    ) -> Result<Option<Verdict>, NightError> {
        let (from, mut verdict) = (record.looked_until, None);
        if challenger.is_some() {
            verdict = record.state.challenger().map(|challenger| challenger.verdict());
        }
        if from >= as_of {
            return Ok(verdict);
        }
        let draws = self.read(from, as_of).await?;
        let tables = self.inputs.layout.tables();
        let registry = Registry::read(&tables, draws.iter().filter_map(|draw| draw.table_version));
        let router = |table: &Table| {
            let path = tables.join(super::judged_file_name(&table.digest));
            Router::new(table).map_err(|source| TableError::Refused { path, source })
        };
        let candidate = challenger.unwrap_or(anchor);
        let (target, baseline) = (router(candidate)?, router(anchor)?);
        let lambda = logged::effective_lambda(candidate);
        let pair = Pair { candidate: &target, baseline: &baseline };
        for day in (from.0..as_of.0).map(Day) {
            let of_day: Vec<LoggedDraw> = draws.iter().filter(|draw| draw.day == day).cloned().collect();
            let rewards = Rewards::new(candidate, lambda, &of_day);
            let judged = logged::log(&of_day, Origin::Registry(&registry), pair, &rewards);
            if !judged.log.draws.is_empty() {
                record.last_draw = Some(day);
            }
            if record.state.is_judging() && record.state.challenger().is_some_and(|one| day.0 >= one.frozen_on) {
                let (lowest_reward, highest_reward) = rewards.range();
                let settings = GateSettings { lowest_reward, highest_reward, ..settings.gate_settings() };
                let scored = if judged.log.draws.is_empty() {
                    ScoredDay::default()
                } else {
                    let expected = expectations(candidate, &judged.rows, &judged.models, lambda);
                    let range = (lowest_reward, highest_reward);
                    score(&judged.log, &RewardModel::given(judged.models.len(), expected, range), &settings)?
                };
                verdict = Some(record.state.judge(day.0, &scored)?);
            }
        }
        record.looked_until = as_of;
        Ok(verdict)
    }

    async fn read(&self, from: Day, to: Day) -> Result<Vec<LoggedDraw>, NightError> {
        let engine = Engine::new(&self.inputs.layout, 1, Arc::new(ReadCounter::default()))?;
        let days: Vec<Day> = self.facts.calls.keys().copied().filter(|day| (from..to).contains(day)).collect();
        if days.is_empty() {
            return Ok(Vec::new());
        }
        self.facts.register(&engine, &days).await?;
        for staging in Graph::read(&self.inputs.queries)?.layer(Layer::Staging) {
            engine.register_view(&staging.name, &staging.path, &staging.sql).await?;
        }
        Ok(logged::read(&engine, from, to).await?)
    }
}

/// What a table expects a model to earn in each row, fallbacks included; row by row. Where it does not know the model
/// there, what it expects of the row's others.
fn expectations(table: &Table, rows: &[String], models: &[String], lambda: f64) -> Vec<f64> {
    let mut expected = Vec::with_capacity(rows.len() * models.len());
    for name in rows {
        let row = table.segments.iter().find(|row| row.to_string() == *name);
        let row = row.or_else(|| table.segments.iter().find(|row| row.key() == ("*", "*", "*")));
        let earns = |model: &str| {
            let candidate = row?.candidates.iter().find(|candidate| candidate.model == model)?;
            Some(match candidate.chain {
                Some(chain) => chain.value - lambda * chain.cost_usd.unwrap_or(0.0),
                None => candidate.value.mean - lambda * candidate.cost_usd.mean.unwrap_or(0.0),
            })
        };
        let known: Vec<Option<f64>> = models.iter().map(|model| earns(model)).collect();
        let count = known.iter().flatten().count();
        let mean = if count == 0 { 0.5 } else { known.iter().flatten().sum::<f64>() / count as f64 };
        expected.extend(known.into_iter().map(|earned| earned.unwrap_or(mean)));
    }
    expected
}

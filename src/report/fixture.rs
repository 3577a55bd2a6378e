//! A small night by formula: tables and marts of any size, with names of any kind.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use merit_router::Table;
use merit_router::table::{
    CallInputs, Candidate, Cost, CostSource, Evaluation, Evidence, FORMAT, Generator, Inputs, Interval, Latency, Model,
    Policy, Price, Row, RowPoint,
};

use super::input::{Ingest, ReasonCount, ReportInput, RunSummary};
use crate::analyze::check::Warning;
use crate::analyze::mart::Marts;
use crate::day::Day;
use crate::scoreboard::TargetSettings;

/// 2026-11-23.
pub(super) const AS_OF: Day = Day(20_780);

/// A night: who ran at what, and what the logs say of it.
pub(super) struct Night {
    pub(super) models: Vec<String>,
    pub(super) categories: Vec<String>,
    pub(super) scored: bool,
    pub(super) costed: bool,
    pub(super) days: i32,
    pub(super) summary: RunSummary,
}

impl Night {
    pub(super) fn new(models: &[&str], categories: &[&str]) -> Self {
        let owned = |names: &[&str]| names.iter().map(|name| name.to_string()).collect();
        let (models, categories) = (owned(models), owned(categories));
        Self { models, categories, scored: true, costed: true, days: 20, summary: summary() }
    }

    pub(super) fn small() -> Self {
        Self::new(&["claude-sonnet", "gemini-pro", "groq-llama"], &["code_generation", "debugging", "triage"])
    }

    pub(super) fn large(models: usize, categories: usize) -> Self {
        let names = |what: &str, count| (0..count).map(|index| format!("{what}-{index:02}")).collect();
        Self { models: names("model", models), categories: names("category", categories), ..Self::small() }
    }

    /// Renders with this night's input.
    pub(super) fn with<T>(&self, render: impl Fn(&ReportInput<'_>) -> T) -> T {
        let (table, marts) = (self.table(), self.marts());
        let targets = TargetSettings::default();
        render(&ReportInput {
            as_of: AS_OF,
            table: &table,
            previous: None,
            marts: &marts,
            summary: &self.summary,
            targets: &targets,
        })
    }

    /// The better the model the dearer; each category has a favourite of its own; the last model never ran at the first.
    fn value(&self, model: usize, category: usize) -> f64 {
        0.9 - 0.25 * model as f64 / self.models.len() as f64 + 0.05 * f64::from((model + category).is_multiple_of(3))
    }

    fn cost(&self, model: usize) -> Option<f64> {
        self.costed.then(|| 0.02 * libm::pow(0.35, 5.0 * model as f64 / self.models.len() as f64))
    }

    fn calls(&self, model: usize, category: usize) -> u64 {
        let ran = self.models.len() == 1 || model + 1 < self.models.len() || category > 0;
        if ran { 12 + (400 / (1 + model as u64 + 2 * category as u64)) } else { 0 }
    }

    fn candidate(&self, model: usize, category: usize, n: u64) -> Candidate {
        let value = self.value(model, category);
        let interval = |mean: f64, half: f64| Interval { mean, low: mean - half, high: mean + half };
        let weight = if model == 0 { 1.0 } else { 0.0 };
        Candidate {
            model: self.models[model].clone(),
            weight,
            exploit_weight: weight,
            probe_weight: 0.0,
            eligible: model % 7 != 5,
            reason: "eligible".into(),
            alpha: 80.0 * value,
            beta: 80.0 * (1.0 - value),
            value: interval(value, 0.04),
            score: interval(10.0 * value / 0.97, 0.3),
            success: interval(0.97, 0.02),
            cost_usd: Cost {
                mean: self.cost(model),
                source: if self.costed { CostSource::Price } else { CostSource::Unknown },
            },
            input_tokens: None,
            output_tokens: None,
            latency_ms: Latency { p50: Some(2100.0 + 300.0 * model as f64), p95: Some(7900.0), p99: None },
            n,
            n_eff: 0.8 * n as f64,
            strength: 0.5 * n as f64,
            on_frontier: true,
            on_hull: true,
            p_on_frontier: 0.75,
            chain: None,
            p_best: if model == 0 { 0.93 } else { 0.07 / self.models.len() as f64 },
        }
    }

    fn row(&self, category: Option<usize>) -> Row {
        let n = |model| match category {
            Some(category) => self.calls(model, category),
            None => (0..self.categories.len()).map(|category| self.calls(model, category)).sum(),
        };
        let candidates: Vec<Candidate> =
            (0..self.models.len()).map(|model| self.candidate(model, category.unwrap_or(0), n(model))).collect();
        let name = category.map_or("*", |category| &self.categories[category]);
        let vertex = |candidate: &Candidate| {
            Some(RowPoint {
                cost_usd: candidate.cost_usd.mean? * 1.05,
                value: candidate.value.mean + 0.02,
                mix: BTreeMap::from([(candidate.model.clone(), 1.0)]),
            })
        };
        Row {
            role: "*".into(),
            category: name.into(),
            difficulty: "*".into(),
            traffic_share: 0.0,
            evidence: Evidence {
                n: (0..self.models.len()).map(n).sum(),
                n_eff: 100.0,
                strength: 60.0,
                from: None,
                to: None,
            },
            frontier: candidates.iter().rev().filter_map(vertex).take(3).collect(),
            fallback: self.models.clone(),
            flags: if category == Some(1) { vec!["constraint_unmet".into()] } else { Vec::new() },
            rationale: self
                .models
                .first()
                .map_or_else(String::new, |model| format!("{name}: {model}, 9.3 [9.0, 9.6], p(best) 0.93, $0.020")),
            candidates,
        }
    }

    fn table(&self) -> Table {
        let price =
            Price { input: 3.0, cached_input: Some(0.3), output: 15.0, effective_from: "2026-01-01".to_string() };
        let model =
            |id: &String| Model { model: id.clone(), provider: "north".into(), price: Some(price.clone()), tier: None };
        Table {
            format: FORMAT,
            table_version: 12,
            restored_from: None,
            digest: "d1".repeat(32),
            parent: Some("p0".repeat(32)),
            created_as_of: AS_OF.to_string(),
            expires_at: "2026-11-30T00:00:00Z".into(),
            generator: Generator { name: "merit".into(), version: "0.1.0".into() },
            inputs: Inputs {
                build_key: "b1".repeat(32),
                calls: CallInputs {
                    days: self.days as u64,
                    first_day: (self.days > 0).then(|| Day(AS_OF.0 - self.days).to_string()),
                    last_day: (self.days > 0).then(|| AS_OF.previous().to_string()),
                    calls: self.summary.calls_in_store,
                    digest: "c1".repeat(32),
                },
                queries: "q1".repeat(32),
                settings: "s1".repeat(32),
                prices: "p1".repeat(32),
                arms: "a1".repeat(32),
            },
            settings: BTreeMap::from([("policy.epsilon".to_string(), 0.1.into())]),
            models: self.models.iter().map(|id| (id.clone(), model(id))).collect(),
            policy: Policy {
                algorithm: "thompson".into(),
                epsilon: 0.1,
                lambda: 2.0,
                budget_usd_per_task: Some(0.05),
                floor_usd_per_task: None,
                expected_usd_per_task: None,
                half_life_days: Some(14.0),
                half_lives: BTreeMap::new(),
                failure_shift: 0.0,
                flags: Vec::new(),
            },
            frontier: Vec::new(),
            segments: [None].into_iter().chain((0..self.categories.len()).map(Some)).map(|at| self.row(at)).collect(),
            assignments: Vec::new(),
            evaluation: Evaluation::default(),
        }
    }

    fn marts(&self) -> Marts {
        let arms: Vec<(usize, usize)> = (0..self.categories.len())
            .flat_map(|category| (0..self.models.len()).map(move |model| (model, category)))
            .filter(|(model, category)| self.calls(*model, *category) > 0)
            .collect();
        let calls = |&(model, category): &(usize, usize)| self.calls(model, category) as f64;
        let quality = |&(model, category): &(usize, usize)| self.value(model, category) / 0.97;
        let scored = if self.scored { 0.5 } else { 0.0 };
        let evidence = [
            ("task_category", texts(arms.iter().map(|arm| self.categories[arm.1].as_str()))),
            ("arm", texts(arms.iter().map(|arm| self.models[arm.0].as_str()))),
            ("n", counts(arms.iter().map(|arm| calls(arm) as i64))),
            ("strength", numbers(arms.iter().map(|arm| Some(0.6 * calls(arm))))),
            ("strength_squared", numbers(arms.iter().map(|arm| Some(0.45 * calls(arm))))),
            ("success_strength", numbers(arms.iter().map(|arm| Some(0.97 * 0.6 * calls(arm))))),
            ("scored_strength", numbers(arms.iter().map(|arm| Some(scored * calls(arm))))),
            ("quality_sum", numbers(arms.iter().map(|arm| Some(scored * calls(arm) * quality(arm))))),
            ("last_day", days(arms.iter().map(|arm| AS_OF.0 - 1 - 35 * i32::from(arm.0 == 2)))),
        ];
        let share = |category: usize| 1.0 / ((category + 1) * (category + 2)) as f64;
        let traffic = [
            ("task_category", texts(self.categories.iter().map(String::as_str))),
            ("share", numbers((0..self.categories.len()).map(|category| Some(share(category))))),
        ];
        // Each model on each of the last days, and its score rising a little.
        let model_days: Vec<(usize, i32)> =
            span_of(self.days.min(10)).flat_map(|day| (0..self.models.len()).map(move |model| (model, day))).collect();
        let spend = if self.costed { 1.234 } else { 0.0 };
        let daily_scores = [
            ("day", days(model_days.iter().map(|at| at.1))),
            ("arm", texts(model_days.iter().map(|at| self.models[at.0].as_str()))),
            ("cost_usd", numbers(model_days.iter().map(|_| Some(spend)))),
        ];
        let first_category = self.categories.first().map_or("", String::as_str);
        let rising = |at: &(usize, i32)| self.value(at.0, 0) + 0.002 * f64::from(at.1 - AS_OF.0);
        let histories = [
            ("day", days(model_days.iter().map(|at| at.1))),
            ("arm", texts(model_days.iter().map(|at| self.models[at.0].as_str()))),
            ("task_category", texts(model_days.iter().map(|_| first_category))),
            ("n", counts(model_days.iter().map(|_| 30))),
            ("n_success", counts(model_days.iter().map(|_| 29))),
            ("n_scored_success", counts(model_days.iter().map(|_| if self.scored { 10 } else { 0 }))),
            (
                "quality_sum",
                numbers(model_days.iter().map(|at| Some(if self.scored { 10.0 * rising(at) } else { 0.0 }))),
            ),
        ];
        let span = AS_OF.0 - self.days..AS_OF.0;
        let wave = |day: i32| f64::from((day * 7) % 5) / 5.0;
        let scoreboard = [
            ("day", days(span.clone())),
            ("tasks", counts(span.clone().map(|day| 100 + i64::from(day % 9)))),
            ("served_share", numbers(span.clone().map(|day| Some(0.95 + 0.04 * wave(day))))),
            // A day in the middle without a score parts the line.
            ("score", numbers(span.clone().map(|day| (self.scored && day % 10 != 0).then(|| 8.7 + 0.5 * wave(day))))),
            (
                "cost_usd",
                numbers(span.clone().map(|day| Some(if self.costed { 0.03 + 0.01 * wave(day) } else { 0.0 }))),
            ),
            ("latency_s", numbers(span.map(|day| Some(5.0 + wave(day))))),
        ];
        let first: Vec<&str> = self.models.iter().take(1).map(String::as_str).collect();
        // The tasks of the last week go to the first category, and its first model does them.
        let days_of_tasks: Vec<i32> = span_of(self.days.min(7)).filter(|_| !self.categories.is_empty()).collect();
        let (one, category) =
            (|value: f64| move |_: &i32| Some(value), self.categories.first().map_or("", String::as_str));
        let segment = || {
            [
                ("day", days(days_of_tasks.iter().copied())),
                ("role", texts(days_of_tasks.iter().map(|_| "executor"))),
                ("task_category", texts(days_of_tasks.iter().map(|_| category))),
                ("task_difficulty", texts(days_of_tasks.iter().map(|_| "beginner"))),
            ]
        };
        let with_segment =
            |columns: Vec<(&'static str, ArrayRef)>| segment().into_iter().chain(columns).collect::<Vec<_>>();
        let of = |value: f64| numbers(days_of_tasks.iter().map(one(value)));
        let (scored_tasks, costed_tasks) =
            (if self.scored { 40.0 } else { 0.0 }, if self.costed { 100.0 } else { 0.0 });
        let task_days = with_segment(vec![
            ("tasks", of(100.0)),
            ("served", of(97.0)),
            ("scored_tasks", of(scored_tasks)),
            ("score_sum", of(8.8 * scored_tasks)),
            ("score_square_sum", of(78.0 * scored_tasks)),
            ("costed_tasks", of(costed_tasks)),
            ("cost_sum", of(0.03 * costed_tasks)),
            ("cost_square_sum", of(0.0010 * costed_tasks)),
        ]);
        let task_latency_days = with_segment(vec![("latency_ms", of(9_900.0)), ("n", of(100.0))]);
        let arm_days = with_segment(vec![
            ("arm", texts(days_of_tasks.iter().map(|_| self.models.first().map_or("", String::as_str)))),
            ("n", of(104.0)),
            ("n_success", of(97.0)),
            ("cost_usd", of(3.0)),
        ]);
        let unpriced_models = [
            ("logged_model", texts(first.iter().copied())),
            ("logged_provider", texts(first.iter().map(|_| "unknown"))),
            ("known", none_of(first.len())),
            ("priced", none_of(first.len())),
            ("share", numbers(first.iter().map(|_| Some(0.021)))),
        ];
        let cost_mismatches = [
            ("arm", texts(first.iter().copied())),
            ("calls", counts(first.iter().map(|_| 120))),
            ("logged_usd", numbers(first.iter().map(|_| Some(3.1)))),
            ("list_usd", numbers(first.iter().map(|_| Some(2.0)))),
            ("difference", numbers(first.iter().map(|_| Some(0.55)))),
        ];
        let changes = [
            ("subject", texts(first.iter().map(|_| "model"))),
            ("arm", texts(first.iter().copied())),
            ("role", texts(first.iter().map(|_| ""))),
            ("task_category", texts(first.iter().map(|_| ""))),
            ("task_difficulty", texts(first.iter().map(|_| ""))),
            ("judge", texts(first.iter().map(|_| ""))),
            ("figure", texts(first.iter().map(|_| "score"))),
            ("since", days(first.iter().map(|_| AS_OF.0 - 2))),
            ("detected", days(first.iter().map(|_| AS_OF.0 - 1))),
            ("before", numbers(first.iter().map(|_| Some(0.87)))),
            ("after", numbers(first.iter().map(|_| Some(0.73)))),
        ];
        let mart = |name: &str, columns: &[(&str, ArrayRef)]| {
            (name.to_string(), RecordBatch::try_from_iter(columns.to_vec()).expect("columns of one length"))
        };
        Marts::from([
            mart("evidence", &evidence),
            mart("traffic", &traffic),
            mart("daily_scores", &daily_scores),
            mart("histories", &histories),
            mart("scoreboard", &scoreboard),
            mart("unpriced_models", &unpriced_models),
            mart("cost_mismatches", &cost_mismatches),
            mart("changes", &changes),
            mart("task_days", &task_days),
            mart("task_latency_days", &task_latency_days),
            mart("arm_days", &arm_days),
        ])
    }
}

/// The last days before as-of.
fn span_of(days: i32) -> std::ops::Range<i32> {
    AS_OF.0 - days..AS_OF.0
}

fn texts<'a>(values: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

fn numbers(values: impl Iterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(Float64Array::from_iter(values))
}

fn counts(values: impl Iterator<Item = i64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values))
}

fn none_of(rows: usize) -> ArrayRef {
    Arc::new(BooleanArray::from(vec![false; rows]))
}

fn days(values: impl Iterator<Item = i32>) -> ArrayRef {
    Arc::new(Date32Array::from_iter_values(values))
}

fn summary() -> RunSummary {
    RunSummary {
        ingest: Ingest { files: 3, read: 1210, taken: 1180, duplicate: 14, skipped: 4, quarantined: 12, outcomes: 40 },
        quarantine_reasons: vec![ReasonCount { reason: "the timestamp is not a time".into(), rows: 12 }],
        days_rolled_up: 2,
        calls_in_store: 12_480,
        waiting_outcomes: 5,
        warnings: vec![Warning {
            check: "one_call_one_day".into(),
            job: "arms_daily".into(),
            rows: 3,
            purpose: "the same call id on two days is most likely the same call logged twice".into(),
            remedy: "give each call its own call_id".into(),
        }],
        unpriced_share: Some(0.021),
        overridden_queries: vec!["marts/costs.sql".into()],
        held: None,
        program_version: "0.1.0".into(),
        build_key: "b1".repeat(32),
    }
}

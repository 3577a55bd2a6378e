//! What the logs show on average is the truth.

use std::collections::BTreeMap;

use super::rows::{Rows, rows};
use crate::segment::Segment;
use crate::simulate::work::{logistic, logit};
use crate::simulate::{ArmTruth, SimulationSettings, Truth, World};

/// Sums of (seen − true) and of its square.
#[derive(Default)]
struct Residuals {
    count: u32,
    sum: f64,
    squares: f64,
}

impl Residuals {
    fn add(&mut self, seen: f64, expected: f64) {
        self.count += 1;
        self.sum += seen - expected;
        self.squares += (seen - expected) * (seen - expected);
    }

    fn assert_within_four_standard_errors(&self, what: &str) {
        let standard_errors = self.sum / self.squares.sqrt();
        assert!(self.count > 300, "{what}: only {} calls", self.count);
        assert!(standard_errors.abs() < 4.0, "{what}: off by {standard_errors:.1} standard errors");
    }
}

fn segment(calls: &Rows, row: usize) -> Segment {
    let text = |name| calls.text(name, row).expect("always logged");
    Segment::new(text("role"), text("task_category"), text("task_difficulty"))
}

#[test]
fn marginal_means_are_the_truth_within_four_standard_errors() {
    let world = World::standard();
    let settings = SimulationSettings {
        days: 28,
        calls_per_day: 2_000,
        scored_share: 0.5,
        tasks_per_file: 20_000,
        ..SimulationSettings::default()
    };
    let truth = Truth::new(&world, settings.seed, settings.days);
    let (calls, outcomes) = rows(&world, &settings);
    let later_scores: BTreeMap<&str, f64> = (0..outcomes.len())
        .map(|row| (outcomes.text("call_id", row).expect("named"), outcomes.number("score", row).expect("scored")))
        .collect();
    let mut residuals: BTreeMap<String, Residuals> = BTreeMap::new();
    for row in 0..calls.len() {
        let model = calls.text("model", row).expect("always logged");
        let arm: ArmTruth = truth.arm(&segment(&calls, row), model, 0).expect("an arm of the world");
        let mut add = |what: &str, seen: Option<f64>, expected| {
            if let Some(seen) = seen {
                residuals.entry(format!("{model} {what}")).or_default().add(seen, expected);
            }
        };
        let success = calls.boolean("success", row).expect("always logged");
        if calls.integer("attempt", row) == Some(1) {
            add("reliability", Some(f64::from(u8::from(success))), arm.reliability);
            add("cost", calls.number("cost_usd", row), arm.cost_usd);
        } else {
            let reliability = logistic(logit(arm.reliability) + world.policy.fallback_shift);
            residuals.entry("after a failure".into()).or_default().add(f64::from(u8::from(success)), reliability);
            continue;
        }
        if success {
            let call_id = calls.text("call_id", row).expect("always logged");
            let score = calls.number("score", row).or_else(|| later_scores.get(call_id).copied());
            add("quality", score, arm.quality);
            let latency = calls.number("latency_ms", row);
            add("latency", latency, arm.latency_ms);
            let slower = |limit: f64| latency.map(|latency| f64::from(u8::from(latency > limit)));
            add("median latency", slower(arm.latency_p50_ms), 0.5);
            add("95th percentile of latency", slower(arm.latency_p95_ms), 0.05);
        }
    }
    assert_eq!(residuals.len(), 4 * 6 + 1);
    for (what, residuals) in &residuals {
        residuals.assert_within_four_standard_errors(what);
    }
}

#[test]
fn models_are_drawn_with_the_logged_propensities_and_work_comes_by_its_shares() {
    let world = World::standard().with_models(6);
    let settings = SimulationSettings { days: 14, calls_per_day: 3_000, ..SimulationSettings::default() };
    let (calls, _) = rows(&world, &settings);
    let mut drawn: BTreeMap<&str, Residuals> = BTreeMap::new();
    let mut work: BTreeMap<Segment, u32> = BTreeMap::new();
    let mut tasks = 0_u32;
    let mut explored = 0_u32;
    for row in (0..calls.len()).filter(|&row| calls.integer("attempt", row) == Some(1)) {
        let segment = segment(&calls, row);
        let model = calls.text("model", row);
        assert_eq!(model, calls.text("drawn_model", row));
        let propensity = calls.number("propensity", row).expect("a first attempt");
        assert!(propensity > 0.0 && propensity <= 1.0);
        for candidate in &world.models {
            let probability = world.propensity(&segment, &candidate.name).expect("a model of the world");
            let seen = model == Some(candidate.name.as_str());
            assert!(!seen || probability == propensity);
            drawn.entry(&candidate.name).or_default().add(f64::from(u8::from(seen)), probability);
        }
        *work.entry(segment).or_default() += 1;
        explored += u32::from(calls.text("arm", row) == Some("explore"));
        tasks += 1;
    }
    for (model, residuals) in &drawn {
        residuals.assert_within_four_standard_errors(model);
    }
    let near = |seen: u32, share: f64| {
        let expected = f64::from(tasks) * share;
        (f64::from(seen) - expected).abs() < 4.0 * (expected * (1.0 - share)).sqrt()
    };
    assert!(near(explored, world.policy.epsilon), "{explored} of {tasks} explored");
    for (segment, share) in world.segments() {
        assert!(near(work.get(&segment).copied().unwrap_or(0), share), "{segment}");
    }
}

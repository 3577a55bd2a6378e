//! The hot functions of a night: `cargo bench --profile release --bench hot`. How long choosing takes is measured where it
//! lies, in `clients/rust/benches`.

#![allow(missing_docs, reason = "the bench harness makes public functions")]

use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use merit::analyze::graph::Graph;
use merit::analyze::job::Layer;
use merit::analyze::outcome_link;
use merit::analyze::rollup::{Facts, roll_up};
use merit::analyze::session::Engine;
use merit::call::{Call, CallColumns, Outcome, OutcomeColumns};
use merit::day::{Day, MICROSECONDS};
use merit::policy::{ArmEvidence, Cell, CostSource, Latency, LaterAttempts, PolicySettings, SegmentTraffic, build};
use merit::segment::Segment;
use merit::store::{Fact, Layout, ReadCounter, Spool, commit, facts};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};

const ROLES: [&str; 3] = ["triage", "executor", "judge"];
const CATEGORIES: [&str; 6] =
    ["architecture", "code_generation", "code_review", "debugging", "documentation", "system"];
const DIFFICULTIES: [&str; 3] = ["beginner", "intermediate", "advanced"];
const MODELS: usize = 12;

fn segments() -> Vec<Segment> {
    let of_role = |role: &'static str| {
        let of_category = move |category| DIFFICULTIES.map(|difficulty| Segment::new(role, category, difficulty));
        CATEGORIES.into_iter().flat_map(of_category)
    };
    ROLES.into_iter().flat_map(of_role).collect()
}

/// The policy of 54 segments and 12 models, with evidence of two sources.
fn policy_build(criterion: &mut Criterion) {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let segments = segments();
    let mut arms = Vec::new();
    for segment in &segments {
        for model in 0..MODELS {
            let cells = ["production", "benchmark"].map(|source| cell(source, model, &mut random));
            arms.push(ArmEvidence {
                segment: segment.clone(),
                model: format!("model-{model}"),
                provider: format!("provider-{}", model % 6),
                cells: cells.to_vec(),
                later: LaterAttempts::default(),
                cost_usd: Some(0.001 * (1.0 + model as f64)),
                cost_source: CostSource::Price,
                input_tokens: Some(1500.0),
                output_tokens: Some(400.0),
                latency: Latency { p50: Some(2100.0), p95: Some(7900.0), p99: Some(12_000.0) },
                first_day: "2026-01-01".into(),
                last_day: "2026-03-31".into(),
                changed_since: None,
                flags: Vec::new(),
            });
        }
    }
    let share = 1.0 / segments.len() as f64;
    let traffic: Vec<SegmentTraffic> = segments.into_iter().map(|segment| SegmentTraffic { segment, share }).collect();
    let settings = PolicySettings::default();
    let mut group = criterion.benchmark_group("policy");
    group.sample_size(10);
    group.bench_function("build, 54 segments of 12 models", |bencher| {
        bencher.iter(|| build(&arms, &traffic, &settings).expect("sound evidence"));
    });
    group.finish();
}

fn cell(source: &str, model: usize, random: &mut ChaCha8Rng) -> Cell {
    let strength = random.random_range(50.0..500.0);
    let success_strength = strength * random.random_range(0.8..1.0);
    let scored_strength = success_strength * 0.3;
    let quality = 0.6 + 0.03 * model as f64;
    Cell {
        source: source.into(),
        judge: "judge".into(),
        calls: strength as u64,
        strength,
        strength_squared: 0.7 * strength,
        success_strength,
        scored_calls: scored_strength as u64,
        scored_strength,
        scored_strength_squared: 0.7 * scored_strength,
        quality_sum: scored_strength * quality,
        quality_square_sum: scored_strength * (quality * quality + 0.1 * quality * (1.0 - quality)),
    }
}

const DAY: Day = Day(20_500);
const CALLS: u64 = 55_000;

/// A day of 55,000 calls, a fifth of them with a later score.
fn store(layout: &Layout) {
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let (mut log, mut said) = (CallColumns::default(), OutcomeColumns::default());
    let segments = segments();
    for number in 0..CALLS {
        let segment = &segments[random.random_range(0..segments.len())];
        let model = random.random_range(0..MODELS);
        let call_id = format!("{number:08x}-1111-4222-8333-{:012x}", number * 7_919);
        log.push(&Call {
            call_id: Some(call_id.clone().into()),
            timestamp: Some(DAY.start() + random.random_range(0..MICROSECONDS)),
            source: Some("production".into()),
            task_id: Some(format!("{number:08x}-2222-4222-8333-{:012x}", number * 104_729).into()),
            attempt: Some(1),
            model: Some(format!("model-{model}").into()),
            provider: Some(format!("provider-{}", model % 6).into()),
            role: Some(segment.role.clone().into()),
            task_category: Some(segment.category.clone().into()),
            task_difficulty: Some(segment.difficulty.clone().into()),
            success: Some(random.random_bool(0.95)),
            latency_ms: Some(random.random_range(200.0..30_000.0)),
            input_tokens: Some(random.random_range(100..5_000)),
            output_tokens: Some(random.random_range(10..2_000)),
            cost_usd: Some(random.random_range(0.0001..0.05)),
            ..Call::default()
        });
        if number % 5 == 0 {
            said.push(&Outcome {
                call_id: Some(call_id.into()),
                observed_at: Some(DAY.start() + MICROSECONDS / 2),
                score: Some(f64::from(random.random_range(0..=100_u8)) / 10.0),
                judge: Some("judge".into()),
                ..Outcome::default()
            });
        }
    }
    let mut spool = Spool::new(layout).expect("a spool");
    spool.add(0, Fact::Calls, &log.finish()).expect("spooled");
    spool.add(0, Fact::Outcomes, &said.finish()).expect("spooled");
    commit(layout, spool).expect("committed");
}

/// The rollups of one file of calls and one of outcomes: read, summed up, written.
fn rollup_of_a_day(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let layout = Layout::new(folder.path());
    store(&layout);
    let graph = Graph::read(&merit::queries::load(None).expect("embedded")).expect("a graph");
    let calls = facts::list(&layout, Fact::Calls).expect("listed");
    let outcomes = facts::list(&layout, Fact::Outcomes).expect("listed");
    let links = outcome_link::link(&layout, &calls, &outcomes).expect("linked");
    let facts = Facts { calls, links, as_of: DAY.next() };
    let engine = Engine::new(&layout, 1, Arc::new(ReadCounter::default())).expect("an engine");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let forget = || {
        for rollup in graph.layer(Layer::Rollup).map(|job| layout.rollup(&job.name)).filter(|folder| folder.exists()) {
            std::fs::remove_dir_all(rollup).expect("removed");
        }
    };
    let mut group = criterion.benchmark_group("rollup");
    group.sample_size(20).throughput(Throughput::Elements(CALLS));
    group.bench_function("a day of 55,000 calls", |bencher| {
        let roll_up = |()| runtime.block_on(roll_up(&layout, &graph, &engine, &facts, &|_, _| ())).expect("rolled up");
        bencher.iter_batched(forget, roll_up, BatchSize::PerIteration);
    });
    group.finish();
}

criterion_group!(hot, policy_build, rollup_of_a_day);
criterion_main!(hot);

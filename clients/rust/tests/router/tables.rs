//! Small tables with known truth.

use std::collections::BTreeMap;

use merit_router::table::{
    CallInputs, Candidate, Cost, CostSource, Evaluation, Evidence, Generator, Inputs, Interval, Latency, Model, Policy,
    PortfolioPoint, Price, Row, RowPoint,
};
use merit_router::{Draft, Router, Table};
use serde_json::json;

/// What makes one candidate differ from another in a draw: model, exploit weight, probe weight,
/// eligible, mean cost.
pub(crate) type Odds<'a> = (&'a str, f64, f64, bool, Option<f64>);

/// A row whose weights follow from the odds: (1 − ε)·exploit + (ε − Σ probes)/K over the eligible + probe.
pub(crate) fn row(key: [&str; 3], epsilon: f64, odds: &[Odds<'_>], fallback: &[&str]) -> Row {
    let probes: f64 = odds.iter().map(|odds| odds.2).sum();
    let eligible = odds.iter().filter(|odds| odds.3).count() as f64;
    let candidates = odds.iter().map(|&(model, exploit_weight, probe_weight, eligible_here, mean)| Candidate {
        model: model.into(),
        weight: (1.0 - epsilon) * exploit_weight
            + probe_weight
            + if eligible_here { (epsilon - probes) / eligible } else { 0.0 },
        exploit_weight,
        probe_weight,
        eligible: eligible_here,
        reason: format!("{model} in its place"),
        alpha: 8.0,
        beta: 2.0,
        value: Interval { mean: 0.8, low: 0.7, high: 0.9 },
        score: Interval { mean: 8.5, low: 8.0, high: 9.0 },
        success: Interval { mean: 0.94, low: 0.9, high: 0.97 },
        cost_usd: Cost { mean, source: if mean.is_some() { CostSource::Price } else { CostSource::Unknown } },
        input_tokens: Some(1_200.0),
        output_tokens: Some(400.0),
        latency_ms: Latency { p50: Some(2_100.0), p95: Some(7_900.0), p99: None },
        n: 40,
        n_eff: 31.25,
        strength: 20.5,
        on_frontier: true,
        on_hull: true,
        p_on_frontier: 0.75,
        chain: None,
        p_best: exploit_weight,
    });
    Row {
        role: key[0].into(),
        category: key[1].into(),
        difficulty: key[2].into(),
        traffic_share: 0.25,
        evidence: Evidence {
            n: 120,
            n_eff: 93.5,
            strength: 60.25,
            from: Some("2026-10-01".into()),
            to: Some("2026-11-22".into()),
        },
        candidates: candidates.collect(),
        frontier: vec![RowPoint { cost_usd: 0.01, value: 0.8, mix: BTreeMap::from([(odds[0].0.to_owned(), 1.0)]) }],
        fallback: fallback.iter().map(|model| (*model).to_owned()).collect(),
        flags: Vec::new(),
        rationale: "a small table for a test".into(),
    }
}

/// A model: id, provider, price of a million input and output tokens.
pub(crate) type Priced<'a> = (&'a str, &'a str, Option<(f64, f64)>);

/// A draft over rows and models.
pub(crate) fn draft(epsilon: f64, models: &[Priced<'_>], segments: Vec<Row>) -> Draft {
    let models = models.iter().map(|&(id, provider, price)| {
        let price = price.map(|(input, output)| Price {
            input,
            cached_input: Some(input / 10.0),
            output,
            effective_from: "2026-01-01".into(),
        });
        (id.to_owned(), Model { model: format!("{id}-latest"), provider: provider.into(), price, tier: None })
    });
    Draft {
        restored_from: None,
        created_as_of: "2026-11-23".into(),
        expires_at: "2026-12-07T00:00:00Z".into(),
        generator: Generator { name: "merit".into(), version: "0.1.0".into() },
        inputs: Inputs {
            build_key: "key-1".into(),
            calls: CallInputs {
                days: 53,
                first_day: Some("2026-10-01".into()),
                last_day: Some("2026-11-22".into()),
                calls: 480,
                digest: "calls".into(),
            },
            queries: "queries".into(),
            settings: "settings".into(),
            prices: "prices".into(),
            arms: "arms".into(),
        },
        settings: BTreeMap::from([("epsilon".to_owned(), json!(epsilon))]),
        models: models.collect(),
        policy: Policy {
            algorithm: "thompson".into(),
            epsilon,
            lambda: 2.0,
            budget_usd_per_task: Some(0.05),
            floor_usd_per_task: None,
            expected_usd_per_task: None,
            half_life_days: Some(14.0),
            half_lives: BTreeMap::new(),
            failure_shift: 0.0,
            flags: Vec::new(),
        },
        frontier: vec![PortfolioPoint { cost_usd: 0.02, value: 0.8, lambda: 2.0 }],
        segments,
        assignments: Vec::new(),
        evaluation: Evaluation { gate: json!({"decision": "accepted"}), ..Evaluation::default() },
    }
}

const USUAL: [Priced<'static>; 4] = [
    ("gemini", "south", Some((1.25, 5.0))),
    ("llama", "east", Some((0.1, 0.1))),
    ("opus", "north", Some((15.0, 75.0))),
    ("sonnet", "north", Some((3.0, 15.0))),
];

/// Every kind of back-off row; a row whose exploit weight is all on one model.
pub(crate) fn plain() -> Draft {
    let e = 0.1;
    let costs = [Some(0.0035), Some(0.00016), Some(0.048), Some(0.0096)];
    let usual = |shares: [f64; 4]| -> Vec<Odds<'static>> {
        USUAL.iter().zip(shares).zip(costs).map(|((model, share), cost)| (model.0, share, 0.0, true, cost)).collect()
    };
    let all = ["opus", "sonnet", "gemini", "llama"];
    draft(
        e,
        &USUAL,
        vec![
            row(["executor", "debugging", "advanced"], e, &usual([0.2, 0.0, 0.5, 0.3]), &all),
            row(
                ["executor", "debugging", "*"],
                e,
                &usual([0.0, 0.0, 1.0, 0.0]),
                &["sonnet", "gemini", "llama", "opus"],
            ),
            row(["executor", "*", "*"], e, &usual([0.4, 0.1, 0.25, 0.25]), &["gemini", "opus", "llama"]),
            row(["*", "code_review", "beginner"], e, &usual([0.1, 0.9, 0.0, 0.0]), &["llama", "gemini"]),
            row(["*", "code_review", "*"], e, &usual([0.3, 0.3, 0.2, 0.2]), &["opus", "gemini"]),
            row(["*", "*", "*"], e, &usual([0.25, 0.25, 0.25, 0.25]), &all),
        ],
    )
}

/// Probation, unknown costs, models without a price, a row where nobody is eligible.
pub(crate) fn probes() -> Draft {
    let e = 0.1;
    let models = [
        ("basil", "one", Some((2.0, 8.0))),
        ("cedar", "one", None),
        ("dill", "two", None),
        ("elder", "two", Some((0.5, 0.5))),
        ("fennel", "three", Some((4.0, 4.0))),
    ];
    let probation = [
        ("basil", 0.6, 0.0, true, Some(0.02)),
        ("cedar", 0.4, 0.0, true, Some(0.01)),
        ("dill", 0.0, 0.005, false, None),
        ("elder", 0.0, 0.005, false, Some(0.001)),
        ("fennel", 0.0, 0.0, false, Some(0.03)),
    ];
    let unknown = [("dill", 1.0, 0.0, true, None), ("cedar", 0.0, 0.0, true, None), ("elder", 0.0, 0.01, false, None)];
    let mut unmet = row(
        ["judge", "*", "*"],
        0.0,
        &[("fennel", 1.0, 0.0, false, Some(0.03)), ("elder", 0.0, 0.0, false, None)],
        &["elder"],
    );
    unmet.flags.push("constraint_unmet".into());
    draft(
        e,
        &models,
        vec![
            row(["executor", "debugging", "*"], e, &probation, &["cedar", "basil", "fennel"]),
            row(["triage", "*", "*"], e, &unknown, &["cedar", "dill"]),
            unmet,
            row(["*", "*", "*"], e, &probation[..3], &["cedar", "basil"]),
        ],
    )
}

/// ε = 0: one candidate, ties, candidates without a weight.
pub(crate) fn greedy() -> Draft {
    let costs = [Some(0.004), Some(0.004), Some(0.05), Some(0.01)];
    let odds = |shares: [f64; 4]| -> Vec<Odds<'static>> {
        USUAL.iter().zip(shares).zip(costs).map(|((model, share), cost)| (model.0, share, 0.0, true, cost)).collect()
    };
    draft(
        0.0,
        &USUAL,
        vec![
            row(["executor", "debugging", "*"], 0.0, &odds([0.0, 0.0, 1.0, 0.0]), &["sonnet", "gemini"]),
            row(["executor", "*", "*"], 0.0, &odds([0.25, 0.25, 0.25, 0.25]), &["opus", "sonnet", "llama"]),
            row(["*", "debugging", "advanced"], 0.0, &[("llama", 1.0, 0.0, true, Some(0.0))], &[]),
            row(["*", "*", "*"], 0.0, &odds([0.5, 0.5, 0.0, 0.0]), &["llama", "gemini"]),
        ],
    )
}

/// Names outside ASCII, whose order is that of their bytes.
pub(crate) fn unicode() -> Draft {
    let e = 0.2;
    let models = [
        ("модель-а", "север", Some((1.0, 2.0))),
        ("模型", "东", Some((3.0, 4.0))),
        ("e\u{301}", "x", None),
        ("é", "x", None),
    ];
    let odds: Vec<Odds<'_>> =
        models.iter().zip([0.25; 4]).map(|(model, share)| (model.0, share, 0.0, true, Some(0.01))).collect();
    draft(
        e,
        &models,
        vec![
            row(["исполнитель", "代码", "größe 1/2"], e, &odds, &["é", "模型"]),
            row(
                ["исполнитель", "*", "*"],
                e,
                &odds[1..3].iter().map(|o| (o.0, 0.5, 0.0, true, o.4)).collect::<Vec<_>>(),
                &["模型"],
            ),
            row(["*", "代码", "*"], e, &[("é", 1.0, 0.0, true, None)], &[]),
            row(["*", "*", "*"], e, &odds, &["e\u{301}", "é", "модель-а"]),
        ],
    )
}

/// Seals a draft as the first version.
pub(crate) fn sealed(draft: Draft) -> (Table, Vec<u8>) {
    draft.seal(1, None).expect("a sound draft")
}

/// A router over a draft.
pub(crate) fn router(draft: Draft) -> Router {
    Router::new(&sealed(draft).0).expect("a sound table")
}

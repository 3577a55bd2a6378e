//! Properties of the distribution over random rows and requests.

use merit_router::{Arm, Request, Router, Table, choose, distribution};

use crate::chance::Chance;
use crate::tables::{Odds, draft, row, sealed};

const NAMES: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
const PROVIDERS: [&str; 3] = ["x", "y", "z"];

/// A router over a table of one random row: weights with zeros and ties, probation, unknown costs and prices.
fn random_router(chance: &mut Chance) -> (Router, Table) {
    let count = 1 + chance.below(NAMES.len());
    let epsilon = *chance.pick(&[0.0, 0.05, 0.1, 0.3, 1.0]);
    let raw: Vec<f64> = (0..count).map(|_| if chance.happens(0.4) { 0.0 } else { chance.unit() }).collect();
    let total: f64 = raw.iter().sum();
    // Eleven probes of .005 fit into a tenth.
    let probing = (0.1..1.0).contains(&epsilon) && chance.happens(0.5);
    let odds: Vec<Odds<'_>> = raw
        .iter()
        .enumerate()
        .map(|(position, exploit)| {
            let exploit = if total > 0.0 { exploit / total } else { f64::from(u8::from(position == 0)) };
            let probation = probing && position > 0 && exploit == 0.0;
            let cost = chance.happens(0.8).then(|| (chance.unit() * 10.0).round() / 100.0);
            (NAMES[position], exploit, if probation { 0.005 } else { 0.0 }, !probation, cost)
        })
        .collect();
    let fallback: Vec<&str> = odds.iter().filter(|_| chance.happens(0.7)).map(|odds| odds.0).collect();
    let models: Vec<_> = odds
        .iter()
        .map(|odds| {
            let price = chance.happens(0.7).then(|| (chance.unit() * 10.0, chance.unit() * 50.0));
            (odds.0, *chance.pick(&PROVIDERS), price)
        })
        .collect();
    let table = sealed(draft(epsilon, &models, vec![row(["*", "*", "*"], epsilon, &odds, &fallback)])).0;
    (Router::new(&table).expect("a sound table"), table)
}

fn random_request<'a>(chance: &mut Chance, exclude: &'a [&'a str]) -> Request<'a> {
    Request {
        exclude,
        max_cost: chance.happens(0.5).then(|| (chance.unit() * 10.0).round() / 100.0),
        input_tokens: chance.happens(0.4).then(|| chance.bits() % 20_000),
        output_tokens: chance.happens(0.4).then(|| chance.bits() % 4_000),
        ..Request::new("r", "c", "d")
    }
}

#[test]
fn any_request_has_a_distribution_and_draws_from_it() {
    let mut chance = Chance(20_261_123);
    let (mut open, mut forced, mut refused) = (0, 0, 0);
    for case in 0..3_000 {
        let (router, table) = random_router(&mut chance);
        let exclude: Vec<&str> = NAMES.iter().copied().filter(|_| chance.happens(0.35)).collect();
        let request = random_request(&mut chance, &exclude);
        let Ok(shares) = distribution(&router, &request) else {
            let row = &table.segments[0];
            let is_out = |model: &String| exclude.contains(&model.as_str());
            assert!(row.candidates.iter().all(|c| c.weight == 0.0 || is_out(&c.model)), "case {case}");
            assert!(row.fallback.iter().all(is_out), "case {case}");
            refused += 1;
            continue;
        };
        let sum: f64 = shares.iter().map(|share| share.propensity).sum();
        assert!((sum - 1.0).abs() < 1e-12, "case {case}: {sum}");
        let first = check_draws(&router, &table, &request, case);
        if first == Arm::Forced { forced += 1 } else { open += 1 }
    }
    assert!(open > 1_000 && forced > 100 && refused > 100, "the cases are too alike: {open} {forced} {refused}");
}

/// Draws at evenly spaced u; a model owns at most three stretches of the interval, so its count is
/// within three of its share.
fn check_draws(router: &Router, table: &Table, request: &Request<'_>, case: usize) -> Arm {
    const DRAWS: usize = 500;
    let shares = distribution(router, request).expect("checked by the caller");
    let row = &table.segments[0];
    let mut counts = vec![0_usize; shares.len()];
    let mut arm = Arm::Exploit;
    for draw in 0..DRAWS {
        let answer = choose(router, request, (draw as f64 + 0.5) / DRAWS as f64).expect("somebody is left");
        let position = row.candidates.iter().position(|c| c.model == answer.model).expect("a candidate");
        assert_eq!(answer.propensity, shares[position].propensity, "case {case}");
        assert!(answer.propensity > 0.0, "case {case}: drawn without a share");
        assert!(!request.exclude.contains(&answer.model), "case {case}: excluded and drawn");
        if answer.arm != Arm::Forced
            && let Some(cap) = request.max_cost
        {
            assert!(answer.expected.cost_usd.is_some_and(|cost| cost <= cap), "case {case}: over the cap");
        }
        assert!(!answer.fallback.iter().any(|model| model == answer.model || request.exclude.contains(&model)));
        counts[position] += 1;
        arm = answer.arm;
    }
    for (count, share) in counts.iter().zip(&shares) {
        let expected = share.propensity * DRAWS as f64;
        assert!((*count as f64 - expected).abs() <= 3.0 + 1e-6, "case {case}: {} of {expected}", count);
    }
    arm
}

#[test]
fn without_limits_the_distribution_is_the_published_weight() {
    let mut chance = Chance(7);
    for case in 0..2_000 {
        let (router, table) = random_router(&mut chance);
        let shares = distribution(&router, &Request::new("r", "c", "d")).expect("nothing is excluded");
        for (share, candidate) in shares.iter().zip(&table.segments[0].candidates) {
            assert!((share.propensity - candidate.weight).abs() < 1e-11, "case {case}: {share:?} {}", candidate.weight);
        }
    }
}

#[test]
fn the_ends_of_the_interval_are_drawn() {
    let mut chance = Chance(11);
    for _ in 0..2_000 {
        let (router, _) = random_router(&mut chance);
        for u in [0.0, f64::MIN_POSITIVE, 0.05, 0.1, 0.3, 1.0 - 2.0_f64.powi(-53)] {
            let answer = choose(&router, &Request::new("r", "c", "d"), u).expect("nothing is excluded");
            assert!(answer.propensity > 0.0);
        }
    }
}

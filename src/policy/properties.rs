//! What holds for every policy, whatever the evidence.

use proptest::prelude::*;

use super::fixture::{arm, segment};
use super::{Algorithm, ArmEvidence, PolicyResult, PolicySettings, build};

const DIFFICULTIES: [&str; 3] = ["beginner", "intermediate", "advanced"];
const CATEGORIES: [&str; 3] = ["debugging", "system", "unknown"];

/// Some evidence on a model: sums as calls of some weights give them, from none to far too many.
fn evidence(model: usize, place: usize, calls: u64, success: f64, quality: f64, weight: f64) -> ArmEvidence {
    let mut arm =
        arm(&segment(CATEGORIES[place % 3], DIFFICULTIES[place / 3]), &format!("m{model:02}"), calls, success, quality);
    arm.provider = format!("provider-{}", model % 3);
    let cell = &mut arm.cells[0];
    for sum in [&mut cell.strength, &mut cell.success_strength, &mut cell.scored_strength, &mut cell.quality_sum] {
        *sum *= weight;
    }
    cell.quality_square_sum *= weight;
    cell.strength_squared *= weight * weight;
    cell.scored_strength_squared *= weight * weight;
    if calls.is_multiple_of(3) {
        arm.cost_usd = None;
    }
    arm
}

fn arms(models: std::ops::Range<usize>) -> impl Strategy<Value = Vec<ArmEvidence>> {
    let one = (0..9_usize, 0..300_u64, 0.0..=1.0_f64, 0.0..=1.0_f64, prop::sample::select(vec![0.0, 1e-6, 0.3, 1.0]));
    prop::collection::vec(one, models).prop_map(|drawn| {
        let arm =
            |(model, (place, calls, success, quality, weight))| evidence(model, place, calls, success, quality, weight);
        drawn.into_iter().enumerate().map(arm).collect()
    })
}

fn settings() -> impl Strategy<Value = PolicySettings> {
    let algorithms = vec![Algorithm::Thompson, Algorithm::Ucb, Algorithm::EpsilonGreedy, Algorithm::Greedy];
    (prop::sample::select(algorithms), prop::sample::select(vec![0.0, 0.001, 0.1, 1.0]), 0.0..5.0_f64).prop_map(
        |(algorithm, epsilon, lambda)| PolicySettings { algorithm, epsilon, lambda, ..PolicySettings::default() },
    )
}

fn check(policy: &PolicyResult) -> Result<(), TestCaseError> {
    for row in &policy.segments {
        let sum = |of: fn(&super::Candidate) -> f64| row.candidates.iter().map(of).sum::<f64>();
        prop_assert!((sum(|candidate| candidate.weight) - 1.0).abs() < 1e-12, "{row:?}");
        prop_assert!((sum(|candidate| candidate.exploit_weight) - 1.0).abs() < 1e-12, "{row:?}");
        prop_assert!((sum(|candidate| candidate.p_best) - 1.0).abs() < 1e-9, "{row:?}");
        prop_assert!(sum(|candidate| candidate.probe_weight) <= 0.02 + 1e-12, "{row:?}");
        let ordered = row.candidates.windows(2).all(|pair| {
            pair[0].weight > pair[1].weight || (pair[0].weight == pair[1].weight && pair[0].model < pair[1].model)
        });
        prop_assert!(ordered, "{row:?}");
        for candidate in &row.candidates {
            prop_assert!(candidate.weight >= 0.0 && candidate.exploit_weight >= 0.0);
            prop_assert!(candidate.eligible || candidate.exploit_weight == 0.0);
            prop_assert!(candidate.exploit_weight == 0.0 || candidate.exploit_weight >= 1e-6);
            for estimate in [candidate.value_interval, candidate.success_interval, candidate.score_interval] {
                prop_assert!(
                    estimate.low < estimate.high && estimate.low >= 0.0 && estimate.high <= 10.0,
                    "{estimate:?}"
                );
            }
        }
        let mut eligible: Vec<&String> =
            row.candidates.iter().filter(|candidate| candidate.eligible).map(|candidate| &candidate.model).collect();
        let mut fallback: Vec<&String> = row.fallback.iter().collect();
        eligible.sort();
        fallback.sort();
        prop_assert!(fallback == eligible || fallback.len() == super::fallback::LONGEST);
        prop_assert!(!row.rationale.contains("NaN"), "{}", row.rationale);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn weights_are_propensities(arms in arms(1..7), settings in settings()) {
        check(&build(&arms, &[], &settings).expect("valid evidence"))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn weights_are_propensities_for_eighty_models(arms in arms(80..81), settings in settings()) {
        check(&build(&arms, &[], &settings).expect("valid evidence"))?;
    }
}

#[test]
fn the_result_is_the_same_on_any_number_of_threads_and_in_any_order() {
    let mut arms: Vec<ArmEvidence> = (0..24)
        .map(|index| {
            let quality = 0.5 + 0.02 * (index % 13) as f64;
            evidence(index % 6, index / 6 + index % 6 / 3, 20 + 7 * index as u64, 0.95, quality, 0.7)
        })
        .collect();
    arms.sort_by(|one, other| (&one.segment, &one.model).cmp(&(&other.segment, &other.model)));
    arms.dedup_by(|one, other| one.segment == other.segment && one.model == other.model);
    let run = |threads: usize, arms: &[ArmEvidence]| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
        pool.install(|| format!("{:?}", build(arms, &[], &PolicySettings::default()).expect("valid evidence")))
    };
    let alone = run(1, &arms);
    assert!(alone == run(2, &arms), "threads change the result");
    arms.reverse();
    assert!(alone == run(2, &arms), "the order of the evidence changes the result");
}

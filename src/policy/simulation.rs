//! Worlds with known truth: does the policy find it, and are its intervals honest?

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use rand_distr::{Beta, Distribution};

use super::fixture::{arm, segment};
use super::{Algorithm, ArmEvidence, PolicySettings, build};
use crate::segment::Segment;
use crate::stats::decay;

/// The truth of an arm: P(success), and scores from Beta(mean·5, (1−mean)·5).
#[derive(Clone, Copy)]
struct Truth {
    success: f64,
    quality: f64,
}

/// What is sampled of an arm: calls on each of the last 60 days, the share of its successes that get a score, and the
/// half-life (days) the evidence decays with.
#[derive(Clone, Copy)]
struct Sample {
    calls_per_day: u64,
    judged: f64,
    half_life: f64,
}

/// The evidence on an arm of known truth.
fn observed(random: &mut ChaCha8Rng, segment: &Segment, model: &str, truth: Truth, sample: Sample) -> ArmEvidence {
    let Sample { calls_per_day, judged, half_life } = sample;
    let mut evidence = arm(segment, model, 0, 1.0, 0.5);
    let cell = &mut evidence.cells[0];
    cell.calls = 60 * calls_per_day;
    let scores = Beta::new(truth.quality * 5.0, (1.0 - truth.quality) * 5.0).expect("positive parameters");
    for age in 0..60 {
        let weight = decay::weight(f64::from(age), half_life);
        for _ in 0..calls_per_day {
            cell.strength += weight;
            cell.strength_squared += weight * weight;
            if random.random::<f64>() >= truth.success {
                continue;
            }
            cell.success_strength += weight;
            if random.random::<f64>() < judged {
                let quality: f64 = scores.sample(random);
                cell.scored_calls += 1;
                cell.scored_strength += weight;
                cell.scored_strength_squared += weight * weight;
                cell.quality_sum += weight * quality;
                cell.quality_square_sum += weight * quality * quality;
            }
        }
    }
    evidence
}

#[test]
fn sparse_scores_rank_rightly_where_plain_means_rank_wrongly() {
    // Ten percent of the successes of "sparse" are judged, all of "dense". Failures as 0 beside only the scored successes
    // drag "sparse" from its true 0.855 to about 0.59, below the true 0.76 of "dense".
    let work = segment("debugging", "advanced");
    let mut random = ChaCha8Rng::seed_from_u64(590);
    let sample = |judged| Sample { calls_per_day: 60, judged, half_life: 14.0 };
    let sparse = observed(&mut random, &work, "sparse", Truth { success: 0.95, quality: 0.90 }, sample(0.1));
    let dense = observed(&mut random, &work, "dense", Truth { success: 0.95, quality: 0.80 }, sample(1.0));
    let plain_mean = |arm: &ArmEvidence| {
        arm.cells[0].quality_sum / (arm.scored_strength() + arm.strength() - arm.success_strength())
    };
    assert!((plain_mean(&sparse) - 0.590).abs() < 0.05 && plain_mean(&dense) > plain_mean(&sparse));

    let policy = build(&[sparse, dense], &[], &PolicySettings::default()).expect("valid evidence");
    let row = policy.segments.iter().find(|row| row.segment == work).expect("the row exists");
    let first = &row.candidates[0];
    assert_eq!(first.model, "sparse");
    assert!((first.value_interval.mean - 0.855).abs() < 0.02, "{:?}", first.value_interval);
    assert!(first.p_best > 0.99, "{}", first.p_best);
}

/// How often intervals of success, score and value hold the truth, over 600 arms of a world that stands still: 30 kinds
/// of work × 20 models, 60 to 240 calls each, a third of the successes judged.
fn coverage(half_life: f64) -> [f64; 3] {
    let mut random = ChaCha8Rng::seed_from_u64(14);
    let mut truths = Vec::new();
    let mut arms = Vec::new();
    for work in 0..30 {
        let segment = segment(&format!("category-{work:02}"), "advanced");
        for model in 0..20 {
            let truth =
                Truth { success: 0.80 + 0.19 * random.random::<f64>(), quality: 0.60 + 0.35 * random.random::<f64>() };
            let sample = Sample { calls_per_day: random.random_range(1..=4), judged: 1.0 / 3.0, half_life };
            arms.push(observed(&mut random, &segment, &format!("model-{model:02}"), truth, sample));
            truths.push(truth);
        }
    }
    let settings = PolicySettings { algorithm: Algorithm::Greedy, ..PolicySettings::default() };
    let policy = build(&arms, &[], &settings).expect("valid evidence");
    let mut held = [0_u32; 3];
    for (arm, truth) in arms.iter().zip(&truths) {
        let row = policy.segments.iter().find(|row| row.segment == arm.segment).expect("the row exists");
        let candidate = row.candidates.iter().find(|candidate| candidate.model == arm.model).expect("the arm exists");
        let estimates = [
            (candidate.success_interval, truth.success),
            (candidate.score_interval, 10.0 * truth.quality),
            (candidate.value_interval, truth.success * truth.quality),
        ];
        for (count, (interval, true_mean)) in held.iter_mut().zip(estimates) {
            *count += u32::from(interval.low <= true_mean && true_mean <= interval.high);
        }
    }
    held.map(|count| f64::from(count) / arms.len() as f64)
}

#[test]
fn intervals_hold_the_truth_as_often_as_they_say() {
    let found = coverage(f64::INFINITY);
    assert!(found.iter().all(|share| (0.85..=0.95).contains(share)), "success, score, value: {found:?}");
}

#[test]
fn decay_widens_the_intervals_to_allow_for_drift() {
    // A world that stands still does not need the allowance: W is about half of what the calls really tell.
    let found = coverage(14.0);
    assert!(found.iter().all(|share| *share > 0.91), "success, score, value: {found:?}");
}

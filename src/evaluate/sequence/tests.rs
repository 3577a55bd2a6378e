//! The sequence at work on coins of known bias.

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::*;

/// A night of draws worth `weight` with probability `mean/weight`, else 0.
fn night(random: &mut ChaCha8Rng, draws: usize, mean: f64, weight: f64, predicted: f64) -> Outcomes {
    let outcome = |_| {
        let value = if random.random::<f64>() < mean / weight { weight } else { 0.0 };
        Outcome { predicted, slack: 0.0, residual: value - predicted, draws: 1.0 }
    };
    Outcomes { outcomes: (0..draws).map(outcome).collect(), lowest: -predicted, highest: weight - predicted }
}

/// The share of 400 runs of 60 nights in which a bound at 0.1 is ever wrong: lower, upper.
fn wrong(mean: f64, weight: f64, predicted: f64) -> (f64, f64) {
    let (mut below, mut above) = (0, 0);
    for seed in 0..400 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut sequence = ConfidenceSequence::default();
        let (mut low, mut high) = (false, false);
        for _ in 0..60 {
            sequence.observe(&night(&mut random, 30, mean, weight, predicted)).expect("outcomes in range");
            low |= sequence.lower(0.1) > mean;
            high |= sequence.upper(0.1) < mean;
        }
        below += usize::from(low);
        above += usize::from(high);
    }
    (below as f64 / 400.0, above as f64 / 400.0)
}

#[test]
fn bounds_hold_on_all_nights_also_with_heavy_weights_and_bad_predictions() {
    for (mean, weight, predicted) in [(0.5, 1.0, 0.5), (0.5, 20.0, 0.5), (0.5, 1.0, 0.9), (0.05, 1.0, 0.5)] {
        let (below, above) = wrong(mean, weight, predicted);
        // Three standard errors of 400 runs at 0.1.
        assert!(below <= 0.145 && above <= 0.145, "{mean} {weight} {predicted}: {below} {above}");
    }
}

#[test]
fn a_fixed_interval_looked_at_every_night_would_not_hold() {
    let mut wrong = 0;
    for seed in 0..200 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let (mut draws, mut sum) = (0.0_f64, 0.0_f64);
        let mut missed = false;
        for _ in 0..60 {
            let outcomes = night(&mut random, 30, 0.5, 1.0, 0.0).outcomes;
            draws += 30.0;
            sum += outcomes.iter().map(|outcome| outcome.residual).sum::<f64>();
            missed |= sum / draws - 1.2816 * 0.5 / draws.sqrt() > 0.5;
        }
        wrong += usize::from(missed);
    }
    assert!(wrong > 60, "far more than 20 of 200: {wrong}");
}

#[test]
fn bounds_close_with_the_number_of_draws() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut sequence = ConfidenceSequence::default();
    let mut widths = Vec::new();
    for draws in [100, 900, 9_000, 90_000] {
        sequence.observe(&night(&mut random, draws, 0.5, 1.0, 0.5)).expect("outcomes in range");
        let (low, high) = sequence.interval(0.05);
        assert!(low < 0.5 && 0.5 < high);
        widths.push((high - low) / 2.0 * ((draws as f64 * 10.0 / 9.0) / 0.25).sqrt());
    }
    // In standard errors; a fixed interval is 1.96 wide on either side.
    assert!(widths.iter().all(|width| (2.5..4.5).contains(width)), "{widths:?}");
}

#[test]
fn slack_widens_by_as_much() {
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let mut night = night(&mut random, 1000, 0.5, 1.0, 0.5);
    let (mut plain, mut slack) = (ConfidenceSequence::default(), ConfidenceSequence::default());
    plain.observe(&night).expect("outcomes in range");
    night.outcomes.iter_mut().for_each(|outcome| outcome.slack = 0.07);
    slack.observe(&night).expect("outcomes in range");
    assert!((plain.lower(0.05) - slack.lower(0.05) - 0.07).abs() < 1e-9);
    assert!((slack.upper(0.05) - plain.upper(0.05) - 0.07).abs() < 1e-9);
}

#[test]
fn a_task_of_many_draws_counts_as_many() {
    let outcome = |draws: f64| Outcome { predicted: 0.5 * draws, slack: 0.0, residual: 0.0, draws };
    let of = |outcomes: Vec<Outcome>| {
        let mut sequence = LowerSequence::default();
        sequence.observe(&Outcomes { outcomes, lowest: -1.0, highest: 1.0 }).expect("outcomes in range");
        sequence.bound(0.05)
    };
    assert!((of(vec![outcome(1.0); 300]) - of(vec![outcome(3.0); 100])).abs() < 1e-12);
}

#[test]
fn outcomes_that_cannot_be_are_refused_and_change_nothing() {
    let good = Outcome { predicted: 0.5, slack: 0.0, residual: 0.2, draws: 1.0 };
    let refused = |outcome: Outcome| {
        let mut sequence = ConfidenceSequence::default();
        let night = Outcomes { outcomes: vec![good, outcome], lowest: -0.5, highest: 0.5 };
        let error = sequence.observe(&night).expect_err("an impossible outcome");
        assert_eq!(sequence, ConfidenceSequence::default());
        error
    };
    let sentence = refused(Outcome { residual: -0.6, ..good }).to_string();
    assert!(sentence.starts_with("outcome 1 of the night has the residual -0.6, outside the range -0.5 to 0.5"));
    assert!(matches!(refused(Outcome { residual: f64::NAN, ..good }), SequenceError::OutOfRange { place: 1, .. }));
    for bad in [
        Outcome { predicted: f64::NAN, ..good },
        Outcome { slack: -0.1, ..good },
        Outcome { draws: f64::INFINITY, ..good },
    ] {
        assert_eq!(refused(bad), SequenceError::Impossible { place: 1 });
    }
}

#[test]
fn the_state_survives_json_to_the_last_bit() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let mut sequence = ConfidenceSequence::default();
    sequence.observe(&night(&mut random, 500, 0.3, 5.0, 0.31)).expect("outcomes in range");
    let text = serde_json::to_string(&sequence).expect("numbers");
    assert_eq!(serde_json::from_str::<ConfidenceSequence>(&text).expect("its own text"), sequence);
}

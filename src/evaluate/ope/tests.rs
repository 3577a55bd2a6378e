//! What the evaluation says of logs with something amiss.

use super::*;

/// Two models, drawn half and half; the target draws the second nine times in ten. Rewards are 0.5 and 0.9.
fn log() -> Log {
    let candidate = |model, target| Candidate { model, logged: 0.5, target, baseline: 0.5 };
    let draw = |task: u64| {
        let candidate = (task / 2 % 2) as u32;
        let noise = if task % 8 < 4 { 0.05 } else { -0.05 };
        let reward = noise + if candidate == 1 { 0.9 } else { 0.5 };
        Draw { task, context: (task % 2) as u32, candidate, reward, propensity: Some(0.5) }
    };
    let context = |row| Context { row, candidates: vec![candidate(0, 0.1), candidate(1, 0.9)] };
    Log { rows: 2, models: 2, contexts: vec![context(0), context(1)], draws: (0..800).map(draw).collect() }
}

fn settings() -> OpeSettings {
    OpeSettings::default()
}

fn of(section: &Section, estimator: Estimator) -> Estimate {
    *section.estimates.iter().find(|estimate| estimate.estimator == estimator).expect("every estimator")
}

#[test]
fn a_clean_log_needs_no_warning_and_rows_add_up() {
    let found = compare(&log(), &settings()).expect("a valid log");
    assert_eq!(found.overall.warnings, []);
    assert_eq!((found.account.used, found.rows.len(), found.rows[1].row, found.rows[1].draws), (800, 2, Some(1), 400));
    for section in [&found.overall, &found.rows[0], &found.rows[1]] {
        for estimate in &section.estimates {
            assert!((estimate.value - 0.16).abs() < 2e-3, "{estimate:?}");
            assert!(estimate.low < estimate.value && estimate.value < estimate.high && estimate.bounds.is_none());
        }
    }
    // Paired: what both policies share is no noise.
    let single = evaluate(&log(), Policy::Target, &settings()).expect("a valid log");
    let spread = |section: &Section| of(section, Estimator::InversePropensity).standard_error;
    assert!(spread(&found.overall) < 0.8 * spread(&single.overall));
}

#[test]
fn unusable_draws_are_counted_and_left_out() {
    let mut log = log();
    log.draws[0].propensity = None;
    log.draws[1].propensity = None;
    for (place, propensity) in [(2, 0.0), (3, 1.5), (4, f64::NAN)] {
        log.draws[place].propensity = Some(propensity);
    }
    log.draws[5].reward = f64::INFINITY;
    log.draws[6].propensity = Some(0.4);
    let found = evaluate(&log, Policy::Target, &settings()).expect("draws are left");
    let expected = Account {
        draws: 800,
        used: 794,
        missing_propensities: 2,
        impossible_propensities: 3,
        impossible_rewards: 1,
        disagreeing_propensities: 1,
    };
    assert_eq!(found.account, expected);
    let sentences: Vec<String> = found.overall.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(sentences.len(), 4);
    assert_eq!(sentences[0], "2 of 800 draws have no propensity and are left out; log the one that choose returns");
    log.draws.iter_mut().for_each(|draw| draw.propensity = None);
    assert_eq!(evaluate(&log, Policy::Target, &settings()), Err(OpeError::NoDraws { draws: 800 }));
}

#[test]
fn choices_that_are_never_drawn_are_bounded() {
    let mut log = log();
    for context in &mut log.contexts {
        context.candidates.push(Candidate { model: 2, logged: 0.0, target: 0.2, baseline: 0.0 });
        context.candidates[1].target = 0.7;
    }
    log.models = 3;
    let found = evaluate(&log, Policy::Target, &settings()).expect("a valid log").overall;
    assert!(
        found.warnings.contains(&Warning::UnsupportedMass { policy: Policy::Target, mass: 0.2 }) || {
            let Some(Warning::UnsupportedMass { mass, .. }) = found.warnings.first() else {
                panic!("{:?}", found.warnings)
            };
            (mass - 0.2).abs() < 1e-12
        }
    );
    // What the log can tell of is 0.1·0.5 + 0.7·0.9 = 0.68; the rest earns between 0 and 0.2.
    for estimator in [Estimator::InversePropensity, Estimator::SelfNormalised, Estimator::DoublyRobust] {
        let (low, high) = of(&found, estimator).bounds.expect("mass outside");
        assert!((0.62..0.68).contains(&low) && (0.88..0.94).contains(&high), "{estimator:?}: {low} to {high}");
    }
    let bounds = |log: &Log| {
        let difference = compare(log, &settings()).expect("a valid log").overall;
        of(&difference, Estimator::DoublyRobust).bounds.expect("mass outside")
    };
    let (low, high) = bounds(&log);
    assert!((-0.1..-0.02).contains(&low) && (0.18..0.26).contains(&high), "0.68 to 0.88 less 0.7: {low} to {high}");
    // What both policies choose as often earns both the same.
    for context in &mut log.contexts {
        (context.candidates[0].baseline, context.candidates[2].baseline) = (0.3, 0.2);
    }
    let (low, high) = bounds(&log);
    assert!(low > 0.02 && high < 0.14, "0.68 less 0.3·0.5 + 0.5·0.9, 0.08: {low} to {high}");
}

#[test]
fn weights_that_cannot_be_trusted_are_warned_of() {
    let warnings = |log: &Log| evaluate(log, Policy::Target, &settings()).expect("a valid log").overall.warnings;
    // Nobody draws what the target would.
    let mut apart = log();
    for context in &mut apart.contexts {
        context.candidates = vec![
            Candidate { model: 0, logged: 1.0, target: 0.0, baseline: 1.0 },
            Candidate { model: 1, logged: 0.0, target: 1.0, baseline: 0.0 },
        ];
    }
    apart.draws.iter_mut().for_each(|draw| (draw.candidate, draw.propensity) = (0, Some(1.0)));
    assert_eq!(warnings(&apart), [Warning::NoOverlap { policy: Policy::Target }]);
    let found = evaluate(&apart, Policy::Target, &settings()).expect("a valid log").overall;
    assert_eq!(found.estimates.len(), 5, "no SNIPW without weight");

    // One draw in a hundred was the target's.
    let mut rare = log();
    for context in &mut rare.contexts {
        context.candidates[0] = Candidate { model: 0, logged: 0.99, target: 0.01, baseline: 0.99 };
        context.candidates[1] = Candidate { model: 1, logged: 0.01, target: 0.99, baseline: 0.01 };
    }
    for (place, draw) in rare.draws.iter_mut().enumerate() {
        draw.candidate = u32::from(place % 100 == 0);
        draw.propensity = Some(if draw.candidate == 1 { 0.01 } else { 0.99 });
    }
    let kinds = warnings(&rare);
    assert!(matches!(kinds[0], Warning::FewEffectiveDraws { effective_draws, .. } if effective_draws < 9.0));
    assert!(matches!(kinds[1], Warning::HeavyWeight { share, .. } if share > 0.12));

    // Propensities of another table: weights that do not average 1.
    let mut wrong = log();
    wrong.draws.iter_mut().for_each(|draw| draw.propensity = Some(0.25));
    assert!(warnings(&wrong).iter().any(|warning| matches!(warning, Warning::MeanWeight { mean, .. } if *mean > 1.9)));
}

#[test]
fn a_log_that_makes_no_sense_is_refused() {
    let refused = |change: fn(&mut Log)| {
        let mut log = log();
        change(&mut log);
        evaluate(&log, Policy::Target, &settings()).expect_err("a log that makes no sense").to_string()
    };
    for (change, place) in [
        ((|log| log.contexts[1].row = 2) as fn(&mut Log), "context 1 of the log names row 2, but there are 2"),
        (|log| log.contexts[0].candidates[1].model = 9, "context 0 of the log names model 9"),
        (|log| log.draws[3].context = 7, "draw 3 of the log names context 7"),
        (|log| log.draws[3].candidate = 2, "draw 3 of the log names candidate 2"),
        (|log| log.contexts[0].candidates[1].target = 0.8, "the target policy's probabilities sum to 0.9"),
        (|log| log.contexts[0].candidates[1].logged = f64::NAN, "the logged policy's probabilities sum to NaN"),
    ] {
        let sentence = refused(change);
        assert!(sentence.contains(place), "{sentence}");
    }
    let settings = OpeSettings { folds: 1, ..settings() };
    let refused = evaluate(&log(), Policy::Target, &settings).expect_err("one fold");
    assert_eq!(refused.to_string(), "setting folds is 1; it must be at least 2");
}

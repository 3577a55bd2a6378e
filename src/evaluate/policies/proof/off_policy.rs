//! Do the estimators hit the truth, and do their intervals hold it as often as they say?

use rayon::prelude::*;

use super::bandit::Bandit;
use crate::evaluate::ope::{Estimate, Estimator, OpeSettings, Policy, compare, evaluate};

/// Exploit weights by rank of the policy that draws and of the one in question. Both explore 0.1.
type Pair = (&'static str, [f64; 3], [f64; 3]);

const PAIRS: [Pair; 2] = [
    ("weights up to 2.6 and more", [0.5, 0.3, 0.2], [0.1, 0.2, 0.7]),
    ("weights up to 55", [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]),
];

/// How an estimator did over many logs.
#[derive(Clone, Copy, Debug)]
struct Figures {
    /// The mean error in its standard errors.
    bias: f64,
    /// The standard deviation of the errors.
    spread: f64,
    /// The share of logs whose interval holds the truth.
    coverage: f64,
}

fn figures(estimates: &[(Estimate, f64)]) -> Figures {
    let count = estimates.len() as f64;
    let errors: Vec<f64> = estimates.iter().map(|(estimate, truth)| estimate.value - truth).collect();
    let mean = errors.iter().sum::<f64>() / count;
    let spread = (errors.iter().map(|error| (error - mean) * (error - mean)).sum::<f64>() / (count - 1.0)).sqrt();
    let held = estimates.iter().filter(|(estimate, truth)| (estimate.low..=estimate.high).contains(truth)).count();
    Figures { bias: mean / (spread / count.sqrt()), spread, coverage: held as f64 / count }
}

/// Of each estimator over so many worlds: of the policy's value, or of its gain over the one that drew.
fn measured(pair: &Pair, seeds: u64, tasks: usize, difference: bool) -> Vec<(Estimator, Figures)> {
    let of_world = |seed: u64| -> Vec<(Estimate, f64)> {
        let bandit = Bandit::new(seed);
        let (logged, target) = (bandit.explored(&bandit.by_rank(&pair.1)), bandit.explored(&bandit.by_rank(&pair.2)));
        let log = bandit.played(&bandit.log(&logged, &target, &logged), seed, 0, tasks);
        let settings = OpeSettings::default();
        let value = bandit.value(&target);
        let (found, truth) = if difference {
            (compare(&log, &settings), value - bandit.value(&logged))
        } else {
            (evaluate(&log, Policy::Target, &settings), value)
        };
        found.expect("a valid log").overall.estimates.into_iter().map(|estimate| (estimate, truth)).collect()
    };
    let worlds: Vec<Vec<(Estimate, f64)>> = (1..=seeds).into_par_iter().map(of_world).collect();
    (0..worlds[0].len())
        .map(|place| {
            let estimates: Vec<(Estimate, f64)> = worlds.iter().map(|world| world[place]).collect();
            (estimates[0].0.estimator, figures(&estimates))
        })
        .collect()
}

const UNBIASED: [Estimator; 3] = [Estimator::InversePropensity, Estimator::SelfNormalised, Estimator::DoublyRobust];

fn spread(found: &[(Estimator, Figures)], estimator: Estimator) -> f64 {
    found.iter().find(|(one, _)| *one == estimator).map_or(f64::NAN, |(_, figures)| figures.spread)
}

#[test]
#[ignore = "proof: 4,000 logs of 4,000 draws"]
fn proof_estimators_hit_the_truth_and_intervals_hold_it() {
    let mut missed = Vec::new();
    for pair in &PAIRS {
        for difference in [false, true] {
            let found = measured(pair, 1000, 4000, difference);
            let what = if difference { "gain" } else { "value" };
            for (estimator, figures) in &found {
                let line = format!("{what}, {}: {estimator:?} {figures:.4?}", pair.0);
                println!("{line}");
                let good = figures.bias.abs() <= 4.0 && (0.92..=0.98).contains(&figures.coverage);
                if UNBIASED.contains(estimator) && !good {
                    missed.push(line);
                }
            }
            if spread(&found, Estimator::DoublyRobust) >= spread(&found, Estimator::InversePropensity) {
                missed.push(format!("{what}, {}: DR's spread is not below IPW's", pair.0));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn estimators_hit_the_truth_and_intervals_hold_it() {
    for difference in [false, true] {
        let found = measured(&PAIRS[0], 40, 1500, difference);
        for (estimator, figures) in found.iter().filter(|(estimator, _)| UNBIASED.contains(estimator)) {
            // Coverage: three standard errors of 40 logs at 0.95.
            assert!(figures.bias.abs() <= 4.0 && figures.coverage >= 0.84, "{estimator:?} {figures:?}");
        }
        assert!(spread(&found, Estimator::DoublyRobust) < spread(&found, Estimator::InversePropensity), "{found:?}");
    }
}

//! What is believed of a model on the night it is announced.

use rayon::prelude::*;

use super::intervals::{Figures, candidate, held, mean, widths};
use super::logs::{log, weighted};
use crate::evaluate::policies::decide::decide;
use crate::evaluate::policies::evidence::evidence;
use crate::evaluate::policies::world::World;
use crate::evaluate::policies::{EvaluationSettings, Memory, WorldKind};

/// How often the first intervals of a model hold its truth, and how wide they are; its effects come from the same
/// distribution as the others'.
fn first_night(seeds: u64) -> (Figures<f64>, Figures<f64>) {
    let settings = EvaluationSettings { days: 14, ..EvaluationSettings::default() };
    let of_world = |seed: u64| -> Vec<(Figures<f64>, Figures<f64>)> {
        let world = World::new(seed);
        let new = seed as usize % world.models.len();
        let decision = weighted(&world, |_, model| f64::from(u8::from(model != new)));
        let mut log = log(&world, &settings, WorldKind::Stationary, seed, &decision);
        for arms in log.days.iter_mut().flat_map(|day| &mut day.arms) {
            // Nor was it tried after failures.
            (arms[new].later_calls, arms[new].later_successes) = (0, 0);
        }
        let memory = Memory::Decay { half_life_days: 14.0, post_change_weight: 0.1 };
        let evidence = evidence(&world, &log.truth, &log.days, memory);
        let (_, policy) = decide(&world, &evidence, &settings.policy).expect("valid evidence");
        let arms = log.truth.iter().enumerate();
        arms.map(|(segment, row)| {
            let found = candidate(&policy, &world, segment, new);
            (held(found, &row[new]), widths(found))
        })
        .collect()
    };
    let worlds: Vec<Vec<_>> = (0..seeds).into_par_iter().map(of_world).collect();
    let (held, widths): (Vec<_>, Vec<_>) = worlds.into_iter().flatten().unzip();
    (mean(&held), mean(&widths))
}

#[test]
#[ignore = "proof: 200 worlds"]
fn proof_the_first_night_of_a_new_model_holds_its_truth() {
    let (held, widths) = first_night(200);
    println!("a new model's success, score and value: held {held:.3?}, mean width {widths:.3?}");
    assert!(held.iter().all(|share| *share >= 0.85), "{held:?}");
    // Not by saying nothing: that would be 0.9 wide.
    assert!(widths.iter().all(|width| *width < 0.3), "{widths:?}");
}

#[test]
fn the_first_night_of_a_new_model_mostly_holds_its_truth() {
    let (held, widths) = first_night(6);
    assert!(held.iter().all(|share| *share >= 0.8), "{held:?}");
    assert!(widths.iter().all(|width| *width < 0.35), "{widths:?}");
}

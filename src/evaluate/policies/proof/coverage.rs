//! Do 90 % intervals hold the truth in 90 % of cases?

use rayon::prelude::*;

use super::intervals::{Figures, candidate, held, mean};
use super::logs::log;
use crate::evaluate::policies::decide::{decide, uniform};
use crate::evaluate::policies::evidence::evidence;
use crate::evaluate::policies::world::World;
use crate::evaluate::policies::{EvaluationSettings, Memory, WalkSpeed, WorldKind};

/// How often the intervals hold the truth of the day they are published for, over every arm of every world. Uniform
/// logging, for which the walk has the speed that its half-life suits.
fn coverage(settings: &EvaluationSettings, kind: WorldKind, memory: Memory) -> Figures<f64> {
    let settings = EvaluationSettings { walk_speed: WalkSpeed::EvenShare, ..settings.clone() };
    let of_world = |seed: u64| -> Vec<Figures<f64>> {
        let world = World::new(seed);
        let log = log(&world, &settings, kind, seed, &uniform(&world));
        let evidence = evidence(&world, &log.truth, &log.days, memory);
        let (_, policy) = decide(&world, &evidence, &settings.policy).expect("valid evidence");
        let arms =
            (0..world.traffic.len()).flat_map(|segment| (0..world.models.len()).map(move |model| (segment, model)));
        arms.map(|(segment, model)| held(candidate(&policy, &world, segment, model), &log.truth[segment][model]))
            .collect()
    };
    let worlds: Vec<_> = (0..settings.seeds).into_par_iter().map(of_world).collect();
    mean(&worlds.concat())
}

fn decay(half_life_days: f64) -> Memory {
    Memory::Decay { half_life_days, post_change_weight: 0.1 }
}

/// 108 arms of 100 worlds: the standard error is about 0.004, arms of one world not being independent.
#[test]
#[ignore = "proof: 100 worlds, 10,800 intervals each of success, score and value"]
fn proof_nine_of_ten_intervals_hold_the_truth() {
    let mut missed = Vec::new();
    for strict_share in [0.0, 0.5] {
        let settings = EvaluationSettings { seeds: 100, days: 60, strict_share, ..EvaluationSettings::default() };
        for (kind, memory, highest) in [
            (WorldKind::Stationary, Memory::All, 0.93),
            (WorldKind::Walk, decay(14.0), 0.93),
            // What stands still is known better than a memory that expects drift allows.
            (WorldKind::Stationary, decay(14.0), 1.0),
            (WorldKind::Stationary, decay(7.0), 1.0),
        ] {
            let found = coverage(&settings, kind, memory);
            let figures =
                format!("strict judge {strict_share}, {kind:?}, {memory:?}: success, score, value {found:.3?}");
            println!("{figures}");
            if !found.iter().all(|share| (0.87..=highest).contains(share)) {
                missed.push(figures);
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn intervals_hold_the_truth_about_as_often_as_they_say() {
    let settings = EvaluationSettings { seeds: 5, days: 30, ..EvaluationSettings::default() };
    for (kind, memory) in [(WorldKind::Stationary, Memory::All), (WorldKind::Walk, decay(14.0))] {
        let found = coverage(&settings, kind, memory);
        assert!(found.iter().all(|share| (0.84..=0.97).contains(share)), "{kind:?}: {found:?}");
    }
}

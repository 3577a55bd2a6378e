//! Do 90 % intervals hold the truth in 90 % of cases?

use super::logs::{log, weighted};
use crate::evaluate::policies::decide::{decide, uniform};
use crate::evaluate::policies::evidence::evidence;
use crate::evaluate::policies::memory::Memory;
use crate::evaluate::policies::settings::{EvaluationSettings, WorldKind};
use crate::evaluate::policies::world::World;
use crate::policy::{Candidate, PolicyResult, PolicySettings};

pub(super) fn candidate<'a>(policy: &'a PolicyResult, world: &World, segment: usize, model: usize) -> &'a Candidate {
    let row = policy.segments.iter().find(|row| row.segment == world.traffic[segment].segment).expect("a row a leaf");
    row.candidates.iter().find(|candidate| candidate.model == world.models[model]).expect("a candidate a model")
}

/// How often the intervals of success, score and value hold the truth, over every arm of `seeds` worlds.
fn coverage(settings: &EvaluationSettings, kind: WorldKind, memory: Memory) -> [f64; 3] {
    let mut held = [0_u32; 3];
    let mut arms = 0;
    for seed in 0..settings.seeds {
        let world = World::new(seed);
        let log = log(&world, settings, kind, seed, &uniform(&world));
        let evidence = evidence(&world, &log.truth, &log.days, memory);
        let (_, policy) = decide(&world, &evidence, &settings.policy).expect("valid evidence");
        for (segment, row) in log.truth.iter().enumerate() {
            for (model, truth) in row.iter().enumerate() {
                let found = candidate(&policy, &world, segment, model);
                let value = truth.success() * truth.mean_score();
                let pairs = [
                    (found.success_interval, truth.success()),
                    (found.score_interval, 10.0 * truth.mean_score()),
                    (found.value_interval, value),
                ];
                for (count, (interval, truth)) in held.iter_mut().zip(pairs) {
                    *count += u32::from((interval.low..=interval.high).contains(&truth));
                }
                arms += 1;
            }
        }
    }
    held.map(|count| f64::from(count) / f64::from(arms))
}

#[test]
#[ignore = "proof: 20 worlds, 2,160 intervals each of success, score and value"]
fn proof_nine_of_ten_intervals_hold_the_truth() {
    for strict_share in [0.0, 0.5] {
        let settings = EvaluationSettings { seeds: 20, days: 60, strict_share, ..EvaluationSettings::default() };
        let decay = |half_life_days| Memory::Decay { half_life_days, post_change_weight: 0.1 };
        for (kind, memory) in [
            (WorldKind::Stationary, Memory::All),
            (WorldKind::Walk, decay(14.0)),
            (WorldKind::Stationary, decay(14.0)),
            (WorldKind::Stationary, decay(7.0)),
        ] {
            let found = coverage(&settings, kind, memory);
            println!(
                "strict {strict_share} {kind:?} {memory:?}: success {:.3}, score {:.3}, value {:.3}",
                found[0], found[1], found[2]
            );
        }
    }
}

/// Work in progress: the widths of an arm that gets no more calls, night by night.
#[test]
#[ignore = "proof: 40 nights"]
fn proof_widening() {
    for strict_share in [0.0, 0.5] {
        let settings = EvaluationSettings { strict_share, days: 30, ..EvaluationSettings::default() };
        let world = World::new(11);
        let (segment, model) = (3, 2);
        let mut log = log(&world, &settings, WorldKind::Stationary, 11, &uniform(&world));
        let without = weighted(&world, |s, m| f64::from(u8::from((s, m) != (segment, model))));
        let mut widths = Vec::new();
        for night in 0..40 {
            let evidence = evidence(
                &world,
                &log.truth,
                &log.days,
                Memory::Decay { half_life_days: 14.0, post_change_weight: 0.1 },
            );
            let (_, policy) = decide(&world, &evidence, &PolicySettings::default()).expect("valid evidence");
            let found = candidate(&policy, &world, segment, model);
            widths.push([found.success_interval, found.score_interval, found.value_interval].map(|i| i.high - i.low));
            log.days.push(super::super::day::observe(
                &world,
                &log.truth,
                &without,
                &settings,
                super::super::day::draws(11, 30 + night),
            ));
        }
        println!("{:?}", widths.iter().map(|w| w.map(|w| (w * 1e4).round() / 1e4)).collect::<Vec<_>>());
        let shrunk: Vec<[bool; 3]> = widths.windows(2).map(|w| [0, 1, 2].map(|i| w[1][i] < w[0][i])).collect();
        println!("nights narrower: {:?}", [0, 1, 2].map(|i| shrunk.iter().filter(|s| s[i]).count()));
    }
}

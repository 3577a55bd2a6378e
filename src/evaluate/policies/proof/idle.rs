//! What becomes of an arm that gets no more calls.

use rayon::prelude::*;

use super::intervals::{Figures, candidate, intervals, mean, widths};
use super::logs::{log, weighted};
use crate::evaluate::policies::day::{draws, observe};
use crate::evaluate::policies::decide::{decide, uniform};
use crate::evaluate::policies::evidence::evidence;
use crate::evaluate::policies::world::World;
use crate::evaluate::policies::{EvaluationSettings, Memory, WorldKind};
use crate::policy::{ArmEvidence, Candidate, Estimate, PolicySettings};
use crate::stats::decay;

const MEMORY: Memory = Memory::Decay { half_life_days: 14.0, post_change_weight: 0.1 };

/// The arm's sums after so many days without calls.
fn faded(arm: &ArmEvidence, days: u32) -> ArmEvidence {
    let weight = decay::weight(f64::from(days), 14.0);
    let mut arm = arm.clone();
    for cell in &mut arm.cells {
        cell.strength *= weight;
        cell.strength_squared *= weight * weight;
        cell.success_strength *= weight;
        cell.scored_strength *= weight;
        cell.scored_strength_squared *= weight * weight;
        cell.quality_sum *= weight;
        cell.quality_square_sum *= weight;
    }
    arm
}

/// What the figures say of an arm on one night.
#[derive(Clone, Copy)]
struct Night {
    widths: Figures<f64>,
    /// width/√(mean·(1 − mean)): that in units of one call's noise, so that a mean on its way to its prior does not
    /// matter.
    relative: Figures<f64>,
}

impl Night {
    fn of(found: &Candidate) -> Self {
        let relative = |found: Estimate| (found.high - found.low) / (found.mean * (1.0 - found.mean)).sqrt();
        Self { widths: widths(found), relative: intervals(found).map(relative) }
    }
}

/// An arm's nights without calls, everything else as it is.
fn fading(world: &World, evidence: &[ArmEvidence], segment: usize, model: usize, nights: u32) -> Vec<Night> {
    let night = |night: u32| {
        let mut evidence = evidence.to_vec();
        let place = segment * world.models.len() + model;
        evidence[place] = faded(&evidence[place], night);
        let (_, policy) = decide(world, &evidence, &PolicySettings::default()).expect("valid evidence");
        Night::of(candidate(&policy, world, segment, model))
    };
    (0..nights).into_par_iter().map(night).collect()
}

/// How many nights are not strictly wider than the one before: plainly, and in units of one call's noise.
fn nights_not_wider(nights: &[Night]) -> (Figures<usize>, Figures<usize>) {
    let count = |of: fn(&Night, usize) -> f64| {
        [0, 1, 2].map(|figure| nights.windows(2).filter(|pair| of(&pair[1], figure) <= of(&pair[0], figure)).count())
    };
    (count(|night, figure| night.widths[figure]), count(|night, figure| night.relative[figure]))
}

/// Of each figure, how many arms do not widen strictly every night, in units of a call's noise.
fn not_widening(seeds: &[u64], arms: &[(usize, usize)], nights: u32) -> Figures<usize> {
    let mut failing = [0; 3];
    for &seed in seeds {
        let settings = EvaluationSettings { days: 30, ..EvaluationSettings::default() };
        let world = World::new(seed);
        let log = log(&world, &settings, WorldKind::Stationary, seed, &uniform(&world));
        let evidence = evidence(&world, &log.truth, &log.days, MEMORY);
        for &(segment, model) in arms {
            let found = fading(&world, &evidence, segment, model, nights);
            let (plain, relative) = nights_not_wider(&found);
            let (first, last) = (found[0].widths, found[found.len() - 1].widths);
            println!(
                "world {seed}, arm ({segment}, {model}): {first:.3?} to {last:.3?}; not wider {plain:?}, {relative:?}"
            );
            assert_eq!(plain[1..], [0, 0], "the width itself of score and value");
            (0..3).for_each(|figure| failing[figure] += usize::from(relative[figure] > 0));
        }
    }
    failing
}

/// Strictly wider every night, in units of a call's noise; the widths of score and value themselves too.
#[test]
#[ignore = "proof: 24 arms, 42 nights"]
fn proof_an_idle_arm_widens_every_night() {
    let failing = not_widening(&[11, 12, 13, 14], &[(0, 0), (3, 2), (8, 1), (10, 4), (12, 3), (17, 5)], 42);
    println!("arms that do not widen strictly every night: {failing:?}");
    assert_eq!(failing, [0, 0, 0]);
}

#[test]
fn an_idle_arm_widens_every_night() {
    assert_eq!(not_widening(&[12], &[(0, 0)], 6), [0; 3]);
}

/// While the others go on, what they say of its prior varies from night to night, so the trend counts: means of ten
/// nights.
#[test]
#[ignore = "proof: 12 worlds, 40 nights"]
fn proof_an_idle_arm_widens_while_the_others_go_on() {
    let settings = EvaluationSettings { days: 30, ..EvaluationSettings::default() };
    let of_world = |seed: u64| -> Vec<Figures<f64>> {
        let world = World::new(seed);
        let (segment, model) = (seed as usize % world.traffic.len(), seed as usize % world.models.len());
        let mut log = log(&world, &settings, WorldKind::Stationary, seed, &uniform(&world));
        let without = weighted(&world, |row, other| f64::from(u8::from((row, other) != (segment, model))));
        let nights = (0..40).map(|night| {
            let evidence = evidence(&world, &log.truth, &log.days, MEMORY);
            let (_, policy) = decide(&world, &evidence, &PolicySettings::default()).expect("valid evidence");
            log.days.push(observe(&world, &log.truth, &without, &settings, draws(seed, settings.days + night)));
            widths(candidate(&policy, &world, segment, model))
        });
        nights.collect()
    };
    let worlds: Vec<Vec<Figures<f64>>> = (0..12).into_par_iter().map(of_world).collect();
    let night = |night: usize| mean(&worlds.iter().map(|nights| nights[night]).collect::<Vec<_>>());
    let nights: Vec<Figures<f64>> = (0..40).map(night).collect();
    let tens: Vec<Figures<f64>> = nights.chunks(10).map(mean).collect();
    println!("widths of success, score and value in each ten nights: {tens:.4?}");
    for pair in tens.windows(2) {
        assert!((0..3).all(|figure| pair[1][figure] > pair[0][figure]), "{tens:.4?}");
    }
}

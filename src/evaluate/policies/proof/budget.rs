//! Does a table built for a budget keep to it?

use rayon::prelude::*;

use super::logs::log;
use crate::evaluate::policies::day::{draws, observe};
use crate::evaluate::policies::decide::{decide, uniform};
use crate::evaluate::policies::evidence::evidence;
use crate::evaluate::policies::result::Mean;
use crate::evaluate::policies::world::World;
use crate::evaluate::policies::{EvaluationSettings, Memory, WorldKind};
use crate::policy::{Algorithm, PolicySettings};

/// The budgets: so far up from the least that a task can cost to what it costs without one.
const PLACES: [f64; 3] = [0.1, 0.4, 0.8];

/// What a task really cost on the day after, fallbacks included, over its budget; a mean over the worlds for each budget.
fn spent(seeds: u64, algorithm: Algorithm) -> [Mean; PLACES.len()] {
    let settings = EvaluationSettings { days: 14, ..EvaluationSettings::default() };
    let long_day = EvaluationSettings { tasks_per_day: 30_000, ..settings.clone() };
    let free = PolicySettings { algorithm, ..PolicySettings::default() };
    let of_world = |seed: u64| -> [f64; PLACES.len()] {
        let world = World::new(seed);
        let log = log(&world, &settings, WorldKind::Stationary, seed, &uniform(&world));
        let memory = Memory::Decay { half_life_days: 14.0, post_change_weight: 0.1 };
        let evidence = evidence(&world, &log.truth, &log.days, memory);
        let (_, policy) = decide(&world, &evidence, &free).expect("valid evidence");
        let (floor, most) = (policy.floor_usd_per_task, policy.expected_cost_usd_per_task);
        PLACES.map(|place| {
            let budget = floor + place * (most - floor);
            let settings = PolicySettings { budget_usd_per_task: Some(budget), ..free.clone() };
            let (decision, policy) = decide(&world, &evidence, &settings).expect("valid evidence");
            assert!(policy.lambda > 0.0, "a budget below what a task costs without one binds");
            let day = observe(&world, &log.truth, &decision, &long_day, draws(seed, 99));
            day.cost_usd / day.tasks as f64 / budget
        })
    };
    let worlds: Vec<_> = (0..seeds).into_par_iter().map(of_world).collect();
    [0, 1, 2].map(|place| Mean::of(&worlds.iter().map(|ratios| ratios[place]).collect::<Vec<_>>()))
}

#[test]
#[ignore = "proof: 50 worlds, three budgets, two algorithms"]
fn proof_budgets_are_kept_and_used() {
    for algorithm in [Algorithm::Thompson, Algorithm::EpsilonGreedy] {
        let ratios = spent(50, algorithm);
        println!("{algorithm:?}: realised cost over budget {ratios:.4?}");
        assert!(ratios.iter().all(|ratio| (0.98..=1.02).contains(&ratio.mean)), "{ratios:?}");
    }
}

#[test]
fn a_budget_is_kept_and_used() {
    let ratios = spent(3, Algorithm::Thompson);
    assert!(ratios.iter().all(|ratio| (0.95..=1.05).contains(&ratio.mean)), "{ratios:?}");
}

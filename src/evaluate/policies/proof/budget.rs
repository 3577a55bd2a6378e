//! Does a table built for a budget keep to it?

use super::logs::log;
use crate::evaluate::policies::day::{self, observe};
use crate::evaluate::policies::decide::{decide, uniform};
use crate::evaluate::policies::evidence::evidence;
use crate::evaluate::policies::memory::Memory;
use crate::evaluate::policies::settings::{EvaluationSettings, WorldKind};
use crate::evaluate::policies::world::World;
use crate::policy::{Algorithm, PolicySettings};

#[test]
#[ignore = "proof: 50 worlds"]
fn proof_budgets() {
    let seeds = 50;
    for strict_share in [0.0, 0.5] {
        for algorithm in [Algorithm::Thompson, Algorithm::EpsilonGreedy] {
            let settings = EvaluationSettings { strict_share, days: 14, ..EvaluationSettings::default() };
            let mut ratios = vec![Vec::new(); 3];
            let mut expected = vec![Vec::new(); 3];
            for seed in 0..seeds {
                let world = World::new(seed);
                let log = log(&world, &settings, WorldKind::Stationary, seed, &uniform(&world));
                let evidence = evidence(
                    &world,
                    &log.truth,
                    &log.days,
                    Memory::Decay { half_life_days: 14.0, post_change_weight: 0.1 },
                );
                let free = PolicySettings { algorithm, ..PolicySettings::default() };
                let (_, policy) = decide(&world, &evidence, &free).expect("valid");
                let (floor, most) = (policy.floor_usd_per_task, policy.expected_cost_usd_per_task);
                for (index, share) in [0.1, 0.4, 0.8].into_iter().enumerate() {
                    let budget = floor + share * (most - floor);
                    let (decision, policy) = decide(
                        &world,
                        &evidence,
                        &PolicySettings { budget_usd_per_task: Some(budget), ..free.clone() },
                    )
                    .expect("valid");
                    let day_settings = EvaluationSettings { tasks_per_day: 30_000, ..settings.clone() };
                    let day = observe(&world, &log.truth, &decision, &day_settings, day::draws(seed, 99));
                    ratios[index].push(day.cost_usd / day.tasks as f64 / budget);
                    expected[index].push(policy.expected_cost_usd_per_task / budget);
                    assert!(policy.lambda > 0.0);
                }
            }
            let mean = |v: &Vec<f64>| super::super::result::Mean::of(v);
            println!(
                "strict {strict_share} {algorithm:?}: realised/budget {:.4?}, expected/budget {:.4?}",
                ratios.iter().map(mean).collect::<Vec<_>>(),
                expected.iter().map(|v| mean(v).mean).collect::<Vec<_>>()
            );
        }
    }
}

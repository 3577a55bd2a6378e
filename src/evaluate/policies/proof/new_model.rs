//! What is believed of a model on the night it is announced.

use super::coverage::candidate;
use super::logs::{log, weighted};
use crate::evaluate::policies::decide::decide;
use crate::evaluate::policies::evidence::evidence;
use crate::evaluate::policies::memory::Memory;
use crate::evaluate::policies::settings::{EvaluationSettings, WorldKind};
use crate::evaluate::policies::world::World;

#[test]
#[ignore = "proof: 200 worlds"]
fn proof_the_first_night_of_a_new_model_holds_its_truth() {
    for strict_share in [0.0, 0.5] {
        let settings = EvaluationSettings { strict_share, days: 14, ..EvaluationSettings::default() };
        let mut held = [0.0; 3];
        let mut widths = [0.0; 3];
        let seeds = 200;
        for seed in 0..seeds {
            let world = World::new(seed);
            let new = seed as usize % 6;
            let decision = weighted(&world, |_, model| f64::from(u8::from(model != new)));
            let mut log = log(&world, &settings, WorldKind::Stationary, seed, &decision);
            for arms in log.days.iter_mut().flat_map(|day| &mut day.arms) {
                arms[new].later_calls = 0;
                arms[new].later_successes = 0;
            }
            let evidence = evidence(
                &world,
                &log.truth,
                &log.days,
                Memory::Decay { half_life_days: 14.0, post_change_weight: 0.1 },
            );
            let (_, policy) = decide(&world, &evidence, &settings.policy).expect("valid evidence");
            for (segment, row) in log.truth.iter().enumerate() {
                let (found, truth) = (candidate(&policy, &world, segment, new), row[new]);
                let value = truth.success() * truth.mean_score();
                let pairs = [
                    (found.success_interval, truth.success()),
                    (found.score_interval, 10.0 * truth.mean_score()),
                    (found.value_interval, value),
                ];
                for (index, (interval, truth)) in pairs.into_iter().enumerate() {
                    held[index] +=
                        f64::from(u8::from((interval.low..=interval.high).contains(&truth))) / 18.0 / seeds as f64;
                    widths[index] += (interval.high - interval.low) / 18.0 / seeds as f64;
                }
            }
        }
        println!("strict {strict_share} new model: success, score, value held {held:.3?}, mean width {widths:.3?}");
    }
}

//! Logs that mislead plain means: a router that sent hard work to strong models, and scores that are rare.

use super::coverage::candidate;
use super::logs::{log, weighted};
use crate::evaluate::policies::decide::{decide, uniform};
use crate::evaluate::policies::evidence::evidence;
use crate::evaluate::policies::memory::Memory;
use crate::evaluate::policies::score::utilities;
use crate::evaluate::policies::settings::{EvaluationSettings, WorldKind};
use crate::evaluate::policies::truth::ArmTruth;
use crate::evaluate::policies::world::World;
use crate::segment::Segment;

fn standardised(world: &World, truth: &[Vec<ArmTruth>], model: usize) -> f64 {
    let value = |row: &Vec<ArmTruth>| row[model].success() * row[model].mean_score();
    truth.iter().zip(&world.traffic).map(|(row, leaf)| leaf.share * value(row)).sum()
}

fn largest(numbers: &[f64]) -> usize {
    (0..numbers.len()).max_by(|&a, &b| numbers[a].total_cmp(&numbers[b])).expect("not empty")
}

#[test]
#[ignore = "proof: 30 worlds"]
fn proof_ranks() {
    let seeds = 30;
    for strict_share in [0.0, 0.5] {
        for (name, scored_share, skewed, days) in [
            ("skewed", 1.0 / 3.0, true, 28),
            ("5 % scored", 0.05, false, 28),
            ("both", 0.05, true, 28),
            ("5 % scored, 56 days", 0.05, false, 56),
        ] {
            let settings = EvaluationSettings { strict_share, days, scored_share, ..EvaluationSettings::default() };
            let (mut near, mut plain_near, mut pairs, mut wrong, mut plain_wrong, mut leader) = (0.0, 0.0, 0, 0, 0, 0);
            let mut pooled_near = 0.0;
            for seed in 0..seeds {
                let world = World::new(seed);
                let overall: Vec<f64> = (0..6).map(|model| standardised(&world, &world.truth, model)).collect();
                let mut order: Vec<usize> = (0..6).collect();
                order.sort_by(|&a, &b| overall[b].total_cmp(&overall[a]));
                let rank = |model: usize| order.iter().position(|&found| found == model).expect("ranked");
                let decision =
                    weighted(&world, |segment, model| match world.traffic[segment].segment.difficulty.as_str() {
                        "advanced" => {
                            if rank(model) < 3 {
                                0.92
                            } else {
                                0.08
                            }
                        }
                        "beginner" => {
                            if rank(model) < 3 {
                                0.08
                            } else {
                                0.92
                            }
                        }
                        _ => 0.5,
                    });
                let decision = if skewed { decision } else { uniform(&world) };
                let log = log(&world, &settings, WorldKind::Stationary, seed, &decision);
                let evidence = evidence(&world, &log.truth, &log.days, Memory::All);
                let (decided, policy) = decide(&world, &evidence, &settings.policy).expect("valid evidence");
                // Plain: failures as 0 beside the scored successes only; pooled over segments (skewed) or in the segment.
                let sums = |segments: std::ops::Range<usize>, model: usize| {
                    let (mut q, mut n, mut f) = (0.0, 0.0, 0.0);
                    for day in &log.days {
                        for arms in &day.arms[segments.clone()] {
                            let arm = arms[model];
                            q += arm.scores.iter().map(|s| s.sum).sum::<f64>();
                            n += arm.scores.iter().map(|s| s.count as f64).sum::<f64>();
                            f += (arm.calls - arm.successes) as f64;
                        }
                    }
                    (q, n, f)
                };
                let pooled: Vec<f64> = (0..6)
                    .map(|m| {
                        let (q, n, f) = sums(0..18, m);
                        let calls: f64 = f + n / scored_share;
                        (q / n) * (1.0 - f / calls)
                    })
                    .collect();
                for segment in 0..18 {
                    let u = utilities(&world, &world.truth[segment], &decided.rows[segment].fallback, 0.0);
                    let best = u.iter().copied().fold(f64::MIN, f64::max);
                    let share = world.traffic[segment].share / seeds as f64;
                    let ok = |model: usize| f64::from(u8::from(best - u[model] <= 0.02));
                    near += share * ok(largest(&decided.rows[segment].exploit));
                    let plain: Vec<f64> = (0..6)
                        .map(|m| {
                            let (q, n, f) = sums(segment..segment + 1, m);
                            q / (n + f)
                        })
                        .collect();
                    plain_near += share * ok(largest(&plain));
                    pooled_near += share * ok(largest(&pooled));
                }
                let any = Segment::new("*", "*", "*");
                if let Some(row) = policy.segments.iter().find(|row| row.segment == any) {
                    let found: Vec<f64> = (0..6)
                        .map(|m| row.candidates.iter().find(|c| c.model == world.models[m]).expect("all").value.mean())
                        .collect();
                    leader += u32::from(overall[largest(&found)] > overall[order[0]] - 0.01);
                    for a in 0..6 {
                        for b in 0..6 {
                            if overall[a] > overall[b] + 0.01 {
                                pairs += 1;
                                wrong += u32::from(found[a] <= found[b]);
                                plain_wrong += u32::from(pooled[a] <= pooled[b]);
                            }
                        }
                    }
                }
                let _ = candidate(&policy, &world, 0, 0);
            }
            println!(
                "strict {strict_share} {name}: leader near best {near:.3}, failures-as-0 {plain_near:.3}, pooled {pooled_near:.3}; (*,*,*) leader right {leader}/{seeds}, pairs {pairs}, wrong {wrong}, pooled wrong {plain_wrong}"
            );
        }
    }
}

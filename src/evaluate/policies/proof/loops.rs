//! What the closed loop reaches.

use crate::evaluate::policies::{EvaluationSettings, Evaluation, Learner, Memory, WorldKind, evaluate};
use crate::policy::Algorithm;

fn print(found: &Evaluation) {
    for world in &found.worlds {
        for result in &world.learners {
            println!(
                "{:?} {:?} {:?}: regret {:.5} ± {:.5}, beyond first {:+.5} ± {:.5}, near best {:.3} ± {:.3}, cost {:.5}",
                world.world,
                result.learner.algorithm,
                result.learner.memory,
                result.regret.mean,
                result.regret.standard_error,
                result.regret_beyond_first.mean,
                result.regret_beyond_first.standard_error,
                result.near_best.mean,
                result.near_best.standard_error,
                result.cost_usd_per_task.mean,
            );
            let weekly: Vec<String> = result.regret_by_day.iter().enumerate().filter(|(d, _)| [0,1,2,4,7,10,14,21,27,28,29,31,35,42,49,55].contains(d)).map(|(d, r)| format!("{d}:{r:.4}")).collect();
            println!("   {}", weekly.join(" "));
        }
    }
}

#[test]
fn trial() {
    let number = |name: &str, or: u64| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(or);
    let mut settings = EvaluationSettings { seeds: number("SEEDS", 1), days: number("DAYS", 16) as u32, ..EvaluationSettings::default() };
    if let Ok(w) = std::env::var("WORLD") { settings.worlds = vec![[WorldKind::Stationary, WorldKind::Jump, WorldKind::Walk][w.parse::<usize>().expect("0..2")]]; }
    if std::env::var("ONE").is_ok() { settings.strict_share = 0.0; }
    let _ = (Memory::All, Algorithm::Thompson, Learner::compared(1.0));
    let start = std::time::Instant::now();
    let found = evaluate(&settings).expect("valid settings");
    println!("{:?}", start.elapsed());
    print(&found);
}

#[test]
fn debug() {
    use crate::evaluate::policies::{course::Course, day, decide::decide, evidence::evidence, world::World, score};
    use crate::policy::PolicySettings;
    let number = |name: &str, or: u64| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(or);
    let settings = EvaluationSettings { strict_share: if std::env::var("ONE").is_ok() { 0.0 } else { 0.5 }, ..EvaluationSettings::default() };
    let world = World::new(number("SEED", 1));
    let course = Course::new(&world, &settings, WorldKind::Stationary, 1);
    let mut days = Vec::new();
    for today in 0..number("DAYS", 5) as u32 {
        let (decision, policy) = decide(&world, &evidence(&world, &course.truth, &days, Memory::All), &PolicySettings::default()).unwrap();
        let score = score::score(&world, &course.truth, &decision, 0.8);
        println!("day {today}: {score:?} shift {}", policy.failure_shift);
        for s in [0, 4, 9, 13] {
            let row = policy.segments.iter().find(|r| r.segment == world.traffic[s].segment).unwrap();
            println!("  {} share {:.3}", row.segment, row.traffic_share);
            let u = score::utilities(&world, &course.truth[s], &decision.rows[s].fallback, 0.0);
            for m in 0..6 {
                let c = row.candidates.iter().find(|c| c.model == world.models[m]).unwrap();
                let t = course.truth[s][m];
                println!("    {} U {:.3} p {:.3} q {:.3} | W {:5.0} p {:.3} [{:.3} {:.3}] q {:.3} [{:.3} {:.3}] chain {:?} best {:.3} {}", c.model, u[m], t.success(), t.mean_score(), c.strength, c.success_interval.mean, c.success_interval.low, c.success_interval.high, c.score_interval.mean/10., c.score_interval.low/10., c.score_interval.high/10., c.chain.map(|c| (c.value*1e3).round()/1e3), c.p_best, if c.eligible {""} else {&c.reason});
            }
        }
        days.push(day::observe(&world, &course.truth, &decision, &settings, day::draws(1, today)));
    }
}

#[test]
fn cells() {
    use crate::evaluate::policies::{course::Course, day, decide::decide, evidence::evidence, world::World};
    use crate::policy::PolicySettings;
    let settings = EvaluationSettings { strict_share: if std::env::var("ONE").is_ok() { 0.0 } else { 0.5 }, ..EvaluationSettings::default() };
    let world = World::new(1);
    let course = Course::new(&world, &settings, WorldKind::Stationary, 1);
    let mut days = Vec::new();
    for today in 0..4 {
        let ev = evidence(&world, &course.truth, &days, Memory::All);
        let (decision, _) = decide(&world, &ev, &PolicySettings::default()).unwrap();
        for a in &ev { if a.segment == world.traffic[9].segment && a.model == "m4" { for c in &a.cells { println!("{today} {c:?} mean {} ", c.quality_sum / c.scored_strength); } } }
        days.push(day::observe(&world, &course.truth, &decision, &settings, day::draws(1, today)));
    }
}

//! What the closed loop reaches.

use crate::evaluate::policies::{Evaluation, EvaluationSettings, WorldKind, evaluate};

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
        }
    }
}

/// Work in progress: prints the table, for two judges (the default) and for one; its bars follow.
#[test]
#[ignore = "proof: three kinds of worlds, six learners, two ways of judging"]
fn proof_regret() {
    for strict_share in [0.5, 0.0] {
        let found = evaluate(&EvaluationSettings { seeds: 6, strict_share, ..EvaluationSettings::default() });
        print(&found.expect("valid settings"));
    }
}

#[test]
fn two_weeks_by_one_judge_find_the_best_models() {
    let settings = EvaluationSettings { seeds: 1, days: 15, strict_share: 0.0, ..EvaluationSettings::default() };
    let worlds = vec![WorldKind::Stationary];
    let learners = settings.learners[..1].to_vec();
    let found = evaluate(&EvaluationSettings { worlds, learners, ..settings }).expect("valid settings");
    let near_best = found.worlds[0].learners[0].near_best.mean;
    assert!(near_best > 0.8, "{near_best}");
}

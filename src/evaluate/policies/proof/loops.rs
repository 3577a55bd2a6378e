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
        }
    }
}

#[test]
fn trial() {
    let settings = EvaluationSettings { seeds: 1, days: 16, ..EvaluationSettings::default() };
    let _ = (Memory::All, Algorithm::Thompson, WorldKind::Jump, Learner::compared(1.0));
    let start = std::time::Instant::now();
    let found = evaluate(&settings).expect("valid settings");
    println!("{:?}", start.elapsed());
    print(&found);
}

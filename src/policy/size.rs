//! A large portfolio: how long it takes to build. The time is printed, never asserted.

use std::time::Instant;

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::fixture::arm;
use super::{ArmEvidence, PolicySettings, SegmentTraffic, build};
use crate::segment::Segment;

/// 1,000 segments (10 roles × 25 categories × 4 difficulties) × 20 models with their traffic.
fn portfolio() -> (Vec<ArmEvidence>, Vec<SegmentTraffic>) {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let (mut arms, mut traffic) = (Vec::new(), Vec::new());
    for index in 0..1000 {
        let (role, category, difficulty) = (index % 10, index / 10 % 25, index / 250);
        let segment = Segment::new(
            &format!("role-{role}"),
            &format!("category-{category:02}"),
            &format!("difficulty-{difficulty}"),
        );
        for model in 0..20 {
            let quality = 0.6 + 0.3 * f64::from(model) / 20.0 + 0.05 * random.random::<f64>();
            let calls = random.random_range(5..400);
            let name = format!("model-{model:02}");
            let mut evidence = arm(&segment, &name, calls, 0.85 + 0.14 * random.random::<f64>(), quality);
            evidence.provider = format!("provider-{}", model % 5);
            evidence.cost_usd = Some(0.001 * f64::from(model + 1));
            arms.push(evidence);
        }
        traffic.push(SegmentTraffic { segment, share: 0.001 });
    }
    (arms, traffic)
}

#[test]
#[ignore = "proof: builds a policy of 1,000 segments × 20 models a few times and prints how long it takes"]
#[allow(clippy::print_stdout, reason = "a proof says its figures")]
fn proof_a_thousand_segments_of_twenty_models() {
    let (arms, traffic) = portfolio();
    let free = PolicySettings::default();
    let frugal = PolicySettings { budget_usd_per_task: Some(0.012), ..free.clone() };
    for (name, settings) in [("without a budget", free), ("with a budget", frugal)] {
        let mut seconds: Vec<f64> = Vec::new();
        for _ in 0..5 {
            let begun = Instant::now();
            let policy = build(&arms, &traffic, &settings).expect("valid evidence");
            seconds.push(begun.elapsed().as_secs_f64());
            assert!(policy.segments.iter().filter(|row| row.traffic_share > 0.0).count() == 1000);
            assert!(policy.segments.len() > 1300, "back-off rows beside the leaves: {}", policy.segments.len());
        }
        seconds.sort_by(f64::total_cmp);
        let threads = rayon::current_num_threads();
        println!("1,000 segments × 20 models {name}: median of 5 {:.2} s on {threads} threads", seconds[2]);
    }
}

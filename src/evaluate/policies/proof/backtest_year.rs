//! A year of nights, as large as the issue asks for: how long the back-test takes.

use std::time::Instant;

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use crate::evaluate::backtest::{BacktestHistory, BacktestSettings, DayCost, DayLater, backtest};
use crate::history::{DayCell, HistoryArm};
use crate::segment::Segment;

const DAYS: i32 = 365;
const SEGMENTS: u32 = 72;
const MODELS: u32 = 4;

/// Every model is asked at every kind of work on nearly every day; a third of the calls has no score, the others one of
/// two judges.
fn year() -> BacktestHistory {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut input = BacktestHistory::default();
    input.history.sources = vec!["production".into()];
    input.history.judges = vec![String::new(), "even".into(), "strict".into()];
    for segment in 0..SEGMENTS {
        let (role, category, difficulty) = (segment % 3, segment / 3 % 6, segment / 18);
        let segment = Segment::new(&format!("r{role}"), &format!("c{category}"), &format!("d{difficulty}"));
        for model in 0..MODELS {
            input.history.arms.push(HistoryArm { segment: segment.clone(), model: format!("m{model}") });
            input.providers.push(format!("p{model}"));
        }
    }
    let level = |random: &mut ChaCha8Rng| (0.7 + 0.2 * random.random::<f64>(), 0.85 + 0.13 * random.random::<f64>());
    let levels: Vec<(f64, f64)> = (0..SEGMENTS * MODELS).map(|_| level(&mut random)).collect();
    for day in 0..DAYS {
        for (arm, &(mean, success)) in (0..).zip(&levels) {
            let mut all = 0;
            for judge in 0..3 {
                let calls = random.random_range(0..20);
                let (successes, scored) =
                    if judge == 0 { ((calls as f64 * success) as u64, 0) } else { (calls, calls) };
                let quality = mean + 0.1 * (random.random::<f64>() - 0.5);
                let quality_sum = scored as f64 * quality;
                let quality_square_sum = quality_sum * (0.95 * quality + 0.05);
                let source = 0;
                input.history.cells.push(DayCell {
                    day,
                    arm,
                    source,
                    judge,
                    calls,
                    successes,
                    scored,
                    quality_sum,
                    quality_square_sum,
                });
                all += calls;
            }
            if all > 0 {
                let cost_usd = 0.001 * f64::from(1 + arm % MODELS) * all as f64;
                input.costs.push(DayCost { day, arm, calls: all, cost_usd });
                input.later.push(DayLater { day, arm, calls: 2, successes: random.random_range(0..=2) });
            }
        }
    }
    input
}

#[test]
#[ignore = "proof: 365 nights × 6 half-lives × 4 policies, 72 kinds of work × 4 models"]
fn proof_a_year_of_nights_is_walked() {
    let input = year();
    let start = Instant::now();
    let settings = BacktestSettings { burn_in_days: 0, ..BacktestSettings::default() };
    let found = backtest(&input, &settings).expect("a year");
    println!(
        "{} nights × {} contenders on {} threads: {:.1} s (an optimised build: docs/evaluation.md)",
        found.days.len(),
        found.contenders.len(),
        rayon::current_num_threads(),
        start.elapsed().as_secs_f64()
    );
    assert_eq!((found.days.len(), found.contenders.len(), found.days_left_out), (364, 24, 0));
    for own in &found.contenders {
        assert!(own.value.low > 0.5 && own.value.high < 1.0 && own.coverage > 0.9, "{:?}", own.contender);
    }
}

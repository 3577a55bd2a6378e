//! Worlds whose rate of change is known: does the choice find it?

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use rand_distr::{Binomial, Distribution, StandardNormal};

use super::{DEFAULT, GRID, HalfLife, half_life};
use crate::history::{DayCell, History, HistoryArm};
use crate::segment::Segment;

/// How the levels of the arms move.
#[derive(Clone, Copy)]
enum Motion {
    Still,
    /// Success rates vary from day to day about a level that stands still, with this deviation.
    DayEffects(f64),
    /// A random walk for which this half-life is the steady state of the Kalman filter.
    Walk(f64),
    /// With this probability a day, a new level.
    Jumps(f64),
}

#[derive(Clone, Copy)]
struct World {
    arms: usize,
    days: i32,
    calls: u64,
    motion: Motion,
}

/// The gain of the steady-state Kalman filter whose weights halve every `half_life` days, as daily deviation of the level
/// in units of the day's noise: K/√(1−K), K = 1 − 2^(−1/h).
fn walk_deviation(half_life: f64) -> f64 {
    let gain = 1.0 - libm::exp2(-1.0 / half_life);
    gain / libm::sqrt(1.0 - gain)
}

fn moved(level: f64, noise: f64, motion: Motion, random: &mut ChaCha8Rng) -> f64 {
    match motion {
        Motion::Still | Motion::DayEffects(_) => level,
        Motion::Walk(half_life) => {
            let step: f64 = StandardNormal.sample(random);
            (level + walk_deviation(half_life) * noise * step).clamp(0.05, 0.95)
        }
        Motion::Jumps(chance) if random.random::<f64>() < chance => 0.5 + 0.45 * random.random::<f64>(),
        Motion::Jumps(_) => level,
    }
}

/// Half of the successes are scored, with a deviation of 0.1.
fn drawn(world: World, seed: u64) -> History {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut history =
        History { sources: vec!["production".into()], judges: vec!["strict".into()], ..History::default() };
    for arm in 0..world.arms {
        let segment = Segment::new("executor", &format!("category-{}", arm / 6), "advanced");
        history.arms.push(HistoryArm { segment, model: format!("model-{}", arm % 6) });
        let (mut success, mut quality) = (0.6 + 0.3 * random.random::<f64>(), 0.6 + 0.3 * random.random::<f64>());
        for day in 0..world.days {
            let calls = world.calls as f64;
            success = moved(success, libm::sqrt(success * (1.0 - success) / calls), world.motion, &mut random);
            quality = moved(quality, 0.1 / libm::sqrt(0.5 * calls * success), world.motion, &mut random);
            let mut today = success;
            if let Motion::DayEffects(deviation) = world.motion {
                today += deviation * Distribution::<f64>::sample(&StandardNormal, &mut random);
            }
            let successes =
                Binomial::new(world.calls, today.clamp(0.0, 1.0)).expect("a probability").sample(&mut random);
            let scored = Binomial::new(successes, 0.5).expect("a probability").sample(&mut random);
            let mut cell = DayCell {
                day: 20_000 + day,
                arm: arm as u32,
                source: 0,
                judge: 0,
                calls: world.calls,
                successes,
                scored,
                quality_sum: 0.0,
                quality_square_sum: 0.0,
            };
            for _ in 0..scored {
                let error: f64 = StandardNormal.sample(&mut random);
                let score = (quality + 0.1 * error).clamp(0.0, 1.0);
                cell.quality_sum += score;
                cell.quality_square_sum += score * score;
            }
            history.cells.push(cell);
        }
    }
    history
}

fn chosen(world: World, seed: u64) -> HalfLife {
    half_life(&drawn(world, seed), 0).expect("a possible history")
}

/// How many grid places the choice lies from `half_life`.
fn steps_from(half_life: f64, found: &HalfLife) -> usize {
    let place = |days: f64| GRID.iter().position(|value| *value == days).expect("a value of the grid");
    place(half_life).abs_diff(place(found.days))
}

/// Share of `runs` worlds in which `is_right`.
fn share(world: World, runs: u64, is_right: impl Fn(&HalfLife) -> bool) -> f64 {
    (0..runs).filter(|seed| is_right(&chosen(world, *seed))).count() as f64 / runs as f64
}

const WORLD: World = World { arms: 36, days: 90, calls: 30, motion: Motion::Still };

/// Of each kind of world the share in which the choice is right; slow walks take a larger world.
fn check(runs: u64, with_slow_walks: bool) -> Vec<(String, f64)> {
    let mut shares = Vec::new();
    let is_long = |found: &HalfLife| found.days >= 120.0;
    shares.push(("still".to_string(), share(WORLD, runs, is_long)));
    let few = World { arms: 12, calls: 3, days: 60, ..WORLD };
    shares.push(("still, few calls".into(), share(few, runs, is_long)));
    let alike = World { arms: 300, calls: 1, ..WORLD };
    shares.push(("still, one call a day".into(), share(alike, runs, is_long)));
    let day_effects = World { motion: Motion::DayEffects(0.08), ..WORLD };
    shares.push(("still, with day effects".into(), share(day_effects, runs, is_long)));
    let jumps = World { motion: Motion::Jumps(1.0 / 20.0), ..WORLD };
    shares.push(("jumps".into(), share(jumps, runs, |found| found.days <= 7.0)));
    let mut walks = vec![(3.0, WORLD), (7.0, WORLD), (14.0, WORLD)];
    if with_slow_walks {
        // The slower the walk, the more history it takes to tell it from none.
        let larger = World { arms: 108, days: 240, calls: 10, ..WORLD };
        walks.extend([(30.0, larger), (60.0, World { days: 365, ..larger })]);
    }
    for (half_life, world) in walks {
        let world = World { motion: Motion::Walk(half_life), ..world };
        shares.push((format!("walk {half_life}"), share(world, runs, |found| steps_from(half_life, found) <= 1)));
    }
    shares
}

#[test]
fn the_choice_follows_the_world() {
    for (name, share) in check(2, false) {
        assert_eq!(share, 1.0, "{name}");
    }
}

#[test]
#[ignore = "proof: a hundred worlds of each kind"]
fn proof_the_choice_follows_the_world() {
    let shares = check(100, true);
    for (name, share) in &shares {
        println!("{name}: {share}");
    }
    assert!(shares.iter().all(|(_, share)| *share >= 0.95), "{shares:?}");
}

#[test]
fn too_little_history_is_the_default_and_says_so() {
    for world in [World { days: 13, ..WORLD }, World { days: 1, ..WORLD }, World { arms: 0, ..WORLD }] {
        let found = chosen(world, 1);
        assert!(found.is_default && found.days == DEFAULT, "{found:?}");
    }
    assert!(!chosen(World { days: 14, ..WORLD }, 1).is_default);
    let elsewhere = half_life(&drawn(WORLD, 1), 1).expect("a possible history");
    assert!(elsewhere.is_default && elsewhere.grid.is_empty(), "a source without calls");
}

#[test]
fn gains_are_differences_of_the_grid() {
    let found = chosen(World { motion: Motion::Jumps(0.05), ..WORLD }, 3);
    let of = |days: f64| found.grid.iter().find(|point| point.half_life == days).expect("a grid value").log_likelihood;
    assert_eq!(found.grid.len(), GRID.len());
    assert!((found.gain_over_default - (of(found.days) - of(DEFAULT))).abs() < 1e-9);
    let best_other = found.grid.iter().filter(|point| point.half_life != found.days).map(|point| point.log_likelihood);
    assert!((found.gain_over_runner_up - (of(found.days) - best_other.fold(f64::MIN, f64::max))).abs() < 1e-9);
    assert!(found.gain_over_runner_up > 0.0 && found.gain_over_default > 0.0, "{found:?}");
}

#[test]
fn a_new_judge_is_no_news_of_the_arms() {
    // From day 45 on another judge scores, 2 points stricter.
    let mut history = drawn(WORLD, 5);
    history.judges.push("stricter".into());
    for cell in history.cells.iter_mut().filter(|cell| cell.day >= 20_045) {
        cell.judge = 1;
        let scores = cell.scored as f64;
        cell.quality_square_sum += 0.04 * scores - 0.4 * cell.quality_sum;
        cell.quality_sum -= 0.2 * scores;
    }
    assert!(half_life(&history, 0).expect("a possible history").days >= 120.0);
    history.cells.iter_mut().for_each(|cell| cell.judge = 0);
    assert!(half_life(&history, 0).expect("a possible history").days < 120.0, "a change of the arms themselves");
}

#[test]
fn the_order_of_the_cells_does_not_matter() {
    let mut history = drawn(World { motion: Motion::Walk(7.0), ..WORLD }, 11);
    // Cells that share their key, whose sums must still add up in one order.
    let half = history.cells.clone();
    history.cells.extend(half.into_iter().step_by(3));
    let found = half_life(&history, 0).expect("a possible history");
    let count = history.cells.len();
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for place in (1..count).rev() {
        history.cells.swap(place, random.random_range(0..=place));
    }
    assert_eq!(format!("{found:?}"), format!("{:?}", half_life(&history, 0).expect("a possible history")));
}

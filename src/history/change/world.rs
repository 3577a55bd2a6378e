//! A world with known changes: models × segments, two judges.

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use rand_distr::{Binomial, Distribution, Poisson, StandardNormal};

use crate::history::{DayCell, History, HistoryArm};
use crate::segment::Segment;

/// How the calls spread over the models of a segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Spread {
    Even,
    /// One model takes two thirds of each segment, each model in as many segments.
    Router,
}

/// What changes, and from which day on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    /// Quality of one model in all segments.
    ModelQuality { model: usize, day: i32, shift: f64 },
    /// Success rate of one model in all segments, to this.
    ModelSuccess { model: usize, day: i32, rate: f64 },
    /// Quality of one arm.
    ArmQuality { model: usize, segment: usize, day: i32, shift: f64 },
    /// The scores of one judge.
    Judge { judge: usize, day: i32, shift: f64 },
    /// All work moves to the last third of the segments, all scores to the second judge.
    Mix { day: i32 },
}

/// How scores spread about their level.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scores {
    /// Normal, with a deviation of 0.08 to 0.13 by arm.
    Graded,
    /// 0 or 10 only.
    Binary,
    /// One in thirty is a 0, the others are graded.
    LongTail,
}

#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) models: usize,
    pub(super) segments: usize,
    pub(super) days: i32,
    /// First attempts a day, all models together.
    pub(super) calls: f64,
    /// Share of the successes that get a score.
    pub(super) scored: f64,
    pub(super) spread: Spread,
    pub(super) scores: Scores,
    /// Success rate of all arms; drawn by arm from 0.85 to 0.99 where none.
    pub(super) success: Option<f64>,
    /// Whether success rates vary from day to day about their level, with this deviation.
    pub(super) day_effects: f64,
    pub(super) events: Vec<Event>,
}

/// The first day of every world.
pub(super) const START: i32 = 20_000;

impl Default for World {
    fn default() -> Self {
        Self {
            models: 6,
            segments: 18,
            days: 90,
            calls: 3_000.0,
            scored: 1.0 / 3.0,
            spread: Spread::Even,
            scores: Scores::Graded,
            success: None,
            day_effects: 0.0,
            events: Vec::new(),
        }
    }
}

/// The truth about an arm.
#[derive(Clone, Copy)]
struct Truth {
    success: f64,
    quality: f64,
    deviation: f64,
}

pub(super) fn segment(index: usize) -> Segment {
    let role = ["executor", "triage"][index % 2];
    let difficulty = ["beginner", "intermediate", "advanced"][index / 2 % 3];
    Segment::new(role, &format!("category-{}", index / 6), difficulty)
}

/// The history of one run of a world.
pub(super) fn drawn(world: &World, seed: u64) -> History {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut history = History {
        sources: vec!["production".into()],
        judges: vec!["".into(), "mild".into(), "strict".into()],
        ..History::default()
    };
    let mut truths = Vec::new();
    for index in 0..world.segments {
        let hard = 0.15 * random.random::<f64>();
        for model in 0..world.models {
            history.arms.push(HistoryArm { segment: segment(index), model: format!("model-{model}") });
            truths.push(Truth {
                success: world.success.unwrap_or(0.85 + 0.14 * random.random::<f64>()),
                quality: 0.75 + 0.2 * random.random::<f64>() - hard,
                deviation: 0.08 + 0.05 * random.random::<f64>(),
            });
        }
    }
    let shares = shares(world, truths.len());
    for day in 0..world.days {
        for arm in 0..truths.len() {
            draw_day(world, arm, START + day, truths[arm], shares[arm], &mut random, &mut history.cells);
        }
    }
    history
}

/// Each arm's share of the calls.
fn shares(world: &World, arms: usize) -> Vec<f64> {
    let even = 1.0 / arms as f64;
    let mut shares = vec![even; arms];
    if world.spread == Spread::Router && world.models > 1 {
        for (segment, shares) in shares.chunks_mut(world.models).enumerate() {
            shares.fill(even * world.models as f64 / 3.0 / (world.models - 1) as f64);
            shares[segment % world.models] = even * world.models as f64 * 2.0 / 3.0;
        }
    }
    shares
}

fn draw_day(
    world: &World,
    arm: usize,
    day: i32,
    truth: Truth,
    share: f64,
    random: &mut ChaCha8Rng,
    cells: &mut Vec<DayCell>,
) {
    let (model, segment) = (arm % world.models, arm / world.models);
    let (mut success, mut quality, mut share) = (truth.success, truth.quality, share);
    let (mut judge_shift, mut is_mixed) = ([0.0, 0.0, -0.03], false);
    for event in &world.events {
        match *event {
            Event::ModelQuality { model: of, day: from, shift } if of == model && day >= START + from => {
                quality += shift;
            }
            Event::ModelSuccess { model: of, day: from, rate } if of == model && day >= START + from => success = rate,
            Event::ArmQuality { model: of, segment: in_segment, day: from, shift }
                if of == model && in_segment == segment && day >= START + from =>
            {
                quality += shift;
            }
            Event::Judge { judge, day: from, shift } if day >= START + from => judge_shift[judge] += shift,
            Event::Mix { day: from } if day >= START + from => {
                is_mixed = true;
                share *= if 3 * segment >= 2 * world.segments { 2.8 } else { 0.1 };
            }
            _ => {}
        }
    }
    if world.day_effects > 0.0 {
        success += world.day_effects * Distribution::<f64>::sample(&StandardNormal, random);
    }
    let calls: f64 = Poisson::new(world.calls * share).expect("a positive mean").sample(random);
    let successes = Binomial::new(calls as u64, success.clamp(0.0, 1.0)).expect("a probability").sample(random);
    let scored = Binomial::new(successes, world.scored).expect("a probability").sample(random);
    let mut sums = [(0, 0.0, 0.0); 3];
    for _ in 0..scored {
        let judge = if is_mixed || random.random::<bool>() { 2 } else { 1 };
        let level = quality + judge_shift[judge];
        let graded =
            |random: &mut ChaCha8Rng| level + truth.deviation * Distribution::<f64>::sample(&StandardNormal, random);
        let score = match world.scores {
            Scores::Graded => graded(random),
            Scores::Binary => f64::from(random.random::<f64>() < level),
            Scores::LongTail if random.random::<f64>() < 1.0 / 30.0 => 0.0,
            Scores::LongTail => graded(random),
        }
        .clamp(0.0, 1.0);
        sums[judge].0 += 1;
        sums[judge].1 += score;
        sums[judge].2 += score * score;
    }
    // Calls nobody scored stand in a cell of their own, failures among them.
    sums[0].0 = 0;
    for (judge, (count, sum, squares)) in sums.into_iter().enumerate() {
        let (own_calls, own_successes) =
            if judge == 0 { (calls as u64 - scored, successes - scored) } else { (count, count) };
        if own_calls > 0 {
            cells.push(DayCell {
                day,
                arm: arm as u32,
                source: 0,
                judge: judge as u32,
                calls: own_calls,
                successes: own_successes,
                scored: if judge == 0 { 0 } else { count },
                quality_sum: sum,
                quality_square_sum: squares,
            });
        }
    }
}

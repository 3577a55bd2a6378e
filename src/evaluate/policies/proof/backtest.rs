//! What the back-test says of logs whose truth is known.

use crate::evaluate::backtest::{
    BacktestHistory, BacktestSettings, Contender, DayCost, DayLater, Reading, SideBySide, Yardstick, side_by_side,
};
use crate::evaluate::policies::course::Course;
use crate::evaluate::policies::day::{self, Day, JUDGES, observe};
use crate::evaluate::policies::decide::decide;
use crate::evaluate::policies::evidence::evidence;
use crate::evaluate::policies::score::utilities;
use crate::evaluate::policies::truth::ArmTruth;
use crate::evaluate::policies::world::World;
use crate::evaluate::policies::{EvaluationSettings, Memory, WorldKind};
use crate::history::{DayCell, History, HistoryArm};
use crate::policy::{Algorithm, LeafRow, PolicySettings};

const HALF_LIVES: [f64; 4] = [3.0, 14.0, 60.0, f64::INFINITY];
/// Worlds of each kind.
const WORLDS: u64 = 4;
const ALGORITHMS: [Algorithm; 4] = [Algorithm::Thompson, Algorithm::Ucb, Algorithm::EpsilonGreedy, Algorithm::Greedy];

/// A log that a learner left in a world, and the truth of each day.
struct Played {
    world: World,
    truth: Vec<Vec<Vec<ArmTruth>>>,
    input: BacktestHistory,
}

fn play(settings: &EvaluationSettings, kind: WorldKind, seed: u64) -> Played {
    let world = World::new(seed);
    let memory = Memory::Decay { half_life_days: 14.0, post_change_weight: 1.0 };
    let mut course = Course::new(&world, settings, kind, seed);
    let (mut days, mut truth): (Vec<Day>, Vec<_>) = (Vec::new(), Vec::new());
    // A window is enough to choose by, and keeps the loop short.
    for today in 0..settings.days {
        let recent = &days[days.len().saturating_sub(60)..];
        let evidence = evidence(&world, &course.truth, recent, memory);
        let (decision, _) = decide(&world, &evidence, &settings.policy).expect("valid evidence");
        if today > 0 {
            course.advance(today);
        }
        days.push(observe(&world, &course.truth, &decision, settings, day::draws(seed, today)));
        truth.push(course.truth.clone());
    }
    let input = input(&world, &days, &truth);
    Played { world, truth, input }
}

fn input(world: &World, days: &[Day], truth: &[Vec<Vec<ArmTruth>>]) -> BacktestHistory {
    let mut input = BacktestHistory {
        history: History {
            sources: vec!["production".into()],
            judges: [""].into_iter().chain(JUDGES).map(String::from).collect(),
            ..History::default()
        },
        ..BacktestHistory::default()
    };
    for leaf in &world.traffic {
        for (model, provider) in world.models.iter().zip(&world.providers) {
            input.history.arms.push(HistoryArm { segment: leaf.segment.clone(), model: (*model).into() });
            input.providers.push((*provider).into());
        }
    }
    for (number, (day, truth)) in (0..).zip(days.iter().zip(truth)) {
        let arms = day.arms.iter().flatten().zip(truth.iter().flatten());
        for (arm, (sums, truth)) in (0..).zip(arms) {
            let judged: u64 = sums.scores.iter().map(|scores| scores.count).sum();
            let mut cell = DayCell {
                day: number,
                arm,
                source: 0,
                judge: 0,
                calls: sums.calls - judged,
                successes: sums.successes - judged,
                scored: 0,
                quality_sum: 0.0,
                quality_square_sum: 0.0,
            };
            input.history.cells.push(cell);
            for (judge, scores) in (1..).zip(&sums.scores) {
                (cell.judge, cell.calls, cell.successes, cell.scored) =
                    (judge, scores.count, scores.count, scores.count);
                (cell.quality_sum, cell.quality_square_sum) = (scores.sum, scores.square_sum);
                input.history.cells.push(cell);
            }
            let (calls, successes) = (sums.later_calls, sums.later_successes);
            input.costs.push(DayCost {
                day: number,
                arm,
                calls: sums.calls,
                cost_usd: sums.calls as f64 * truth.cost_usd,
            });
            input.later.push(DayLater { day: number, arm, calls, successes });
        }
    }
    // A cost without calls is none.
    input.costs.retain(|cost| cost.calls > 0);
    input
}

/// What a day's tables were truly worth, one an algorithm.
fn truly_worth(world: &World, truth: &[Vec<ArmTruth>], rows: &[LeafRow]) -> Vec<f64> {
    let mut worth = vec![0.0; ALGORITHMS.len()];
    for (leaf, truth) in world.traffic.iter().zip(truth) {
        let row = rows.iter().find(|row| row.segment == leaf.segment).expect("a row for every segment");
        let place = |name: &String| world.models.iter().position(|model| model == name).expect("a model");
        let fallback: Vec<usize> = row.fallback.iter().map(|&model| place(&row.models[model])).collect();
        let utilities = utilities(world, truth, &fallback, 0.0);
        for (worth, weights) in worth.iter_mut().zip(&row.weights) {
            let drawn = row.models.iter().zip(weights).map(|(model, weight)| weight * utilities[place(model)]);
            *worth += leaf.share * drawn.sum::<f64>();
        }
    }
    worth
}

/// Without a price of money: a table's utility is its value.
fn backtest_settings() -> BacktestSettings {
    BacktestSettings {
        half_lives: HALF_LIVES.to_vec(),
        algorithms: ALGORITHMS.to_vec(),
        policy: PolicySettings { lambda: 0.0, ..PolicySettings::default() },
        ..BacktestSettings::default()
    }
}

fn name(contender: Contender) -> String {
    format!("{:?} {}", contender.algorithm, contender.half_life_days)
}

fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (mean, (squares / (count - 1.0) / count).sqrt())
}

/// What one yardstick says of all runs, beside the truth.
struct Judged {
    /// By run, then by contender.
    found: Vec<Vec<f64>>,
    truth: Vec<Vec<f64>>,
    standing: usize,
}

impl Judged {
    /// The mean error of the standing setting's utility, with its standard error.
    fn level_error(&self) -> (f64, f64) {
        let runs = self.found.iter().zip(&self.truth);
        mean_and_error(&runs.map(|(found, truth)| found[self.standing] - truth[self.standing]).collect::<Vec<f64>>())
    }

    fn beyond_standing(&self, runs: &[Vec<f64>], place: usize) -> f64 {
        mean_and_error(&runs.iter().map(|run| run[place] - run[self.standing]).collect::<Vec<f64>>()).0
    }

    /// How far differences to the standing setting, averaged over the runs, are from the true ones, on average over the
    /// contenders.
    fn difference_error(&self) -> f64 {
        let count = self.found[0].len();
        let error = |place| {
            (self.beyond_standing(&self.found, place) - self.beyond_standing(&self.truth, place)).abs() / count as f64
        };
        (0..count).map(error).sum()
    }

    /// Of the pairs of contenders that truly differ by more than 0.0005 a task in a run: how many stand in the right order
    /// in that run, and how many there are.
    fn order(&self) -> (u32, u32) {
        let (mut right, mut pairs) = (0, 0);
        for (found, truth) in self.found.iter().zip(&self.truth) {
            for one in 0..truth.len() {
                for other in (0..one).filter(|&other| (truth[one] - truth[other]).abs() > 5e-4) {
                    pairs += 1;
                    right += u32::from((found[one] - found[other]) * (truth[one] - truth[other]) > 0.0);
                }
            }
        }
        (right, pairs)
    }
}

/// Six yardsticks in worlds of known truth. What the back-test uses is near the truth in level in every kind of world, and
/// puts half-lives and policies in the right order; leaving idle arms out is off in differences by seven times as much.
/// Means of the days after, raw or shrunken, are as good where the truth stands still or walks, and off by 0.004 in
/// level around a jump.
#[test]
#[ignore = "proof: six yardsticks in three kinds of worlds, 4 worlds each, 112 days"]
fn proof_half_lives_and_policies_come_out_in_the_right_order() {
    let of = |half_life_days, reading| Yardstick { half_life_days, reading };
    let yardsticks = [
        Yardstick::default(),
        of(7.0, Reading::Nearest),
        of(7.0, Reading::Observed),
        of(7.0, Reading::Believed),
        of(0.0, Reading::Believed),
        of(0.0, Reading::Renormalised),
    ];
    let play_settings = EvaluationSettings { days: 112, ..EvaluationSettings::default() };
    let settings = backtest_settings();
    for kind in [WorldKind::Stationary, WorldKind::Jump, WorldKind::Walk] {
        let runs: Vec<SideBySide> = (1..=WORLDS)
            .map(|seed| {
                let Played { world, truth, input } = play(&play_settings, kind, seed);
                let truly = |day: i32, rows: &[LeafRow]| truly_worth(&world, &truth[day as usize], rows);
                side_by_side(&input, &settings, &yardsticks, truly).expect("a log")
            })
            .collect();
        let contenders = &runs[0].contenders;
        let is_standing = |contender: &Contender| {
            (contender.half_life_days, contender.algorithm) == (14.0, settings.policy.algorithm)
        };
        let standing = contenders.iter().position(is_standing).expect("it is among the contenders");
        let truth: Vec<Vec<f64>> = runs.iter().map(|run| run.truth.clone()).collect();
        println!("{kind:?}: {:.3} of the draws are covered", runs[0].coverage);
        let judged: Vec<Judged> = (0..yardsticks.len())
            .map(|yardstick| {
                let found = runs.iter().map(|run| run.found[yardstick].clone()).collect();
                Judged { found, truth: truth.clone(), standing }
            })
            .collect();
        for (place, contender) in contenders.iter().enumerate() {
            let found = judged[0].beyond_standing(&judged[0].found, place);
            let truly = judged[0].beyond_standing(&truth, place);
            println!("  {:22} × 1000: {:+.2} found, {:+.2} true", name(*contender), 1e3 * found, 1e3 * truly);
        }
        for (yardstick, judged) in yardsticks.iter().zip(&judged) {
            let ((level, error), (right, pairs)) = (judged.level_error(), judged.order());
            println!(
                "  {yardstick:?}: level × 1000 {:+.2} ± {:.2}, differences × 1000 off by {:.2}, in order {right} of {pairs}",
                1e3 * level,
                1e3 * error,
                1e3 * judged.difference_error(),
            );
        }
        let (own, renormalised) = (&judged[0], &judged[5]);
        let (level, error) = own.level_error();
        assert!(level.abs() < 4.0 * error.max(2.5e-4), "{kind:?}: {level} ± {error}");
        assert!(own.difference_error() < 5e-4 && own.difference_error() < renormalised.difference_error(), "{kind:?}");
        let (right, pairs) = own.order();
        assert!(f64::from(right) >= 0.98 * f64::from(pairs), "{kind:?}: {right} of {pairs}");
    }
}

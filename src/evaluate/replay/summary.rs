//! From plays to means, intervals and metrics.

use super::baselines::singles;
use super::bootstrap::bootstrap;
use super::matrix::Matrix;
use super::plays::Play;
use super::result::{AiqAsCoded, AiqOverRange, AtBudget, Compared, Coverage, Replay, Score, SingleModel};
use super::run::Played;
use super::settings::ReplaySettings;
use crate::evaluate::interval::Interval;
use crate::evaluate::metrics::{aiq, aiq_as_coded, arena_score, cost_saved, gain, oracle_gap, pgr};
use crate::stats::hull::{Point, concave_hull};

/// The figures of one player, in the order of [`Score`].
const FIGURES: usize = 4;
/// The players of one budget, and the differences taken between them.
const AT_BUDGET: usize = 4;
const DIFFERENCES: [(usize, usize); 4] = [(0, 2), (0, 3), (1, 2), (1, 3)];
/// The players that do not depend on the budget.
const COMMON: usize = 3;

pub(super) fn summary(matrix: &Matrix, settings: &ReplaySettings, coverage: Coverage, played: &Played) -> Replay {
    let mut players: Vec<&[Play]> = vec![&played.oracle, &played.random, &played.by_segment];
    for budget in &played.budgets {
        players.extend([&budget.exploit[..], &budget.drawn, &budget.best_single, &budget.zero_router]);
    }
    let statistics = |counts: &[u32]| {
        let mut figures: Vec<f64> = players.iter().flat_map(|plays| figures(plays, counts)).collect();
        for budget in 0..played.budgets.len() {
            let quality = |player: usize| figures[FIGURES * (COMMON + AT_BUDGET * budget + player)];
            let differences = DIFFERENCES.map(|(one, other)| quality(one) - quality(other));
            figures.extend(differences);
        }
        figures
    };
    let level = settings.interval_level;
    let found = bootstrap(played.tasks.len(), settings.replicates, level, settings.seed, statistics);
    let score = |player: usize| {
        let figures = &found[FIGURES * player..][..FIGURES];
        let costed: f64 = players[player].iter().map(|play| play.costed).sum::<f64>() / played.tasks.len() as f64;
        Score {
            quality: figures[0],
            success: figures[1],
            right: figures[2],
            cost_usd: (costed > 0.0).then_some(figures[3]),
            costed,
        }
    };
    let (oracle, random) = (score(0), score(1));
    let models = alone(matrix, &played.tasks);
    let pair = match &models[..] {
        [one, other] => Some((one.quality.min(other.quality), one.quality.max(other.quality))),
        _ => None,
    };
    let at_budget = |place: usize| {
        let player = |player: usize| score(COMMON + AT_BUDGET * place + player);
        let difference = |which: usize| found[FIGURES * players.len() + DIFFERENCES.len() * place + which];
        let best_single = player(2);
        let compared = |score: Score, beyond_best_single: Interval, beyond_zero_router: Interval| {
            let quality = score.quality.mean;
            Compared {
                score,
                beyond_best_single,
                beyond_zero_router,
                gain_over_random: gain(quality, random.quality.mean),
                gain_over_best_single: gain(quality, best_single.quality.mean),
                oracle_gap: oracle_gap(quality, oracle.quality.mean),
                pgr: pair.and_then(|(weak, strong)| pgr(quality, weak, strong)),
                arena_score: score.cost_usd.and_then(|cost| arena_score(quality, 1000.0 * cost.mean)),
            }
        };
        let model = |chosen: &usize| matrix.models()[*chosen].name.clone();
        AtBudget {
            budget_usd: settings.budgets[place],
            exploit: compared(player(0), difference(0), difference(1)),
            drawn: compared(player(1), difference(2), difference(3)),
            best_single,
            best_single_models: played.budgets[place].chosen.iter().map(model).collect(),
            zero_router: player(3),
        }
    };
    let budgets: Vec<AtBudget> = (0..played.budgets.len()).map(at_budget).collect();
    Replay {
        coverage,
        oracle,
        random,
        best_by_segment: score(2),
        models,
        aiq: aiq_over_range(&budgets),
        cost_saved: saved(&budgets),
        budgets,
    }
}

/// Means over tasks, each counted so often: quality, success, right choices, cost.
fn figures(plays: &[Play], counts: &[u32]) -> [f64; FIGURES] {
    let mut total = 0.0;
    let mut sum = Play::default();
    for (play, &count) in plays.iter().zip(counts) {
        let count = f64::from(count);
        total += count;
        sum.quality += count * play.quality;
        sum.success += count * play.success;
        sum.right += count * play.right;
        sum.cost_usd += count * play.cost_usd;
        sum.costed += count * play.costed;
    }
    [sum.quality / total, sum.success / total, sum.right / total, sum.cost_usd / sum.costed]
}

fn alone(matrix: &Matrix, tasks: &[usize]) -> Vec<SingleModel> {
    let single = |(point, model): (Point, &super::matrix::ReplayModel)| SingleModel {
        model: model.name.clone(),
        quality: point.value,
        cost_usd: point.cost.is_finite().then_some(point.cost),
    };
    singles(matrix, tasks).into_iter().zip(matrix.models()).map(single).collect()
}

fn point(score: &Score) -> Option<Point> {
    score.cost_usd.map(|cost| Point { cost: cost.mean, value: score.quality.mean })
}

fn aiq_over_range(budgets: &[AtBudget]) -> Option<AiqOverRange> {
    let points =
        |of: fn(&AtBudget) -> &Score| -> Vec<Point> { budgets.iter().filter_map(|budget| point(of(budget))).collect() };
    let all = [
        points(|budget| &budget.exploit.score),
        points(|budget| &budget.drawn.score),
        points(|budget| &budget.zero_router),
    ];
    let cheapest = |points: &Vec<Point>| points.iter().map(|point| point.cost).fold(f64::INFINITY, f64::min);
    let dearest = |points: &Vec<Point>| points.iter().map(|point| point.cost).fold(0.0, f64::max);
    let from_usd = all.iter().map(cheapest).fold(0.0, f64::max);
    let to_usd = all.iter().map(dearest).fold(0.0, f64::max);
    if to_usd <= from_usd {
        return None;
    }
    let as_coded = as_coded(&all)?;
    let [exploit, drawn, zero_router] = all.map(|points| aiq(&points, (from_usd, to_usd)));
    Some(AiqOverRange { from_usd, to_usd, exploit: exploit?, drawn: drawn?, zero_router: zero_router?, as_coded })
}

fn as_coded(all: &[Vec<Point>; 3]) -> Option<AiqAsCoded> {
    let dearest = |points: &Vec<Point>| concave_hull(points).last().map(|&place| points[place].cost);
    let largest_usd = all.iter().filter_map(dearest).fold(0.0, f64::max);
    let [exploit, drawn, zero_router] = all.each_ref().map(|points| aiq_as_coded(points, largest_usd));
    Some(AiqAsCoded { largest_usd, exploit: exploit?, drawn: drawn?, zero_router: zero_router? })
}

/// By the exploit parts, at the quality of the best single model without a budget.
fn saved(budgets: &[AtBudget]) -> Option<f64> {
    let unlimited = budgets.iter().find(|budget| budget.budget_usd.is_none())?;
    let points: Vec<Point> = budgets.iter().filter_map(|budget| point(&budget.exploit.score)).collect();
    cost_saved(&points, point(&unlimited.best_single)?)
}

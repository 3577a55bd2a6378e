//! What a table is compared with, chosen on the build part.

use std::collections::BTreeMap;

use super::matrix::Matrix;
use crate::evaluate::metrics::{Answer, right_choices};
use crate::segment::Segment;
use crate::stats::hull::{Point, concave_hull};

/// Mean cost and value of each model over these tasks, all of which it ran; an unknown cost is infinite.
pub(super) fn singles(matrix: &Matrix, tasks: &[usize]) -> Vec<Point> {
    let single = |model: usize| {
        let value: f64 = tasks.iter().filter_map(|&task| matrix.value(task, model)).sum();
        let costs: Vec<f64> = tasks.iter().filter_map(|&task| matrix.cost(task, model)).collect();
        let mean = |sum: f64, count: usize| if count > 0 { sum / count as f64 } else { f64::INFINITY };
        Point { cost: mean(costs.iter().sum(), costs.len()), value: mean(value, tasks.len()) }
    };
    (0..matrix.models().len()).map(single).collect()
}

/// The best single model that costs no more than the budget (ties: the cheaper, then the smaller id); where none does,
/// the cheapest.
pub(super) fn best_single(singles: &[Point], budget: Option<f64>) -> usize {
    let better =
        |one: &Point, other: &Point| one.value.total_cmp(&other.value).then(other.cost.total_cmp(&one.cost)).is_gt();
    let affordable = |point: &Point| budget.is_none_or(|budget| point.cost <= budget);
    let (mut best, mut cheapest) = (None, 0);
    for (place, point) in singles.iter().enumerate() {
        if affordable(point) && best.is_none_or(|best: usize| better(point, &singles[best])) {
            best = Some(place);
        }
        if point.cost < singles[cheapest].cost {
            cheapest = place;
        }
    }
    best.unwrap_or(cheapest)
}

/// The zero router at a budget: the mixture of single models along their hull that meets it, whatever the task (Hu et
/// al., *RouterBench*, 2024). Without a budget the best single model.
pub(super) fn zero_router(singles: &[Point], budget: Option<f64>) -> Vec<f64> {
    let alone = |place: usize| (0..singles.len()).map(|model| f64::from(u8::from(model == place))).collect();
    let Some(budget) = budget else { return alone(best_single(singles, None)) };
    let hull = concave_hull(singles);
    let dearer = hull.iter().position(|&place| singles[place].cost > budget);
    match (dearer, hull.last()) {
        (Some(0), _) => alone(hull[0]),
        (Some(next), _) => {
            let (low, high) = (hull[next - 1], hull[next]);
            let share = (budget - singles[low].cost) / (singles[high].cost - singles[low].cost);
            let mut weights: Vec<f64> = alone(low);
            (weights[low], weights[high]) = (1.0 - share, share);
            weights
        }
        (None, Some(&last)) => alone(last),
        // Not one cost is known.
        (None, None) => alone(best_single(singles, None)),
    }
}

/// The model that did best in each segment of these tasks (ties: the cheaper, then the smaller id): no shrinkage, and so
/// the winner's curse. A model counts where it ran every one of the segment's tasks.
pub(super) fn best_by_segment<'a>(matrix: &'a Matrix, tasks: &[usize]) -> BTreeMap<&'a Segment, usize> {
    let mut by_segment: BTreeMap<&Segment, Vec<usize>> = BTreeMap::new();
    for &task in tasks {
        by_segment.entry(&matrix.tasks()[task].segment).or_default().push(task);
    }
    by_segment.into_iter().map(|(segment, tasks)| (segment, best_single(&singles(matrix, &tasks), None))).collect()
}

/// For each model whether it was the right choice for a task that all ran.
pub(super) fn right(matrix: &Matrix, task: usize) -> Vec<bool> {
    let answer = |model: usize| Answer {
        value: matrix.value(task, model).unwrap_or(f64::NEG_INFINITY),
        cost_usd: matrix.cost(task, model),
    };
    right_choices(&(0..matrix.models().len()).map(answer).collect::<Vec<_>>())
}

/// Evenly over the models for which `holds` is true.
pub(super) fn evenly(holds: &[bool]) -> Vec<f64> {
    let count = holds.iter().filter(|holds| **holds).count().max(1) as f64;
    holds.iter().map(|&holds| if holds { 1.0 / count } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(pairs: &[(f64, f64)]) -> Vec<Point> {
        pairs.iter().map(|&(cost, value)| Point { cost, value }).collect()
    }

    #[test]
    fn the_best_single_model_that_can_be_paid() {
        let singles = points(&[(5.0, 0.9), (2.0, 0.7), (1.0, 0.7), (1.0, 0.7), (f64::INFINITY, 0.95)]);
        assert_eq!(best_single(&singles, None), 4, "an unknown cost can be paid without a budget only");
        assert_eq!(best_single(&singles, Some(6.0)), 0);
        assert_eq!(best_single(&singles, Some(3.0)), 2, "as good, cheaper; the smaller id");
        assert_eq!(best_single(&singles, Some(0.5)), 2, "the cheapest where nothing can be paid");
    }

    #[test]
    fn the_zero_router_meets_its_budget() {
        let singles = points(&[(5.0, 0.9), (2.0, 0.5), (1.0, 0.5), (f64::INFINITY, 0.95)]);
        assert_eq!(zero_router(&singles, Some(4.0)), [0.75, 0.0, 0.25, 0.0]);
        assert_eq!(zero_router(&singles, Some(0.1)), [0.0, 0.0, 1.0, 0.0]);
        assert_eq!(zero_router(&singles, Some(9.0)), [1.0, 0.0, 0.0, 0.0]);
        assert_eq!(zero_router(&singles, None), [0.0, 0.0, 0.0, 1.0]);
        assert_eq!(zero_router(&points(&[(f64::INFINITY, 0.4), (f64::INFINITY, 0.6)]), Some(1.0)), [0.0, 1.0]);
    }
}

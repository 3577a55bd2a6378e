//! What one budget buys.

use thiserror::Error;

use super::Row;
use super::edges::Edges;

/// The best allocation under a budget.
#[derive(Clone, Debug, PartialEq)]
pub struct Allocation {
    /// Average cost over the traffic, in dollars: the budget, or less where every row has its best choice.
    pub cost: f64,
    /// Average value over the traffic.
    pub value: f64,
    /// The shadow price: what the next dollar of budget would earn. The slope of the edge taken in part, or of the
    /// first one not taken; 0 where every row has its best choice. No mixture of any row has a larger value − λ·cost.
    pub lambda: f64,
    /// For each row the indices of the points it takes, by rising cost, with their shares of the row (> 0, sum 1). One
    /// entry; two in at most one row; none where no point is finite.
    pub mixes: Vec<Vec<(usize, f64)>>,
}

/// The budget does not even pay for the cheapest choice of every row.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[error(
    "a budget of {budget} dollars is below the {floor} that the cheapest choices cost; raise it to {floor} or more"
)]
pub struct BudgetBelowFloor {
    /// The average cost asked for, in dollars.
    pub budget: f64,
    /// The least average cost there is, in dollars.
    pub floor: f64,
}

/// The allocation of largest average value whose average cost is at most `budget`, in dollars. It lies on the
/// [`frontier`](super::frontier()).
///
/// Where several are best, earlier rows take their step first.
///
/// # Errors
/// [`BudgetBelowFloor`] where no allocation is that cheap, or the budget is not a number.
///
/// ```
/// use merit::stats::{hull::Point, portfolio::{Row, optimum}};
/// let row = |share, dear: f64| Row {
///     share,
///     points: vec![Point { cost: 1.0, value: 0.5 }, Point { cost: 2.0, value: dear }],
/// };
/// let best = optimum(&[row(0.5, 0.6), row(0.5, 0.9)], 1.75)?;
/// assert_eq!(best.mixes, [vec![(0, 0.5), (1, 0.5)], vec![(1, 1.0)]]);
/// assert!((best.value - 0.725).abs() < 1e-12 && (best.lambda - 0.1).abs() < 1e-12);
/// assert!(optimum(&[row(1.0, 0.6)], 0.9).is_err_and(|error| error.floor == 1.0));
/// # Ok::<(), merit::stats::portfolio::BudgetBelowFloor>(())
/// ```
pub fn optimum(rows: &[Row], budget: f64) -> Result<Allocation, BudgetBelowFloor> {
    let Edges { hulls, floor, floor_value, edges } = Edges::new(rows);
    if budget.is_nan() || budget < floor {
        return Err(BudgetBelowFloor { budget, floor });
    }
    let (mut cost, mut value, mut left) = (floor, floor_value, budget - floor);
    let mut steps = vec![0; rows.len()];
    let mut partial = None;
    for edge in edges {
        if edge.cost > left {
            partial = Some((edge, left / edge.cost));
            break;
        }
        steps[edge.row] += 1;
        cost += edge.cost;
        value += edge.value;
        left -= edge.cost;
    }
    let mut mixes: Vec<Vec<(usize, f64)>> = hulls
        .iter()
        .zip(&steps)
        .map(|(hull, &step)| hull.get(step).map(|&index| (index, 1.0)).into_iter().collect())
        .collect();
    let mut lambda = 0.0;
    if let Some((edge, part)) = partial {
        lambda = edge.slope;
        if part > 0.0 {
            let (hull, step) = (&hulls[edge.row], steps[edge.row]);
            mixes[edge.row] = vec![(hull[step], 1.0 - part), (hull[step + 1], part)];
            cost = budget;
            value += part * edge.value;
        }
    }
    // Adding up the steps may round above the budget that they were counted off from.
    Ok(Allocation { cost: cost.min(budget), value, lambda, mixes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::hull::Point;

    fn row(share: f64, points: &[(f64, f64)]) -> Row {
        Row { share, points: points.iter().map(|&(cost, value)| Point { cost, value }).collect() }
    }

    #[test]
    fn a_budget_at_a_vertex_mixes_nothing_and_names_the_next_slope() {
        let rows = [row(0.5, &[(0.0, 0.0), (2.0, 0.5)]), row(0.5, &[(3.0, 0.9), (0.0, 0.0), (1.0, 0.5)])];
        let at = |budget| optimum(&rows, budget).expect("nothing costs nothing");
        let found = at(0.5);
        assert_eq!((found.cost, found.value, found.lambda), (0.5, 0.25, 0.25));
        assert_eq!(found.mixes, [vec![(0, 1.0)], vec![(2, 1.0)]]);
        let floor = at(0.0);
        assert_eq!((floor.cost, floor.value, floor.lambda), (0.0, 0.0, 0.5));
        assert_eq!(floor.mixes, [vec![(0, 1.0)], vec![(1, 1.0)]]);
    }

    #[test]
    fn a_slack_budget_buys_the_best_of_every_row_and_no_more() {
        let rows = [row(0.5, &[(0.0, 0.25), (2.0, 0.5), (3.0, 0.5)]), row(0.5, &[(1.0, 0.5)])];
        for budget in [1.5, 100.0, f64::INFINITY] {
            let found = optimum(&rows, budget).expect("the floor is 0.5");
            assert_eq!((found.cost, found.value, found.lambda), (1.5, 0.5, 0.0));
            assert_eq!(found.mixes, [vec![(1, 1.0)], vec![(0, 1.0)]]);
        }
    }

    #[test]
    fn a_budget_below_the_floor_says_what_the_floor_is() {
        let rows = [row(0.5, &[(1.0, 0.1), (2.0, 0.5)]), row(0.5, &[(0.5, 0.5)])];
        assert_eq!(optimum(&rows, 0.7), Err(BudgetBelowFloor { budget: 0.7, floor: 0.75 }));
        assert!(optimum(&rows, f64::NAN).is_err());
        assert!(optimum(&rows, 0.75).is_ok());
    }

    #[test]
    fn rows_that_weigh_nothing_still_choose_and_rows_without_points_do_not() {
        let steep = [(1.0, 0.0), (2.0, 0.9)];
        let flat = [(1.0, 0.0), (2.0, 0.1)];
        let rows =
            [row(0.0, &steep), row(0.0, &flat), row(1.0, &[(1.0, 0.2), (2.0, 0.7)]), row(1.0, &[(f64::NAN, 1.0)])];
        let found = optimum(&rows, 1.5).expect("the floor is 1");
        assert_eq!(found.mixes, [vec![(1, 1.0)], vec![(0, 1.0)], vec![(0, 0.5), (1, 0.5)], vec![]]);
        assert!((found.value - 0.45).abs() < 1e-12 && found.cost == 1.5);
    }

    #[test]
    fn no_rows_cost_nothing() {
        let nothing = Allocation { cost: 0.0, value: 0.0, lambda: 0.0, mixes: vec![] };
        assert_eq!(optimum(&[], 0.0), Ok(nothing));
        assert_eq!(optimum(&[], -1.0), Err(BudgetBelowFloor { budget: -1.0, floor: 0.0 }));
    }
}

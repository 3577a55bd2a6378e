//! The best use of one budget over many segments.
//!
//! Each row (a segment) takes one of its choices, or a mixture; the choices cost, and the budget binds the average over
//! the traffic, not each row: a dollar goes where it buys most. With traffic shares t_s, costs c_sm, values v_sm:
//!
//! > maximise Σ_s t_s Σ_m x_sm v_sm subject to Σ_s t_s Σ_m x_sm c_sm ≤ B, Σ_m x_sm = 1 for each s, x ≥ 0,
//!
//! the linear relaxation of the multiple-choice knapsack. Its exact optimum needs no solver: start each row at its
//! cheapest hull vertex, then take the hull edges of all rows by falling slope until the budget is used, the last one
//! in part (Sinha & Zoltners, *Operations Research* 27, 1979, 503-515; Zemel, *Operations Research* 28, 1980,
//! 1412-1423; Dyer, *Mathematical Programming* 29, 1984, 57-63). So at most one row mixes two choices, and the slope of
//! the last edge, λ, is the shadow price of the budget: value per further dollar.

mod edges;
mod frontier;
mod optimum;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod second_opinion;

pub use frontier::{MAX_POINTS, PortfolioPoint, frontier};
pub use optimum::{Allocation, BudgetBelowFloor, optimum};

use super::hull::Point;

/// A segment's part in the portfolio: how much of the traffic it has and what it may choose from.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its share of the traffic, a weight ≥ 0. Shares need not sum to 1: costs and values are Σ share · mean. A share
    /// that is not positive and finite counts as 0.
    pub share: f64,
    /// Its choices. Those whose cost or value is not finite are never taken; a row without any other adds neither cost
    /// nor value.
    pub points: Vec<Point>,
}

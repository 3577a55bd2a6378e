//! λ from a budget: what a dollar must be worth for the average task to cost no more than it may.

use rayon::prelude::*;

use super::plan::{Plan, Price};
use super::settings::PolicySettings;

/// λ is looked for up to here; beyond it cost alone decides.
const LARGEST_LAMBDA: f64 = 1e12;
/// The first λ tried, and the factor to the next.
const FIRST_LAMBDA: f64 = 1e-3;
const LAMBDA_FACTOR: f64 = 8.0;
/// Halvings of the interval on the logarithmic scale.
const HALVINGS: usize = 24;
/// The search ends where both ends' costs are within this share of the budget.
const CLOSE: f64 = 1e-6;

/// How the whole portfolio weighs cost: a mixture of two prices, nearly always one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spending {
    /// Prices with their shares, which sum to 1.
    pub(super) prices: Vec<(f64, Price)>,
    /// The published λ.
    pub(super) lambda: f64,
    /// What an average task is expected to cost, in dollars.
    pub(super) cost: f64,
    /// The least it can cost, with the exploration asked for.
    pub(super) floor: f64,
    /// Even the floor is above the budget.
    pub(super) infeasible: bool,
}

impl Spending {
    /// A row's exploit weights.
    pub(super) fn exploit(&self, plan: &Plan, settings: &PolicySettings) -> Vec<f64> {
        exploit(&self.prices, plan, settings)
    }
}

/// A row's exploit weights where these prices count with these shares.
pub(super) fn exploit(prices: &[(f64, Price)], plan: &Plan, settings: &PolicySettings) -> Vec<f64> {
    let mut mixed = vec![0.0; plan.eligible.len()];
    for &(share, price) in prices.iter().filter(|(share, _)| *share > 0.0) {
        for (sum, weight) in mixed.iter_mut().zip(plan.exploit(settings, price)) {
            *sum += share * weight;
        }
    }
    super::exploit::without_the_negligible(mixed)
}

/// The least λ, not below the settings', at which an average task costs no more than the budget.
///
/// The expected cost falls as λ rises. Where it jumps over the budget (policies that play one model alone), the weights
/// below and above the jump are mixed so that it meets the budget: the optimum of the linear relaxation.
pub(super) fn spend(leaves: &[Plan], settings: &PolicySettings) -> Spending {
    let total: f64 = leaves.iter().map(|leaf| leaf.row.traffic_share).sum();
    let even = 1.0 / leaves.len().max(1) as f64;
    let cost_at = |price: Price| -> f64 {
        let cost = |leaf: &Plan| {
            let share = if total > 0.0 { leaf.row.traffic_share / total } else { even };
            // A segment without traffic costs nothing, whatever it would choose.
            if share > 0.0 { share * leaf.cost(settings, &leaf.exploit(settings, price)) } else { 0.0 }
        };
        leaves.par_iter().map(cost).collect::<Vec<f64>>().iter().sum()
    };
    let floor = cost_at(Price::Cheapest);
    let start = settings.lambda;
    let alone = |price: Price, lambda: f64, cost: f64, infeasible: bool| Spending {
        prices: vec![(1.0, price)],
        lambda,
        cost,
        floor,
        infeasible,
    };
    let unlimited = cost_at(Price::Lambda(start));
    let Some(budget) = settings.budget_usd_per_task.filter(|budget| unlimited > *budget) else {
        return alone(Price::Lambda(start), start, unlimited, false);
    };
    let (mut low, mut low_cost) = (Price::Lambda(start), unlimited);
    let (mut high, mut high_cost) = (Price::Cheapest, floor);
    let mut lambda = start.max(FIRST_LAMBDA);
    let mut bounds = (start, LARGEST_LAMBDA);
    while lambda < LARGEST_LAMBDA {
        let cost = cost_at(Price::Lambda(lambda));
        if cost <= budget {
            (high, high_cost, bounds.1) = (Price::Lambda(lambda), cost, lambda);
            break;
        }
        (low, low_cost, bounds.0) = (Price::Lambda(lambda), cost, lambda);
        lambda *= LAMBDA_FACTOR;
    }
    if high == Price::Cheapest {
        if floor > budget {
            return alone(Price::Cheapest, LARGEST_LAMBDA, floor, true);
        }
    } else {
        for _ in 0..HALVINGS {
            if low_cost - high_cost <= CLOSE * budget {
                break;
            }
            // Between 0 and the first λ tried there is no middle on the logarithmic scale.
            let middle = if bounds.0 > 0.0 { libm::sqrt(bounds.0 * bounds.1) } else { 0.5 * bounds.1 };
            let cost = cost_at(Price::Lambda(middle));
            if cost <= budget {
                (high, high_cost, bounds.1) = (Price::Lambda(middle), cost, middle);
            } else {
                (low, low_cost, bounds.0) = (Price::Lambda(middle), cost, middle);
            }
        }
    }
    let spread = low_cost - high_cost;
    let share = if spread > 0.0 { ((budget - high_cost) / spread).clamp(0.0, 1.0) } else { 0.0 };
    Spending {
        prices: vec![(share, low), (1.0 - share, high)],
        lambda: bounds.1,
        cost: share * low_cost + (1.0 - share) * high_cost,
        floor,
        infeasible: false,
    }
}

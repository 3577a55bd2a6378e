//! Where a posterior is tabulated, and how much of it lies below each node.

use super::relative_density::{Point, RelativeDensity};
use crate::stats::Beta;

/// Probability left out at either end of a distribution, about.
pub(super) const TAIL: f64 = 1e-9;
/// The length of a step in units of the local scale of the density.
const STEP: f64 = 0.5;
/// The longest step on the logit scale towards ½, where the density's scale shrinks along the way.
const LONGEST_STEP_INWARDS: f64 = 1.0;
/// Between these logits a value differs from 0 and from 1 as a float.
const LOGITS: (f64, f64) = (-690.0, 36.0);

/// A node of a posterior: a value, what lies below it and how densely.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// x, in [0, 1].
    pub(super) value: f64,
    /// ln(x / (1 − x)).
    pub(super) logit: f64,
    /// P(X ≤ x), the tails beyond the outermost nodes left out.
    pub(super) below: f64,
    /// The density of logit X, g; that of X is g / (x(1 − x)).
    pub(super) logit_density: f64,
    /// The density of X, g / (x(1 − x)); infinite or not a number where x is 0 or 1 as a float.
    pub(super) density: f64,
}

/// The nodes of a posterior by rising value, from `below` = 0 to 1.
///
/// On the logit scale a Beta density is smooth and log-concave, with its peak at the mean's logit, so the nodes are
/// found by marching from the peak outwards in steps that follow the local scale until next to nothing is left. The
/// mass of a cell of width h comes from the density and its first two derivatives at both ends, h(g₀+g₁)/2 +
/// h²(g₀′−g₁′)/10 + h³(g₀″+g₁″)/120 (the two-point Hermite rule of sixth order: Lanczos, *Applied Analysis*, 1956),
/// which the algebra gives along with the density: no incomplete beta function is needed, and no gamma function, as the
/// masses are divided by their sum.
pub(super) fn nodes(posterior: Beta) -> Vec<Node> {
    let density = RelativeDensity::new(posterior);
    let peak = density.at(0.0);
    let (down, lower_mass) = march(&density, peak, -1.0, posterior.alpha);
    let (up, upper_mass) = march(&density, peak, 1.0, posterior.beta);
    let total = lower_mass + upper_mass;
    let node = |point: Point, mass: f64| Node {
        value: point.x,
        logit: density.peak_logit + point.offset,
        below: (mass / total).clamp(0.0, 1.0),
        logit_density: point.density / total,
        density: point.density / total / (point.x * point.y),
    };
    let lower = down.into_iter().rev().map(|(point, mass)| node(point, lower_mass - mass));
    let upper = up.into_iter().map(|(point, mass)| node(point, lower_mass + mass));
    let mut nodes: Vec<Node> = Vec::with_capacity(lower.len() + upper.len() + 1);
    for node in lower.chain([node(peak, lower_mass)]).chain(upper) {
        match nodes.last_mut() {
            // Values too close for floats: what piles up at 0 begins there, what piles up elsewhere ends there.
            Some(last) if node.value <= last.value && last.value > 0.0 => last.below = node.below,
            Some(last) if node.value <= last.value => (),
            _ => nodes.push(node),
        }
    }
    if let [only] = nodes[..] {
        let before = only.value.next_down();
        nodes.insert(0, Node { value: before, below: 0.0, ..only });
    }
    nodes.first_mut().expect("the peak is a node").below = 0.0;
    nodes.last_mut().expect("the peak is a node").below = 1.0;
    nodes
}

/// The points from the peak outwards, without the peak, each with the mass between it and the peak; and the whole mass.
/// `tail_exponent` is α or β: the density falls like exp(−exponent·|z|) in the end.
fn march(density: &RelativeDensity, peak: Point, direction: f64, tail_exponent: f64) -> (Vec<(Point, f64)>, f64) {
    // A tail that falls slower than the logistic curve bends may hold much of the mass: it takes finer steps.
    let slope_weight = if tail_exponent < 1.0 { 0.5 } else { 0.125 };
    let bound = (if direction < 0.0 { LOGITS.0 } else { LOGITS.1 }) - density.peak_logit;
    let mut points = Vec::with_capacity(24);
    let (mut from, mut mass) = (peak, 0.0);
    loop {
        let mut step = STEP / (from.curvature + slope_weight * from.slope * from.slope).sqrt();
        if (0.5 - from.x) * direction > 0.0 {
            step = step.min(LONGEST_STEP_INWARDS);
        }
        let to_bound = (bound - from.offset) * direction;
        if to_bound > 0.0 {
            step = step.min(to_bound);
        }
        let to = density.at(from.offset + direction * step);
        mass += mass_between(from, to, direction, step);
        points.push((to, mass));
        // The density is log-concave: beyond a point lies no more than density / slope.
        if to.density <= TAIL * mass * to.slope.abs() {
            return (points, mass);
        }
        from = to;
    }
}

fn mass_between(from: Point, to: Point, direction: f64, step: f64) -> f64 {
    let first = |point: Point| direction * point.density * point.slope;
    let second = |point: Point| point.density * (point.slope * point.slope - point.curvature);
    let sum = 0.5 * (from.density + to.density)
        + step * (0.1 * (first(from) - first(to)) + step / 120.0 * (second(from) + second(to)));
    (step * sum).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_masses_are_those_of_the_distribution_function() {
        for alpha in [0.05, 0.7, 1.0, 2.5, 30.0, 1400.0, 50_000.0] {
            for beta in [0.05, 0.7, 1.0, 2.5, 30.0, 300.0] {
                let posterior = Beta::new(alpha, beta);
                // Beyond that the float x stands for a whole range of the distribution.
                for node in nodes(posterior).iter().filter(|node| node.logit < 30.0) {
                    let gap = (node.below - posterior.cdf(node.value)).abs();
                    assert!(gap < 5e-5, "Beta({alpha}, {beta}) at {}: {gap}", node.value);
                }
            }
        }
    }

    #[test]
    fn extreme_posteriors_have_rising_nodes_from_nothing_to_all() {
        for alpha in [1e-11, 1e-3, 1.0, 1e8] {
            for beta in [1e-11, 1e-3, 1.0, 1e8] {
                let nodes = nodes(Beta::new(alpha, beta));
                assert!((2..400).contains(&nodes.len()), "Beta({alpha}, {beta}): {} nodes", nodes.len());
                assert!(nodes.windows(2).all(|pair| pair[0].value < pair[1].value), "Beta({alpha}, {beta})");
                assert!(nodes.windows(2).all(|pair| pair[0].below <= pair[1].below), "Beta({alpha}, {beta})");
                assert_eq!((nodes[0].below, nodes[nodes.len() - 1].below), (0.0, 1.0));
            }
        }
    }
}

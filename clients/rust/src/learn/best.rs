//! The probability of being the best, by one fixed quadrature.
//!
//! U_m = X_m + s_m with X_m ~ Beta(α_m, β_m); P(m is best) = ∫ Π_{j≠m} F_j(u) dF_m(u). Each Beta is its density at the
//! middles of equal cells of \[0, 1\], normalised; the integral is the sum over equal cells from the largest shift, below
//! which nobody can be best, to 1 above it, the others read at the middle of each cell.
//!
//! On a fixed grid a success multiplies the masses by a rising function and a failure by a falling one. So, to rounding,
//! a success never lowers its model's probability and never raises another's, however coarse the grid is.

use std::sync::LazyLock;

/// Cells of a unit of utility.
const CELLS: usize = 2_048;
/// Posteriors are read as at most this strong: about what the cells tell apart.
const STRONGEST: f64 = 5e4;
/// A density below e^-60 of the largest is none.
const LEAST_LOG_DENSITY: f64 = -60.0;

/// ln x and ln(1 − x) at the middles of the cells.
static LOGARITHMS: LazyLock<Box<[(f64, f64)]>> = LazyLock::new(|| {
    let middle = |cell: usize| (cell as f64 + 0.5) / CELLS as f64;
    (0..CELLS).map(|cell| (libm::log(middle(cell)), libm::log(middle(CELLS - 1 - cell)))).collect()
});

/// What one model is believed to be worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Belief {
    pub(super) alpha: f64,
    pub(super) beta: f64,
    /// What is added to the value.
    pub(super) shift: f64,
}

impl Belief {
    /// The mean utility.
    pub(super) fn mean(self) -> f64 {
        self.alpha / (self.alpha + self.beta) + self.shift
    }
}

/// For each belief, reshaped by a sharpness (Chapelle & Li 2011), the probability that its utility is the largest.
///
/// Costs one density a cell and belief.
pub(super) fn probability_best(beliefs: &[Belief], sharpness: f64) -> Vec<f64> {
    let top = beliefs.iter().map(|belief| belief.shift).fold(f64::NEG_INFINITY, f64::max);
    let distributions: Vec<Distribution> =
        beliefs.iter().map(|belief| Distribution::of(belief, sharpness, top - belief.shift)).collect();
    let mut found = vec![0.0; beliefs.len()];
    let mut from: Vec<f64> = distributions.iter().map(|each| each.below(0)).collect();
    let mut to = from.clone();
    // Products over the beliefs behind each one.
    let mut behind = vec![1.0; beliefs.len() + 1];
    for cell in 1..=CELLS {
        to.iter_mut().zip(&distributions).for_each(|(to, each)| *to = each.below(cell));
        let middle = |belief: usize| 0.5 * (from[belief] + to[belief]);
        for belief in (0..beliefs.len()).rev() {
            behind[belief] = behind[belief + 1] * middle(belief);
        }
        let mut before = 1.0;
        for belief in 0..beliefs.len() {
            found[belief] += distributions[belief].within(cell - 1) * before * behind[belief + 1];
            before *= middle(belief);
        }
        std::mem::swap(&mut from, &mut to);
    }
    found
}

/// A distribution over the cells: masses, and their sums below the cells' ends. A mass in the upper tail has digits that
/// a difference of sums near 1 has not.
struct Distribution {
    masses: Vec<f64>,
    below: Vec<f64>,
    /// By how many cells, and which part of one, its value is ahead of the utility over the largest shift.
    whole: usize,
    part: f64,
}

impl Distribution {
    fn of(belief: &Belief, sharpness: f64, ahead: f64) -> Self {
        let scale = sharpness.min(STRONGEST / (belief.alpha + belief.beta));
        let (alpha, beta) = (scale * belief.alpha - 1.0, scale * belief.beta - 1.0);
        let log_densities: Vec<f64> = LOGARITHMS.iter().map(|(of, rest)| alpha * of + beta * rest).collect();
        let largest = log_densities.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let density = |relative: f64| if relative > LEAST_LOG_DENSITY { libm::exp(relative) } else { 0.0 };
        let mut masses: Vec<f64> = log_densities.into_iter().map(|each| density(each - largest)).collect();
        let total: f64 = masses.iter().sum();
        masses.iter_mut().for_each(|mass| *mass /= total);
        let mut below = Vec::with_capacity(CELLS + 1);
        below.push(0.0);
        let sums = masses.iter().scan(0.0, |sum, mass| {
            *sum += mass;
            Some(*sum)
        });
        below.extend(sums);
        let cells = ahead * CELLS as f64;
        Self { masses, below, whole: cells as usize, part: cells.fract() }
    }

    /// The probability of a utility below the end of so many cells over the largest shift.
    fn below(&self, cells: usize) -> f64 {
        let at = |place: usize| self.below[place.min(CELLS)];
        let place = cells.saturating_add(self.whole);
        let (here, next) = (at(place), at(place.saturating_add(1)));
        here + self.part * (next - here)
    }

    /// The probability of a utility in the cell so many cells over the largest shift.
    fn within(&self, cell: usize) -> f64 {
        let mass = |place: usize| self.masses.get(place).copied().unwrap_or(0.0);
        let place = cell.saturating_add(self.whole);
        (1.0 - self.part) * mass(place) + self.part * mass(place.saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn belief(alpha: f64, beta: f64, shift: f64) -> Belief {
        Belief { alpha, beta, shift }
    }

    fn close(found: &[f64], exact: &[f64], gap: f64) {
        assert!(found.iter().zip(exact).all(|(one, other)| (one - other).abs() < gap), "{found:?} {exact:?}");
    }

    #[test]
    fn closed_forms_are_met() {
        close(&probability_best(&[belief(1.0, 1.0, 0.0); 5], 1.0), &[0.2; 5], 1e-3);
        // P(X > max of k uniform values) = α/(α + k) for X ~ Beta(α, 1).
        let found = probability_best(&[belief(7.0, 1.0, 0.0), belief(1.0, 1.0, 0.0), belief(1.0, 1.0, 0.0)], 1.0);
        close(&found, &[7.0 / 9.0, 1.0 / 9.0, 1.0 / 9.0], 1e-3);
        // Two uniform values, one of them ¼ ahead: the other wins with ¾²/2.
        close(&probability_best(&[belief(1.0, 1.0, 0.25), belief(1.0, 1.0, 0.0)], 1.0), &[0.718_75, 0.281_25], 1e-3);
        // The sharpness multiplies the shapes.
        assert_eq!(
            probability_best(&[belief(8.0, 2.0, 0.0), belief(7.0, 3.0, 0.0)], 8.0),
            probability_best(&[belief(64.0, 16.0, 0.0), belief(56.0, 24.0, 0.0)], 1.0)
        );
    }

    #[test]
    fn the_probabilities_sum_to_one_or_nearly() {
        for strength in [3.0, 40.0, 700.0, 9_000.0, 1e6] {
            let beliefs: Vec<Belief> = (0..20)
                .map(|number| {
                    let mean = 0.6 + 0.019 * f64::from(number);
                    belief(mean * strength, (1.0 - mean) * strength, -0.003 * f64::from(number))
                })
                .collect();
            let sum: f64 = probability_best(&beliefs, 8.0).iter().sum();
            assert!((sum - 1.0).abs() < 0.05, "{strength}: {sum}");
        }
    }

    #[test]
    fn whoever_is_hopelessly_dear_is_never_best() {
        let found = probability_best(&[belief(9.0, 1.0, -1e12), belief(1.0, 9.0, -1.0), belief(9.0, 1.0, -1e300)], 8.0);
        assert_eq!((found[0], found[2]), (0.0, 0.0));
        assert!((found[1] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_success_never_lowers_and_a_failure_never_raises() {
        for (alpha, beta) in [(0.6, 0.5), (9.0, 1.0), (95.0, 5.0), (940.0, 60.0), (60_000.0, 9_000.0)] {
            let others = [belief(8.0, 2.0, 0.01), belief(90.0, 10.0, -0.02), belief(0.7, 900.0, 0.0)];
            let with = |alpha: f64, beta: f64| {
                let [one, two, three] = others;
                probability_best(&[one, belief(alpha, beta, 0.004), two, three], 8.0)
            };
            let (before, better, worse) = (with(alpha, beta), with(alpha + 1.0, beta), with(alpha, beta + 1.0));
            for place in 0..4 {
                let (more, less) = if place == 1 { (&better, &worse) } else { (&worse, &better) };
                let slack = 1e-12 * before[place];
                assert!(
                    more[place] >= before[place] - slack && less[place] <= before[place] + slack,
                    "{alpha} {place}"
                );
            }
        }
    }
}

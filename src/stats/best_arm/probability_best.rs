//! The probability that each arm has the largest utility.

use super::grid::grid;
use super::integral::integrals;
use super::posterior_table::PosteriorTable;
use super::reading::{Reading, products_of_the_others};
use crate::stats::Beta;

/// What is believed of an arm's utility: a Beta-distributed value plus a known amount.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Utility {
    /// The posterior of the value.
    pub value: Beta,
    /// What is added to the value: costs (negative) and what a fallback earns.
    pub shift: f64,
}

/// For each arm the probability that its utility is the largest; they sum to 1. Empty for no arms.
///
/// Within 0.002 of 10⁶ Monte Carlo draws for up to 200 arms and for posteriors from Beta(0.05, 2) to Beta(50000, 300),
/// and within 0.0005 of exact integrals. Arms that are exactly alike share alike.
///
/// ```
/// use merit::stats::{Beta, best_arm::{probability_best, Utility}};
/// let arm = |alpha, beta| Utility { value: Beta::new(alpha, beta), shift: 0.0 };
/// // X ~ Beta(2, 1) beats a uniform one with probability E[X] = 2/3.
/// let best = probability_best(&[arm(2.0, 1.0), arm(1.0, 1.0)]);
/// assert!((best[0] - 2.0 / 3.0).abs() < 1e-3);
/// ```
pub fn probability_best(arms: &[Utility]) -> Vec<f64> {
    let tables: Vec<PosteriorTable> = arms.iter().map(|arm| PosteriorTable::new(arm.value)).collect();
    let shifts: Vec<f64> = arms.iter().map(|arm| arm.shift).collect();
    probability_best_of(&tables, &shifts)
}

/// [`probability_best`] of arms whose posteriors are tabulated already; `shifts` holds one amount for each.
///
/// # Panics
/// When there are not as many shifts as tables.
pub fn probability_best_of(tables: &[PosteriorTable], shifts: &[f64]) -> Vec<f64> {
    assert_eq!(tables.len(), shifts.len(), "one shift for each posterior");
    let ends: Vec<(f64, f64)> = tables
        .iter()
        .zip(shifts)
        .map(|(table, shift)| {
            let (first, last) = table.ends();
            (first + shift, last + shift)
        })
        .collect();
    // Below the highest lower end lies (almost) never the largest utility, and so never an arm that ends there.
    let floor = ends.iter().map(|end| end.0).fold(f64::NEG_INFINITY, f64::max);
    let contenders: Vec<usize> = (0..tables.len()).filter(|&index| ends[index].1 >= floor).collect();
    let mut probabilities = vec![0.0; tables.len()];
    if let [only] = contenders[..] {
        probabilities[only] = 1.0;
        return probabilities;
    }
    let chosen: Vec<&PosteriorTable> = contenders.iter().map(|&index| &tables[index]).collect();
    let chosen_shifts: Vec<f64> = contenders.iter().map(|&index| shifts[index]).collect();
    let grid = grid(&chosen, &chosen_shifts, floor);
    let masses = integrals(&chosen, &chosen_shifts, &grid, |readings, others| {
        products_of_the_others(Reading::ONE, readings, others);
    });
    let total: f64 = masses.iter().sum();
    for (&index, mass) in contenders.iter().zip(&masses) {
        // Posteriors so sharp that all sit on one float leave no mass to integrate: they tie.
        probabilities[index] = if total > 0.0 { mass / total } else { 1.0 / contenders.len() as f64 };
    }
    probabilities
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::best_arm::monte_carlo::{arm, over_levels, share_best};
    use proptest::prelude::*;

    fn cases() -> Vec<Vec<Utility>> {
        let spread = |count: u32| {
            (0..count).map(move |index| {
                let strength = [3.0, 40.0, 700.0, 9_000.0][index as usize % 4];
                let mean = 0.80 + 0.1 * f64::from((index * 37) % count) / f64::from(count);
                arm(mean * strength, (1.0 - mean) * strength, -0.0005 * f64::from(index % 7))
            })
        };
        vec![
            vec![arm(50_000.0, 300.0, 0.0), arm(49_990.0, 310.0, 0.0), arm(1.0, 1.0, 0.0), arm(0.5, 0.5, 0.0)],
            vec![arm(50_000.0, 300.0, -0.2), arm(8.0, 2.0, 0.0), arm(80.0, 20.0, 0.001), arm(1.5, 0.1, -0.1)],
            vec![arm(0.05, 2.0, 0.0), arm(2.0, 30.0, 0.0), arm(1.0, 20.0, 0.01)],
            spread(80).collect(),
            (0..80).map(|index| arm(50_000.0 + f64::from(index), 300.0, 0.0)).collect(),
            spread(79).chain([arm(50_000.0, 300.0, -0.05)]).collect(),
        ]
    }

    fn largest_gap(draws: u64) -> f64 {
        let gaps = cases().into_iter().flat_map(|arms| {
            let found = probability_best(&arms);
            found.into_iter().zip(share_best(&arms, draws)).map(|(exact, drawn)| (exact - drawn).abs())
        });
        gaps.fold(0.0, f64::max)
    }

    #[test]
    fn agrees_with_monte_carlo() {
        // Four standard errors of 20,000 draws at p = ½ are 0.014.
        let gap = largest_gap(20_000);
        assert!(gap < 0.014, "{gap}");
    }

    #[test]
    #[ignore = "proof: 10⁶ draws for up to 80 arms"]
    fn proof_agrees_with_a_million_draws_within_two_in_a_thousand() {
        let gap = largest_gap(1_000_000);
        assert!(gap < 0.002, "{gap}");
    }

    #[test]
    fn two_arms_have_a_closed_form() {
        // P(X > Y), Y ~ Beta(1, n): Y's distribution function is 1 − (1−y)ⁿ, so P = 1 − E[(1−X)ⁿ]; X ~ Beta(a, 1), n = 2:
        // E[(1−X)²] = 2 / ((a+1)(a+2)).
        for a in [0.5, 1.0, 3.0, 40.0] {
            let found = probability_best(&[arm(a, 1.0, 0.0), arm(1.0, 2.0, 0.0)])[0];
            let exact = 1.0 - 2.0 / ((a + 1.0) * (a + 2.0));
            assert!((found - exact).abs() < 2e-4, "{a}: {found}, {exact}");
        }
    }

    #[test]
    fn arms_alike_share_alike_and_the_sum_is_one() {
        for count in [1_u32, 2, 7, 80, 600] {
            let best = probability_best(&(0..count).map(|_| arm(90.0, 10.0, 0.0)).collect::<Vec<_>>());
            assert!((best.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            assert!(best.iter().all(|share| (share - 1.0 / f64::from(count)).abs() < 1e-9), "{count}: {best:?}");
        }
    }

    #[test]
    fn a_shift_larger_than_every_value_decides() {
        assert_eq!(probability_best(&[arm(5.0, 1.0, 0.0), arm(1.0, 5.0, 1.5)]), [0.0, 1.0]);
        assert!(probability_best(&[]).is_empty());
    }

    #[test]
    fn posteriors_on_one_float_tie() {
        let best = probability_best(&[arm(1e8, 1e-9, 0.0), arm(1e8, 1e-9, 0.0)]);
        assert_eq!(best, [0.5, 0.5]);
    }

    #[test]
    fn two_posteriors_on_one_float_and_a_broad_one() {
        // The first sits at 0.5, above the uniform one with probability ½, whatever the nodes around it.
        let best = probability_best(&[arm(1e8, 1e-9, -0.5), arm(1.0, 1.0, 0.0)]);
        assert!((best[0] - 0.5).abs() < 1e-6, "{best:?}");
    }

    /// Poles at 0 and 1, near ties, from sharp to flat, shifted and not.
    fn exacting_cases() -> Vec<Vec<Utility>> {
        let near = |count: u32, strength: f64, step: f64| -> Vec<Utility> {
            (0..count)
                .map(|index| {
                    let mean = 0.93 + step * f64::from(index * 7 % count);
                    arm(mean * strength, (1.0 - mean) * strength, 0.0)
                })
                .collect()
        };
        vec![
            vec![arm(400.0, 0.7, 0.0), arm(350.0, 0.9, 0.0), arm(90.0, 0.4, 0.0)],
            vec![arm(0.05, 2.0, 0.0), arm(0.06, 3.0, 0.0), arm(0.2, 9.0, 0.0)],
            vec![
                arm(0.23, 2.5, -0.013),
                arm(0.32, 4.3, -0.004),
                arm(1_400.0, 12_000.0, -0.01),
                arm(59.0, 1_520.0, 0.0),
            ],
            vec![arm(0.5, 0.5, 0.0), arm(1.5, 0.4, -0.05), arm(0.4, 1.1, 0.08)],
            vec![arm(50_000.0, 300.0, -0.2), arm(8.0, 2.0, 0.0), arm(80.0, 20.0, 0.001)],
            near(2, 30.0, 0.001),
            near(5, 2_000.0, 0.002),
        ]
    }

    fn largest_gap_to_levels(levels: u32) -> f64 {
        let gaps = exacting_cases().into_iter().flat_map(|arms| {
            let exact = over_levels(&arms, &vec![0.0; arms.len()], levels);
            probability_best(&arms).into_iter().zip(exact).map(|(found, exact)| (found - exact).abs())
        });
        gaps.fold(0.0, f64::max)
    }

    #[test]
    fn agrees_with_integrals_over_probability_levels() {
        let gap = largest_gap_to_levels(400);
        assert!(gap < 0.002, "{gap}");
    }

    #[test]
    #[ignore = "proof: 20,000 levels of each arm"]
    fn proof_agrees_with_integrals_over_probability_levels_within_five_in_ten_thousand() {
        let gap = largest_gap_to_levels(20_000);
        assert!(gap < 0.0005, "{gap}");
    }

    #[test]
    #[ignore = "proof: 10⁶ draws for up to 200 arms"]
    fn proof_many_skewed_and_nearly_tied_arms_agree_with_a_million_draws() {
        let many = |count: u32, of: &dyn Fn(f64) -> Utility| -> Vec<Utility> {
            (0..count).map(|index| of(f64::from(index * 37 % count) / f64::from(count))).collect()
        };
        let cases = [
            many(20, &|share| arm(400.0 + 200.0 * share, 0.7 + 0.3 * share, 0.0)),
            many(80, &|share| arm(30.0 + share, 2.0, -0.01 * share)),
            many(200, &|share| arm(900.0 * (0.9 + 0.02 * share), 900.0 * (0.1 - 0.02 * share), 0.0)),
            many(200, &|share| arm(2.0 + 50.0 * share, 0.5 + 9.0 * share, 0.0)),
        ];
        for arms in cases {
            let drawn = share_best(&arms, 1_000_000);
            for (index, (found, drawn)) in probability_best(&arms).into_iter().zip(drawn).enumerate() {
                assert!((found - drawn).abs() < 0.001, "{} arms, {index}: {found}, {drawn}", arms.len());
            }
        }
    }

    proptest! {
        #[test]
        fn neither_order_nor_a_common_shift_matters(
            shapes in prop::collection::vec((0.05..500.0_f64, 0.05..50.0_f64, -0.1..0.1_f64), 1..9),
        ) {
            let arms: Vec<Utility> = shapes.iter().map(|&(alpha, beta, shift)| arm(alpha, beta, shift)).collect();
            let best = probability_best(&arms);
            prop_assert!((best.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            prop_assert!(best.iter().all(|share| (0.0..=1.0).contains(share)));
            let moved: Vec<Utility> =
                arms.iter().rev().map(|arm| Utility { shift: arm.shift + 0.25, ..*arm }).collect();
            for (found, same) in best.iter().zip(probability_best(&moved).iter().rev()) {
                prop_assert!((found - same).abs() < 0.001, "{found}, {same}");
            }
        }
    }
}

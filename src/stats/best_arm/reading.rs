//! A distribution function's value and slope at one point, and products of many.

use std::ops::Mul;

/// A distribution function F and its derivative at a point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// F.
    pub(super) below: f64,
    /// F′.
    pub(super) density: f64,
}

impl Reading {
    /// The product of no factors.
    pub(super) const ONE: Self = Self { below: 1.0, density: 0.0 };
}

/// (FG, F′G + FG′): the distribution function of the larger of two independent values.
impl Mul for Reading {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self { below: self.below * other.below, density: self.density * other.below + self.below * other.density }
    }
}

/// For each position the product of `first` and all other factors, by running products from both ends (no division by 0).
/// Returns the product of `first` and all.
pub(super) fn products_of_the_others(first: Reading, factors: &[Reading], products: &mut [Reading]) -> Reading {
    let mut before = first;
    for (product, &factor) in products.iter_mut().zip(factors) {
        *product = before;
        before = before * factor;
    }
    let mut after = Reading::ONE;
    for (product, &factor) in products.iter_mut().zip(factors).rev() {
        *product = *product * after;
        after = after * factor;
    }
    before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_of_the_others_and_its_slope() {
        // x, x² and x³ at x = 2, led by 0.5.
        let factors = [(2.0, 1.0), (4.0, 4.0), (8.0, 12.0)].map(|(below, density)| Reading { below, density });
        let first = Reading { below: 0.5, density: 0.0 };
        let mut products = [Reading::ONE; 3];
        let all = products_of_the_others(first, &factors, &mut products);
        // Half of x⁵, x⁴, x³ and of x⁶.
        assert_eq!(products.map(|product| (product.below, product.density)), [(16.0, 40.0), (8.0, 16.0), (4.0, 6.0)]);
        assert_eq!((all.below, all.density), (32.0, 96.0));
    }
}

//! A small dense symmetric positive definite matrix: its inverse by Cholesky's decomposition.

/// A symmetric matrix, row by row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Symmetric {
    size: usize,
    entries: Vec<f64>,
}

impl Symmetric {
    /// All zero.
    pub(super) fn zero(size: usize) -> Self {
        Self { size, entries: vec![0.0; size * size] }
    }

    /// The entry of a row and a column.
    pub(super) fn at(&self, row: usize, column: usize) -> f64 {
        self.entries[row * self.size + column]
    }

    /// Adds to one entry; the caller adds to its mirror image as well.
    pub(super) fn add(&mut self, row: usize, column: usize, amount: f64) {
        self.entries[row * self.size + column] += amount;
    }

    /// Adds `factor`·x·xᵀ.
    pub(super) fn add_square(&mut self, factor: f64, x: &[f64]) {
        for (row, &left) in x.iter().enumerate().filter(|(_, left)| **left != 0.0) {
            let line = &mut self.entries[row * self.size..(row + 1) * self.size];
            for (entry, &right) in line.iter_mut().zip(x) {
                *entry += factor * left * right;
            }
        }
    }

    /// The product with a vector.
    pub(super) fn times(&self, x: &[f64]) -> Vec<f64> {
        let mut product = vec![0.0; self.size];
        for (column, &factor) in x.iter().enumerate().filter(|(_, factor)| **factor != 0.0) {
            let line = &self.entries[column * self.size..(column + 1) * self.size];
            for (sum, entry) in product.iter_mut().zip(line) {
                *sum += factor * entry;
            }
        }
        product
    }

    /// The inverse; the matrix must be positive definite.
    pub(super) fn inverse(&self) -> Self {
        let size = self.size;
        let mut lower = vec![0.0; size * size];
        for row in 0..size {
            for column in 0..=row {
                let product: f64 =
                    (0..column).map(|inner| lower[row * size + inner] * lower[column * size + inner]).sum();
                let rest = self.at(row, column) - product;
                lower[row * size + column] = if row == column {
                    // Rounding can take a pivot below 0 only where it is 0 beside its row.
                    libm::sqrt(rest.max(1e-12))
                } else {
                    rest / lower[column * size + column]
                };
            }
        }
        // L⁻¹ column by column, then (L⁻¹)ᵀ·L⁻¹.
        let mut inverted = vec![0.0; size * size];
        for column in 0..size {
            inverted[column * size + column] = 1.0 / lower[column * size + column];
            for row in column + 1..size {
                let product: f64 =
                    (column..row).map(|inner| lower[row * size + inner] * inverted[inner * size + column]).sum();
                inverted[row * size + column] = -product / lower[row * size + row];
            }
        }
        let mut inverse = Self::zero(size);
        for row in 0..size {
            for column in 0..=row {
                let entry: f64 =
                    (row..size).map(|inner| inverted[inner * size + row] * inverted[inner * size + column]).sum();
                inverse.entries[row * size + column] = entry;
                inverse.entries[column * size + row] = entry;
            }
        }
        inverse
    }
}

#[cfg(test)]
mod tests {
    use super::Symmetric;

    #[test]
    fn the_inverse_times_the_matrix_is_one() {
        let mut matrix = Symmetric::zero(4);
        for seed in 1..9_u32 {
            let x: Vec<f64> = (0..4_u32).map(|row| f64::from((seed * (row + 3) * 7) % 11) - 5.0).collect();
            matrix.add_square(0.3, &x);
        }
        (0..4).for_each(|index| matrix.add(index, index, 0.5));
        let inverse = matrix.inverse();
        for row in 0..4 {
            let unit: Vec<f64> = (0..4).map(|column| f64::from(u8::from(row == column))).collect();
            let back = inverse.times(&matrix.times(&unit));
            assert!(back.iter().zip(&unit).all(|(found, expected)| (found - expected).abs() < 1e-10), "{back:?}");
        }
    }
}

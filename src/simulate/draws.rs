//! Random numbers that are the same on every machine: ChaCha8 for the bits, `libm` for the curves.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// What a stream of random numbers is for; streams of different purposes never overlap.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    /// The calls of one day.
    Day = 1,
    /// The random walk of one model.
    Walk = 2,
}

/// One stream of random numbers, named by (seed, purpose, index).
pub(super) struct Draws(ChaCha8Rng);

impl Draws {
    /// The stream of this seed, purpose and index (the day, the model).
    pub(super) fn new(seed: u64, purpose: Purpose, index: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&(purpose as u64).to_le_bytes());
        key[16..24].copy_from_slice(&index.to_le_bytes());
        Self(ChaCha8Rng::from_seed(key))
    }

    /// Uniform on [0, 1), a multiple of 2⁻⁵³.
    pub(super) fn uniform(&mut self) -> f64 {
        const SCALE: f64 = 1.0 / (1_u64 << 53) as f64;
        (rand::Rng::next_u64(&mut self.0) >> 11) as f64 * SCALE
    }

    /// Uniform on (0, 1]: safe to take the logarithm of.
    pub(super) fn positive(&mut self) -> f64 {
        1.0 - self.uniform()
    }

    /// True with this probability.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// Two independent standard normals (Box and Muller 1958).
    pub(super) fn normals(&mut self) -> (f64, f64) {
        let radius = libm::sqrt(-2.0 * libm::log(self.positive()));
        let (sine, cosine) = libm::sincos(std::f64::consts::TAU * self.uniform());
        (radius * cosine, radius * sine)
    }

    /// An index drawn by cumulative shares, the last of which is the total.
    pub(super) fn pick(&mut self, cumulative: &[f64]) -> usize {
        let total = cumulative.last().copied().unwrap_or(0.0);
        let point = self.uniform() * total;
        let index = cumulative.iter().position(|&bound| point < bound);
        index.unwrap_or(cumulative.len().saturating_sub(1))
    }
}

/// Running sums of shares, for [`Draws::pick`].
pub(super) fn cumulative(shares: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let running = |total: &mut f64, share| {
        *total += share;
        Some(*total)
    };
    shares.into_iter().scan(0.0, running).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_named_by_seed_purpose_and_index() {
        let first = |seed, purpose, index| Draws::new(seed, purpose, index).uniform().to_bits();
        assert_eq!(first(7, Purpose::Day, 3), first(7, Purpose::Day, 3));
        assert_ne!(first(7, Purpose::Day, 3), first(7, Purpose::Day, 4));
        assert_ne!(first(7, Purpose::Day, 3), first(8, Purpose::Day, 3));
        assert_ne!(first(7, Purpose::Day, 3), first(7, Purpose::Walk, 3));
    }

    #[test]
    fn normals_have_the_moments_of_the_standard_normal() {
        let mut draws = Draws::new(1, Purpose::Day, 0);
        let count = 100_000;
        let (mut sum, mut squares, mut fourth, mut product) = (0.0, 0.0, 0.0, 0.0);
        for _ in 0..count {
            let (a, b) = draws.normals();
            sum += a + b;
            squares += a * a + b * b;
            fourth += a * a * a * a + b * b * b * b;
            product += a * b;
        }
        let pairs = f64::from(count);
        let drawn = 2.0 * pairs;
        // Standard errors: 1 for the mean, √2 for the second moment, √96 for the fourth, 1 for the product.
        assert!((sum / drawn).abs() < 4.0 / drawn.sqrt());
        assert!((squares / drawn - 1.0).abs() < 4.0 * 2_f64.sqrt() / drawn.sqrt());
        assert!((fourth / drawn - 3.0).abs() < 4.0 * 96_f64.sqrt() / drawn.sqrt());
        assert!((product / pairs).abs() < 4.0 / pairs.sqrt());
    }

    #[test]
    fn picking_follows_the_shares() {
        let shares = cumulative([1.0, 0.0, 3.0]);
        let mut draws = Draws::new(2, Purpose::Day, 0);
        let mut counts = [0_u32; 3];
        for _ in 0..40_000 {
            counts[draws.pick(&shares)] += 1;
        }
        assert_eq!(counts[1], 0);
        let standard_error = (40_000.0_f64 * 0.25 * 0.75).sqrt();
        assert!((f64::from(counts[0]) - 10_000.0).abs() < 4.0 * standard_error);
    }
}

//! The interval of a mean whose values come in clusters.

use crate::stats::student;

/// A mean and how well it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClusteredMean {
    /// The mean of all values.
    pub mean: f64,
    /// Its standard error; infinite with fewer than two clusters.
    pub standard_error: f64,
    /// As many normal values would tell as much of the spread, less one.
    pub degrees: f64,
    /// How many clusters there are.
    pub clusters: usize,
}

/// The mean of `values`, and its standard error where values of one cluster (a task's draws) go together:
///
/// se² = C/(C − 1) · Σ g²/n² with g = Σ over a cluster of (x − mean) (Liang and Zeger 1986), for C clusters and n values.
/// With one value to a cluster it is the usual one. `clusters` names the cluster of each value. Without values the mean is
/// 0.
///
/// A few heavy values say little of the spread, and an interval that takes it for known is too narrow. Its degrees of
/// freedom are those of Satterthwaite 1946 with the clusters' own fourth moment: 2(Σ g²)²/(Σ g⁴ − (Σ g²)²/C), at most
/// C − 1; about n for normal values, and about half the heavy ones where most are 0.
///
/// ```
/// use merit::evaluate::ope::interval::clustered;
/// let alone = clustered(&[0.2, 0.4, 0.6, 0.8], &[1, 2, 3, 4]);
/// let twins = clustered(&[0.2, 0.2, 0.8, 0.8], &[7, 7, 9, 9]);
/// assert!((alone.standard_error.powi(2) - (0.2 / 3.0) / 4.0).abs() < 1e-12);
/// assert!((twins.standard_error.powi(2) - (0.18 / 1.0) / 2.0).abs() < 1e-12);
/// assert_eq!((alone.degrees, twins.degrees), (3.0, 1.0));
/// ```
pub fn clustered(values: &[f64], clusters: &[u64]) -> ClusteredMean {
    if values.is_empty() {
        return ClusteredMean { mean: 0.0, standard_error: f64::INFINITY, degrees: 0.0, clusters: 0 };
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let mut order: Vec<(u64, f64)> = clusters.iter().copied().zip(values.iter().map(|value| value - mean)).collect();
    // Stable, so that the sums of a cluster keep the order of the log.
    order.sort_by_key(|(cluster, _)| *cluster);
    let (mut squares, mut fourths, mut found) = (0.0, 0.0, 0_usize);
    for cluster in order.chunk_by(|one, other| one.0 == other.0) {
        let sum: f64 = cluster.iter().map(|(_, deviation)| deviation).sum();
        squares += sum * sum;
        fourths += sum * sum * sum * sum;
        found += 1;
    }
    if found < 2 {
        return ClusteredMean { mean, standard_error: f64::INFINITY, degrees: 0.0, clusters: found };
    }
    let most = found as f64 - 1.0;
    let excess = fourths - squares * squares / found as f64;
    let degrees = if excess > 0.0 { (2.0 * squares * squares / excess).min(most) } else { most };
    let standard_error = (squares * found as f64 / most).sqrt() / count;
    ClusteredMean { mean, standard_error, degrees, clusters: found }
}

impl ClusteredMean {
    /// mean ± t·se, where a T of its degrees of freedom lies within ±t with probability `level`.
    pub fn interval(&self, level: f64) -> (f64, f64) {
        if self.clusters < 2 {
            return (f64::NEG_INFINITY, f64::INFINITY);
        }
        let reach = student::two_sided(level, self.degrees) * self.standard_error;
        (self.mean - reach, self.mean + reach)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{SeedableRng, rngs::ChaCha8Rng};
    use rand_distr::{Distribution, StandardNormal};

    #[test]
    fn one_task_says_nothing_of_the_next() {
        let found = clustered(&[0.5, 0.7], &[1, 1]);
        assert_eq!(found.interval(0.95), (f64::NEG_INFINITY, f64::INFINITY));
        assert_eq!(clustered(&[], &[]).interval(0.95), (f64::NEG_INFINITY, f64::INFINITY));
    }

    #[test]
    fn the_order_of_clusters_does_not_matter() {
        let one = clustered(&[0.1, 0.9, 0.4, 0.3], &[5, 2, 5, 2]);
        let other = clustered(&[0.9, 0.1, 0.3, 0.4], &[2, 5, 2, 5]);
        assert!((one.standard_error - other.standard_error).abs() < 1e-15);
        assert_eq!(one.clusters, 2);
    }

    #[test]
    fn normal_values_have_about_as_many_degrees_as_there_are_and_heavy_ones_far_fewer() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let values: Vec<f64> = (0..20_000).map(|_| StandardNormal.sample(&mut random)).collect();
        let clusters: Vec<u64> = (0..20_000).collect();
        let normal = clustered(&values, &clusters).degrees;
        assert!((18_000.0..20_000.0).contains(&normal), "{normal}");
        // 100 of 20,000 values are not 0.
        let rare: Vec<f64> =
            values.iter().enumerate().map(|(place, value)| if place % 200 == 0 { *value } else { 0.0 }).collect();
        let heavy = clustered(&rare, &clusters).degrees;
        assert!((40.0..110.0).contains(&heavy), "{heavy}");
        assert_eq!(clustered(&[0.5; 9], &clusters[..9]).interval(0.95), (0.5, 0.5), "no spread at all");
    }
}

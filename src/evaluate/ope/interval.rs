//! The interval of a mean whose values come in clusters.

use crate::stats::normal;

/// A mean and how well it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClusteredMean {
    /// The mean of all values.
    pub mean: f64,
    /// Its standard error; infinite with fewer than two clusters.
    pub standard_error: f64,
    /// How many clusters there are.
    pub clusters: usize,
}

/// The mean of `values`, and its standard error where values of one cluster (a task's draws) go together:
///
/// se² = C/(C − 1) · Σ over clusters of (Σ (x − mean))² / n² (Liang and Zeger 1986), for C clusters and n values. With one
/// value to a cluster it is the usual one. `clusters` names the cluster of each value. Without values the mean is 0.
///
/// ```
/// use merit::evaluate::ope::interval::clustered;
/// let alone = clustered(&[0.2, 0.4, 0.6, 0.8], &[1, 2, 3, 4]);
/// let twins = clustered(&[0.2, 0.2, 0.8, 0.8], &[7, 7, 9, 9]);
/// assert!((alone.standard_error.powi(2) - (0.2 / 3.0) / 4.0).abs() < 1e-12);
/// assert!((twins.standard_error.powi(2) - (0.18 / 1.0) / 2.0).abs() < 1e-12);
/// ```
pub fn clustered(values: &[f64], clusters: &[u64]) -> ClusteredMean {
    if values.is_empty() {
        return ClusteredMean { mean: 0.0, standard_error: f64::INFINITY, clusters: 0 };
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let mut order: Vec<(u64, f64)> = clusters.iter().copied().zip(values.iter().map(|value| value - mean)).collect();
    // Stable, so that the sums of a cluster keep the order of the log.
    order.sort_by_key(|(cluster, _)| *cluster);
    let (mut squares, mut found) = (0.0, 0_usize);
    for cluster in order.chunk_by(|one, other| one.0 == other.0) {
        let sum: f64 = cluster.iter().map(|(_, deviation)| deviation).sum();
        squares += sum * sum;
        found += 1;
    }
    let standard_error =
        if found > 1 { (squares * found as f64 / (found as f64 - 1.0)).sqrt() / count } else { f64::INFINITY };
    ClusteredMean { mean, standard_error, clusters: found }
}

impl ClusteredMean {
    /// mean ± z·se, where a standard normal lies within ±z with probability `level`.
    pub fn interval(&self, level: f64) -> (f64, f64) {
        let reach = normal::quantile(0.5 + 0.5 * level) * self.standard_error;
        (self.mean - reach, self.mean + reach)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_task_says_nothing_of_the_next() {
        let found = clustered(&[0.5, 0.7], &[1, 1]);
        assert_eq!(found.interval(0.95), (f64::NEG_INFINITY, f64::INFINITY));
        assert_eq!(clustered(&[], &[]).clusters, 0);
    }

    #[test]
    fn the_order_of_clusters_does_not_matter() {
        let one = clustered(&[0.1, 0.9, 0.4, 0.3], &[5, 2, 5, 2]);
        let other = clustered(&[0.9, 0.1, 0.3, 0.4], &[2, 5, 2, 5]);
        assert!((one.standard_error - other.standard_error).abs() < 1e-15);
        assert_eq!(one.clusters, 2);
    }
}

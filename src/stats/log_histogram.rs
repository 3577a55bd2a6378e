//! Log-spaced histogram of latencies: mergeable, and every quantile within 1 % of the exact one.

/// Each bucket is this factor wider than the one before it, in milliseconds.
pub const BASE: f64 = 1.02;

/// The bucket of a latency: ⌊ln(max(ms, 1)) / ln 1.02⌋.
///
/// The same formula in SQL: `floor(ln(greatest(ms, 1)) / ln(1.02))`. (Log-bucketed sketches with bounded relative error:
/// Masson, Rim & Lee, *DDSketch*, VLDB 2019.) A latency that is not a number falls into bucket 0.
///
/// ```
/// use merit::stats::log_histogram::{bucket, representative};
/// assert_eq!(bucket(0.3), 0);
/// assert!((representative(bucket(8000.0)) / 8000.0 - 1.0).abs() < 0.01);
/// ```
pub fn bucket(milliseconds: f64) -> i64 {
    (libm::log(milliseconds.max(1.0)) / libm::log(BASE)).floor() as i64
}

/// The latency a bucket stands for, 1.02^(b + ½) ms: at most 1 % from every latency in it.
pub fn representative(bucket: i64) -> f64 {
    libm::pow(BASE, bucket as f64 + 0.5)
}

/// The `level` quantile (ms) of `(bucket, weight)` pairs sorted by bucket: the first bucket at which the cumulated weight
/// reaches level × total. Nothing, never 0, where there is no weight.
///
/// ```
/// use merit::stats::log_histogram::{bucket, quantile, representative};
/// let histogram = [(bucket(100.0), 9.0), (bucket(5000.0), 1.0)];
/// assert_eq!(quantile(&histogram, 0.5), Some(representative(bucket(100.0))));
/// assert_eq!(quantile(&[], 0.5), None);
/// ```
pub fn quantile(histogram: &[(i64, f64)], level: f64) -> Option<f64> {
    let total: f64 = histogram.iter().map(|(_, weight)| weight).sum();
    if total <= 0.0 {
        return None;
    }
    let mut cumulated = 0.0;
    let occupied = || histogram.iter().filter(|(_, weight)| *weight > 0.0);
    let reached = occupied().find(|(_, weight)| {
        cumulated += weight;
        cumulated >= level * total
    });
    // Rounding may leave the whole sum a hair below the total: then it is the last occupied bucket.
    reached.or_else(|| occupied().next_back()).map(|(bucket, _)| representative(*bucket))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_bucket_stands_for_its_latencies_within_one_percent(ms in 1.0..1e8_f64) {
            prop_assert!((representative(bucket(ms)) / ms - 1.0).abs() <= 0.01);
        }

        #[test]
        fn a_quantile_is_within_one_percent_of_the_exact_one(
            mut sample in prop::collection::vec(1.0..1e6_f64, 1..200), level in 0.01..1.0_f64,
        ) {
            let mut histogram = std::collections::BTreeMap::new();
            for ms in &sample {
                *histogram.entry(bucket(*ms)).or_insert(0.0) += 1.0;
            }
            let histogram: Vec<(i64, f64)> = histogram.into_iter().collect();
            sample.sort_by(f64::total_cmp);
            let rank = ((level * sample.len() as f64).ceil() as usize).max(1);
            let found = quantile(&histogram, level).expect("the sample is not empty");
            prop_assert!((found / sample[rank - 1] - 1.0).abs() <= 0.01);
        }
    }

    #[test]
    fn nothing_recorded_is_nothing_and_not_zero() {
        assert_eq!(quantile(&[(100, 0.0)], 0.95), None);
    }

    #[test]
    fn broken_latencies_fall_into_the_first_bucket() {
        assert_eq!((bucket(f64::NAN), bucket(-5.0), bucket(0.0)), (0, 0, 0));
    }
}

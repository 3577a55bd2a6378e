//! Kish's effective sample size of weighted calls.

/// n_eff = (Σ w)² / Σ w² (Kish, *Survey Sampling*, 1965, §11.7): how many equally weighted calls tell as much.
///
/// It is shown, never used as strength of evidence: a common factor on all weights leaves it unchanged, so nothing would
/// ever be forgotten. Without weight it is 0.
///
/// ```
/// use merit::stats::effective_size::kish;
/// assert_eq!(kish(10.0, 10.0), 10.0); // ten calls of weight 1
/// assert_eq!(kish(1.5, 1.25), 1.8);   // weights 1 and 1/2
/// ```
pub fn kish(weight_sum: f64, weight_square_sum: f64) -> f64 {
    if weight_sum > 0.0 && weight_square_sum > 0.0 { weight_sum * weight_sum / weight_square_sum } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::kish;

    #[test]
    fn a_common_factor_changes_nothing() {
        let weights = [1.0, 0.7, 0.2, 0.01];
        let size = |factor: f64| {
            let scaled = weights.map(|weight| weight * factor);
            kish(scaled.iter().sum(), scaled.iter().map(|weight| weight * weight).sum())
        };
        assert!((size(1.0) - size(0.003)).abs() < 1e-12);
        assert!(size(1.0) > 1.0 && size(1.0) < 4.0);
    }

    #[test]
    fn no_weight_is_no_evidence() {
        assert_eq!(kish(0.0, 0.0), 0.0);
    }
}

//! The gain over a baseline: over random choice, over the best single model.

/// Gain = mean quality of the router / mean quality of the baseline − 1.
///
/// Ratios of averages, as in LLMRouterBench (Li et al., 2026), which names it for two baselines: a model drawn at
/// random, and the best single model. 0.05 is five per cent better. None where the baseline is not above 0.
///
/// ```
/// use merit::evaluate::metrics::gain;
/// assert_eq!(gain(0.75, 0.5), Some(0.5));
/// ```
pub fn gain(router: f64, baseline: f64) -> Option<f64> {
    (baseline > 0.0).then(|| router / baseline - 1.0)
}

#[cfg(test)]
mod tests {
    use super::gain;

    #[test]
    fn relative_to_the_baseline() {
        assert_eq!(gain(0.5, 0.5), Some(0.0));
        assert_eq!(gain(0.25, 0.5), Some(-0.5));
        assert_eq!(gain(0.5, 0.0), None);
    }
}

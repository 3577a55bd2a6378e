//! The gap to the oracle: what no router without hindsight has reached yet.

/// Gap = 1 − mean quality of the router / mean quality of the oracle.
///
/// A ratio of averages, as in LLMRouterBench (Li et al., 2026). The oracle takes for each task the model that did
/// best. None where the oracle's quality is not above 0.
///
/// ```
/// use merit::evaluate::metrics::oracle_gap;
/// assert_eq!(oracle_gap(0.75, 1.0), Some(0.25));
/// ```
pub fn oracle_gap(router: f64, oracle: f64) -> Option<f64> {
    (oracle > 0.0).then(|| (oracle - router) / oracle)
}

#[cfg(test)]
mod tests {
    use super::oracle_gap;

    #[test]
    fn the_oracle_has_no_gap() {
        assert_eq!(oracle_gap(0.8, 0.8), Some(0.0));
        assert_eq!(oracle_gap(0.0, 0.8), Some(1.0));
        assert_eq!(oracle_gap(0.0, 0.0), None);
    }
}

//! PGR: how much of the gap between two models a router closes.

/// Performance gap recovered, PGR = (r(router) − r(weak)) / (r(strong) − r(weak)).
///
/// Ong et al., *RouteLLM*, 2024, §3.2. 0 is as good as the weak model, 1 as the strong one; it may lie outside. None
/// where the strong model is not better than the weak one.
///
/// ```
/// use merit::evaluate::metrics::pgr;
/// assert_eq!(pgr(0.75, 0.5, 1.0), Some(0.5));
/// ```
pub fn pgr(router: f64, weak: f64, strong: f64) -> Option<f64> {
    (strong > weak).then(|| (router - weak) / (strong - weak))
}

#[cfg(test)]
mod tests {
    use super::pgr;

    #[test]
    fn the_ends_are_the_models_and_without_a_gap_there_is_none() {
        assert_eq!(pgr(0.5, 0.5, 0.75), Some(0.0));
        assert_eq!(pgr(0.75, 0.5, 0.75), Some(1.0));
        assert_eq!(pgr(1.0, 0.5, 0.75), Some(2.0), "better than the strong one");
        assert_eq!(pgr(0.25, 0.5, 0.75), Some(-1.0), "worse than the weak one");
        assert_eq!(pgr(0.5, 0.5, 0.5), None);
        assert_eq!(pgr(0.5, 0.75, 0.5), None);
    }
}

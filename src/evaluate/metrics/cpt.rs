//! CPT: how many strong calls a wanted quality takes.

use super::apgr::ends;
use super::{CallShare, pgr};

/// Call-performance threshold, CPT(x) = the least share of calls to the strong model with PGR ≥ x.
///
/// Ong et al., *RouteLLM*, 2024, §3.2; linear between the points, as between their thresholds. `curve` as for
/// [`apgr`](super::apgr), `wanted` the PGR asked for. None where the curve does not reach it or is not whole.
///
/// ```
/// use merit::evaluate::metrics::{cpt, CallShare};
/// let curve = [(0.0, 0.5), (0.5, 0.7), (1.0, 0.7)].map(|(share, quality)| CallShare { share, quality });
/// assert!((cpt(&curve, 0.5).expect("reached") - 0.25).abs() < 1e-12);
/// ```
pub fn cpt(curve: &[CallShare], wanted: f64) -> Option<f64> {
    let (weak, strong) = ends(curve)?;
    if wanted <= 0.0 {
        return Some(0.0);
    }
    let recovered = |point: &CallShare| pgr(point.quality, weak, strong);
    let place = curve.iter().position(|point| recovered(point).is_some_and(|found| found >= wanted))?;
    // The first point recovers 0, less than is wanted.
    let (before, after) = (curve[place - 1], curve[place]);
    let (low, high) = (recovered(&before)?, recovered(&after)?);
    Some(before.share + (wanted - low) / (high - low) * (after.share - before.share))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(points: &[(f64, f64)]) -> Vec<CallShare> {
        points.iter().map(|&(share, quality)| CallShare { share, quality }).collect()
    }

    #[test]
    fn the_first_crossing_counts_worked_out_by_hand() {
        let wavy = curve(&[(0.0, 0.0), (0.2, 0.6), (0.4, 0.4), (1.0, 1.0)]);
        for (wanted, share) in [(0.3, 0.1), (0.6, 0.2), (0.7, 0.7), (1.0, 1.0), (0.0, 0.0), (-1.0, 0.0)] {
            let found = cpt(&wavy, wanted).expect("reached");
            assert!((found - share).abs() < 1e-12, "{wanted}: {found}");
        }
        assert_eq!(cpt(&curve(&[(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (1.0, 1.0)]), 0.8), Some(0.5), "a step");
    }

    #[test]
    fn out_of_reach_is_none() {
        assert_eq!(cpt(&curve(&[(0.0, 0.0), (1.0, 1.0)]), 1.1), None);
        assert_eq!(cpt(&curve(&[(0.0, 0.5), (1.0, 0.5)]), 0.5), None);
        assert_eq!(cpt(&[], 0.5), None);
    }
}

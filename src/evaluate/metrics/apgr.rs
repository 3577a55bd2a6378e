//! APGR: the gap recovered, on average over all shares of calls to the strong model.

use super::pgr;

/// A router at one threshold: how often it calls the strong model, and how good it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CallShare {
    /// The share of calls that go to the strong model, in [0, 1].
    pub share: f64,
    /// The mean quality of the answers.
    pub quality: f64,
}

/// Average performance gap recovered, APGR = ∫ PGR(x) dx over the share x of strong calls, 0 to 1.
///
/// Ong et al., *RouteLLM*, 2024, §3.2; by the trapezoid rule, exact for a curve with a point per task. The paper has
/// ten thresholds. A random router has 0.5 on average.
///
/// `curve` by rising share, from 0 (the weak model alone) to 1 (the strong model alone). None where it does not reach
/// from 0 to 1 or the strong model is not better.
///
/// ```
/// use merit::evaluate::metrics::{apgr, CallShare};
/// let curve = [(0.0, 0.5), (0.5, 0.7), (1.0, 0.7)].map(|(share, quality)| CallShare { share, quality });
/// assert!((apgr(&curve).expect("a whole curve") - 0.75).abs() < 1e-12);
/// ```
pub fn apgr(curve: &[CallShare]) -> Option<f64> {
    let (weak, strong) = ends(curve)?;
    let mut area = 0.0;
    for edge in curve.windows(2) {
        let (from, to) = (pgr(edge[0].quality, weak, strong)?, pgr(edge[1].quality, weak, strong)?);
        area += 0.5 * (from + to) * (edge[1].share - edge[0].share);
    }
    Some(area)
}

/// The quality of the weak and of the strong model, where the curve is whole.
pub(super) fn ends(curve: &[CallShare]) -> Option<(f64, f64)> {
    let (first, last) = (curve.first()?, curve.last()?);
    let whole = first.share == 0.0 && last.share == 1.0 && curve.is_sorted_by_key(|point| point.share);
    (whole && last.quality > first.quality).then_some((first.quality, last.quality))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(points: &[(f64, f64)]) -> Vec<CallShare> {
        points.iter().map(|&(share, quality)| CallShare { share, quality }).collect()
    }

    #[test]
    fn the_area_worked_out_by_hand() {
        assert!((apgr(&curve(&[(0.0, 0.6), (1.0, 0.8)])).expect("whole") - 0.5).abs() < 1e-12, "random");
        // PGR 0, 1.5 at 0.2, 1: 0.15 + 0.8·1.25.
        assert!((apgr(&curve(&[(0.0, 0.6), (0.2, 0.9), (1.0, 0.8)])).expect("whole") - 1.15).abs() < 1e-9);
        // Equal shares: a step.
        assert!((apgr(&curve(&[(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (1.0, 1.0)])).expect("whole") - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_part_of_a_curve_has_none() {
        for part in [&[][..], &[(0.0, 0.5)], &[(0.1, 0.5), (1.0, 0.8)], &[(0.0, 0.5), (0.9, 0.8)]] {
            assert_eq!(apgr(&curve(part)), None, "{part:?}");
        }
        assert_eq!(apgr(&curve(&[(0.0, 0.5), (1.0, 0.5)])), None, "no gap");
        assert_eq!(apgr(&curve(&[(0.0, 0.5), (0.6, 0.5), (0.4, 0.5), (1.0, 0.8)])), None, "not sorted");
    }
}

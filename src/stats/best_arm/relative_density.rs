//! The density of a Beta-distributed value's logit, without gamma functions.

use crate::stats::Beta;

/// The density g of logit X relative to its peak, at a point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    /// Logit less the peak's logit.
    pub(super) offset: f64,
    pub(super) x: f64,
    /// 1 − x, to full precision.
    pub(super) y: f64,
    pub(super) density: f64,
    /// (ln g)′ = α − (α+β)x.
    pub(super) slope: f64,
    /// −(ln g)″ = (α+β)·x·(1−x).
    pub(super) curvature: f64,
}

/// The density of logit X, divided by its peak's.
pub(super) struct RelativeDensity {
    /// ln(α/β), the logit of the mean.
    pub(super) peak_logit: f64,
    strength: f64,
    /// The shape whose mean is the smaller one, and its mean; `mirrored` where they are those of 1 − X.
    shape: f64,
    mean: f64,
    /// The larger shape and its mean.
    other: f64,
    rest: f64,
    mirrored: bool,
}

impl RelativeDensity {
    pub(super) fn new(Beta { alpha, beta }: Beta) -> Self {
        let strength = alpha + beta;
        let (shape, other) = (alpha.min(beta), alpha.max(beta));
        Self {
            peak_logit: libm::log(alpha / beta),
            strength,
            shape,
            mean: shape / strength,
            other,
            rest: other / strength,
            mirrored: alpha > beta,
        }
    }

    /// ln g = αδ − (α+β)·ln(1 + μ(e^δ − 1)) at the offset δ from the peak, relative to the peak.
    ///
    /// Written with e^−|δ| away from the peak, where e^δ may overflow, and with e^δ − 1 near it, where digits would
    /// cancel.
    pub(super) fn at(&self, offset: f64) -> Point {
        let Self { strength, shape, mean, other, rest, mirrored, .. } = *self;
        let distance = if mirrored { -offset } else { offset };
        // `growth` is (e^δ − 1) / (1 + μ(e^δ − 1)).
        let (x, y, growth, log_density) = if distance >= 0.5 {
            let decay = libm::exp(-distance);
            let divisor = mean + rest * decay;
            let log_density = -other * distance - strength * libm::log(divisor);
            (mean / divisor, rest * decay / divisor, (1.0 - decay) / divisor, log_density)
        } else if distance <= -0.5 {
            let decay = libm::exp(distance);
            let divisor = rest + mean * decay;
            let log_density = shape * distance - strength * libm::log(divisor);
            (mean * decay / divisor, rest / divisor, (decay - 1.0) / divisor, log_density)
        } else {
            let growth = libm::expm1(distance);
            let divisor = 1.0 + mean * growth;
            let log_density = shape * distance - strength * libm::log1p(mean * growth);
            (mean * (1.0 + growth) / divisor, rest / divisor, growth / divisor, log_density)
        };
        let slope = -strength * mean * rest * growth;
        let (density, curvature) = (libm::exp(log_density), strength * x * y);
        if mirrored {
            Point { offset, x: y, y: x, density, slope: -slope, curvature }
        } else {
            Point { offset, x, y, density, slope, curvature }
        }
    }
}

//! The distribution function of a posterior between two nodes.

use super::nodes::Node;
use super::reading::Reading;

/// Cells at most this wide on the logit scale are narrow enough for a cubic in x, pole or not.
const NARROW: f64 = 0.25;

/// What a cell's cubic is a polynomial of.
#[derive(Clone, Copy, Debug)]
enum Scale {
    /// (x − from) / width.
    Value { per_width: f64 },
    /// (logit x − logit from) / width on the logit scale.
    Logit { from: f64, per_width: f64 },
}

/// The distribution function between two nodes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) from: f64,
    pub(super) to: f64,
    scale: Scale,
    /// By rising power.
    coefficients: [f64; 4],
}

impl Cell {
    /// `nearer_shape` is α below ½ and β above. Where it is below 1, the density of X has a pole at that end of [0, 1],
    /// which a cubic in x cannot follow, while that of logit X is as smooth as ever.
    pub(super) fn between(from: &Node, to: &Node, nearer_shape: f64) -> Self {
        let logit_width = to.logit - from.logit;
        let inside = from.value > 0.0 && to.value < 1.0;
        let (scale, width, slopes) = if nearer_shape < 1.0 && logit_width > NARROW && inside {
            let scale = Scale::Logit { from: from.logit, per_width: 1.0 / logit_width };
            (scale, logit_width, [from.logit_density, to.logit_density])
        } else {
            let width = to.value - from.value;
            (Scale::Value { per_width: 1.0 / width }, width, [from.density, to.density])
        };
        let rise = to.below - from.below;
        let [start, end] = slopes.map(|slope| monotone(slope * width, rise));
        let coefficients = [from.below, start, 3.0 * rise - 2.0 * start - end, start + end - 2.0 * rise];
        Self { from: from.value, to: to.value, scale, coefficients }
    }

    pub(super) fn is_on_the_logit_scale(&self) -> bool {
        matches!(self.scale, Scale::Logit { .. })
    }

    /// F and F′ at a value within the cell.
    pub(super) fn read(&self, value: f64) -> Reading {
        let (share, rate) = match self.scale {
            Scale::Value { per_width } => ((value - self.from) * per_width, per_width),
            Scale::Logit { from, per_width } => {
                let rest = 1.0 - value;
                ((libm::log(value / rest) - from) * per_width, per_width / (value * rest))
            }
        };
        let [constant, linear, square, cube] = self.coefficients;
        let below = constant + share * (linear + share * (square + share * cube));
        let density = (linear + share * (2.0 * square + share * 3.0 * cube)) * rate;
        Reading { below: below.clamp(0.0, 1.0), density: density.max(0.0) }
    }
}

/// The slope of a cubic at an end of a cell of unit width, kept where the cubic is monotone (Fritsch & Carlson, *SIAM J.
/// Numer. Anal.* 17, 1980). Not a number where the value is 0 or 1 as a float: the slope there is not known and counts 0.
pub(super) fn monotone(slope: f64, rise: f64) -> f64 {
    if slope.is_nan() { 0.0 } else { slope.min(3.0 * rise) }
}

#[cfg(test)]
impl Cell {
    /// The value at this share of the cell, on its scale.
    pub(super) fn value_at(&self, share: f64) -> f64 {
        match self.scale {
            Scale::Value { .. } => self.from + share * (self.to - self.from),
            Scale::Logit { from, per_width } => 1.0 / (1.0 + libm::exp(-(from + share / per_width))),
        }
    }
}

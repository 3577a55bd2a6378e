//! One level of nesting: the scalar effect of a group, eliminated from the normal equations.
//!
//! Below a group the equations hold, of all that its effect u adds to, the sum of weights T, the weighted design X of the
//! shared columns, and the weighted response R. With u ~ N(μ, σ²) the equation of u is
//! (T + 1/σ²)·u = R + μ/σ² − T·v − Xᵀβ, v being the effects further up. Put into the others it leaves the same three sums
//! k·T, k·X, k·(R − Tμ) with k = 1/(1 + σ²T), and takes σ²k·X·Xᵀ and k·X·(σ²R + μ) from the shared equations. Nothing is
//! divided by σ², so a variance of 0 is an ordinary case.

/// Sums over the rows below a group.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sums {
    /// T = Σ t.
    pub(super) weight: f64,
    /// X = Σ t·x.
    pub(super) design: Vec<f64>,
    /// R = Σ t·z.
    pub(super) response: f64,
}

impl Sums {
    pub(super) fn zero(columns: usize) -> Self {
        Self { weight: 0.0, design: vec![0.0; columns], response: 0.0 }
    }

    pub(super) fn clear(&mut self) {
        self.weight = 0.0;
        self.design.fill(0.0);
        self.response = 0.0;
    }
}

/// A normal prior.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Normal {
    pub(super) mean: f64,
    pub(super) variance: f64,
}

impl Normal {
    /// k = 1/(1 + σ²T): the share of the prior in what is known of the effect.
    pub(super) fn share(self, weight: f64) -> f64 {
        1.0 / (1.0 + self.variance * weight)
    }

    /// The effect, where `rest` is what the shared columns and the effects further up explain of R: Xᵀβ + T·v.
    pub(super) fn effect(self, sums: &Sums, rest: f64) -> f64 {
        self.share(sums.weight) * (self.variance * (sums.response - rest) + self.mean)
    }
}

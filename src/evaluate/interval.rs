//! A mean and how far it is known.

use serde::Serialize;

/// A mean with its interval; who makes one says by which method and at which level.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

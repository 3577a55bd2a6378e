//! SHIM
use super::Beta;
/// SHIM
pub fn logit(p: f64) -> f64 { libm::log(p / (1.0 - p)) }
/// SHIM
pub fn expit(x: f64) -> f64 { 1.0 / (1.0 + libm::exp(-x)) }
/// SHIM
pub fn beta(mean: f64, variance: f64, least: f64, most: f64) -> Beta {
    let s = variance.sqrt();
    let (mut t, mut a, mut b) = (0.0, 0.0, 0.0);
    for i in -60..=60 {
        let z = i as f64 / 10.0;
        let w = libm::exp(-z * z / 2.0);
        let p = expit(mean + s * z);
        t += w; a += w * p; b += w * p * p;
    }
    let m = (a / t).clamp(1e-9, 1.0 - 1e-9);
    let v = (b / t - m * m).max(1e-12);
    let k = (m * (1.0 - m) / v - 1.0).clamp(least, most);
    Beta::new(m * k, (1.0 - m) * k)
}

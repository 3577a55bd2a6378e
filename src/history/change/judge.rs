//! When it is the judge who moved.

use super::evidence::LEAST_WEIGHT;
use super::field::Field;
use super::scan::evidence_of;

/// A judge is told from a model by at least this many models.
const LEAST_MODELS: usize = 2;

/// A model has moved with its judge from this many standard errors on. Low, since the judge's own stream must have passed
/// its threshold before, and many small moves in one direction are what a judge's move looks like.
const LEAST_Z: f64 = 1.0;

/// Whether more than half of the models that the judge scores (with enough evidence) moved in one direction since `day`.
pub(super) fn moved(field: &Field, judge: usize, variances: &[Option<f64>], day: i32, night: i32) -> bool {
    let (mut models, mut up, mut down) = (0, 0, 0);
    let strata = &field.judges[judge];
    let model_of = |place: usize| field.arms[field.arm_of(place)].model;
    for of_model in strata.chunk_by(|one, other| model_of(*one) == model_of(*other)) {
        let shift = evidence_of(field, of_model.iter().copied(), variances, night).moved_since(day, night);
        if shift.weight >= LEAST_WEIGHT {
            models += 1;
            up += usize::from(shift.z >= LEAST_Z);
            down += usize::from(shift.z <= -LEAST_Z);
        }
    }
    models >= LEAST_MODELS && 2 * up.max(down) > models
}

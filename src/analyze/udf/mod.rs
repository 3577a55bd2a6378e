//! SQL functions of merit's own: one a file, arithmetic in `stats`, here only the Arrow side.

mod decay_weight;
mod latency_of_bucket;
mod wilson;

use datafusion::prelude::SessionContext;

/// Makes every function known to a session.
pub fn register_all(context: &SessionContext) {
    context.register_udf(decay_weight::decay_weight());
    context.register_udf(latency_of_bucket::latency_of_bucket());
    context.register_udf(wilson::wilson_low());
    context.register_udf(wilson::wilson_high());
}

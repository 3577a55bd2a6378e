//! SQL functions of merit's own: one a file, arithmetic in `stats`, here only the Arrow side.

mod beta_quantile;
mod decay;
mod decay_arguments;
mod decay_weight;
mod decayed_avg;
mod effective_size;
mod formula;
mod latency_of_bucket;
mod latency_quantile;
#[cfg(test)]
mod probe;
mod reference;
mod token_cost;
mod wilson;

pub use reference::Reference;

use datafusion::prelude::SessionContext;

/// Makes every function known to a session that has no as-of of its own.
pub fn register_all(context: &SessionContext) {
    context.register_udf(decay_weight::decay_weight());
    context.register_udf(latency_of_bucket::latency_of_bucket());
    context.register_udf(latency_of_bucket::bucket_of_latency());
    context.register_udf(wilson::wilson_low());
    context.register_udf(wilson::wilson_high());
    context.register_udf(beta_quantile::beta_quantile());
    context.register_udf(token_cost::token_cost());
    context.register_udaf(effective_size::n_eff());
    context.register_udaf(latency_quantile::latency_quantile());
    register_as_of(context, None);
}

/// Tells the functions that count back from as-of which day that is, in days since 1970.
pub fn register_as_of(context: &SessionContext, as_of: Option<i32>) {
    context.register_udf(decay::decay(as_of));
    context.register_udf(decay::as_of(as_of));
    context.register_udaf(decayed_avg::decayed_avg(as_of));
}

/// Every function of merit's own, described, by what it is for.
pub const REFERENCES: &[Reference] = &[
    decay::REFERENCE,
    decay::AS_OF,
    decay_weight::REFERENCE,
    decayed_avg::REFERENCE,
    effective_size::REFERENCE,
    wilson::LOW,
    wilson::HIGH,
    beta_quantile::REFERENCE,
    latency_quantile::REFERENCE,
    latency_of_bucket::REFERENCE,
    latency_of_bucket::INVERSE,
    token_cost::REFERENCE,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_example_gives_what_it_says() {
        for reference in REFERENCES {
            assert_eq!(probe::text(reference.example).await, reference.answer, "{}", reference.example);
            assert!(reference.signature.starts_with(&format!("{}(", reference.name)), "{}", reference.name);
            assert!(reference.example.contains(&format!("{}(", reference.name)), "{}", reference.name);
        }
    }

    #[test]
    fn every_function_is_described() {
        let names = |context: &SessionContext| -> std::collections::BTreeSet<String> {
            let state = context.state();
            state.scalar_functions().keys().chain(state.aggregate_functions().keys()).cloned().collect()
        };
        let plain = SessionContext::new();
        let known = names(&plain);
        register_all(&plain);
        let own: Vec<String> = names(&plain).difference(&known).cloned().collect();
        let mut described: Vec<&str> = REFERENCES.iter().map(|reference| reference.name).collect();
        described.sort_unstable();
        assert_eq!(own, described);
    }
}

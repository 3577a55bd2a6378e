//! What a call is expected to cost, and what a cap lets pass.

use super::answer::Context;
use super::seats::Bill;

/// The expected cost of this task at a candidate, USD; None where unknown.
///
/// Where the request estimates tokens and the model has a price: (input · price + output · price) /
/// 10⁶, the row's mean standing in for the one count that is not given. Estimated input is taken as
/// uncached, so a cap errs on the safe side. Else the row's mean cost.
#[inline]
pub(crate) fn expected(bill: &Bill, context: &Context<'_>) -> Option<f64> {
    if context.est_input_tokens.is_none() && context.est_output_tokens.is_none() {
        return bill.mean_cost;
    }
    let input = context.est_input_tokens.map(|tokens| tokens as f64).or(bill.mean_tokens.0);
    let output = context.est_output_tokens.map(|tokens| tokens as f64).or(bill.mean_tokens.1);
    match (bill.price, input, output) {
        (Some((per_input, per_output)), Some(input), Some(output)) => {
            Some((input * per_input + output * per_output) / 1e6)
        }
        _ => bill.mean_cost,
    }
}

/// Whether the request's cap lets the candidate pass; an unknown cost never passes a cap.
#[inline]
pub(crate) fn within_cap(bill: &Bill, context: &Context<'_>) -> bool {
    match context.max_cost {
        None => true,
        Some(cap) => expected(bill, context).is_some_and(|cost| cost <= cap),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Request;

    fn bill() -> Bill {
        Bill { mean_cost: Some(0.5), price: Some((2.0, 10.0)), mean_tokens: (Some(1_000.0), None) }
    }

    #[test]
    fn tokens_are_priced_and_the_mean_stands_in() {
        let both = Request { input_tokens: Some(500_000), output_tokens: Some(100_000), ..Request::new("r", "c", "d") };
        assert_eq!(expected(&bill(), &both.context()), Some(2.0));
        let output_only = Request { input_tokens: None, ..both };
        assert_eq!(expected(&bill(), &output_only.context()), Some((1_000.0 * 2.0 + 100_000.0 * 10.0) / 1e6));
        let input_only = Request { output_tokens: None, ..both };
        assert_eq!(expected(&bill(), &input_only.context()), Some(0.5), "no output count at all: the row's mean cost");
        assert_eq!(
            expected(&Bill { price: None, ..bill() }, &both.context()),
            Some(0.5),
            "no price: the row's mean cost"
        );
        assert_eq!(expected(&bill(), &Request::new("r", "c", "d").context()), Some(0.5));
    }

    #[test]
    fn a_cost_at_the_cap_passes_and_an_unknown_one_does_not() {
        let capped = Request { max_cost: Some(0.5), ..Request::new("r", "c", "d") };
        assert!(within_cap(&bill(), &capped.context()));
        let unknown = Bill { mean_cost: None, ..bill() };
        assert!(!within_cap(&unknown, &capped.context()));
        assert!(!within_cap(&unknown, &Request { max_cost: Some(f64::INFINITY), ..capped }.context()));
        assert!(within_cap(&unknown, &Request { max_cost: None, ..capped }.context()));
    }
}

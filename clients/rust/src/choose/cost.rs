//! What a call is expected to cost, and what a cap lets pass.

use super::request::Request;
use super::seats::Bill;

/// The expected cost of this task at a candidate, USD; None where unknown.
///
/// Where the request estimates tokens and the model has a price: (input · price + output · price) /
/// 10⁶, the row's mean standing in for the one count that is not given. Estimated input is taken as
/// uncached, so a cap errs on the safe side. Else the row's mean cost.
pub(crate) fn expected(bill: &Bill, request: &Request<'_>) -> Option<f64> {
    if request.input_tokens.is_none() && request.output_tokens.is_none() {
        return bill.mean_cost;
    }
    let input = request.input_tokens.map(|tokens| tokens as f64).or(bill.mean_tokens.0);
    let output = request.output_tokens.map(|tokens| tokens as f64).or(bill.mean_tokens.1);
    match (bill.price, input, output) {
        (Some((per_input, per_output)), Some(input), Some(output)) => {
            Some((input * per_input + output * per_output) / 1e6)
        }
        _ => bill.mean_cost,
    }
}

/// Whether the request's cap lets the candidate pass; an unknown cost never passes a cap.
pub(crate) fn within_cap(bill: &Bill, request: &Request<'_>) -> bool {
    match request.max_cost {
        None => true,
        Some(cap) => expected(bill, request).is_some_and(|cost| cost <= cap),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bill() -> Bill {
        Bill { mean_cost: Some(0.5), price: Some((2.0, 10.0)), mean_tokens: (Some(1_000.0), None) }
    }

    #[test]
    fn tokens_are_priced_and_the_mean_stands_in() {
        let both = Request { input_tokens: Some(500_000), output_tokens: Some(100_000), ..Request::new("r", "c", "d") };
        assert_eq!(expected(&bill(), &both), Some(2.0));
        let output_only = Request { input_tokens: None, ..both };
        assert_eq!(expected(&bill(), &output_only), Some((1_000.0 * 2.0 + 100_000.0 * 10.0) / 1e6));
        let input_only = Request { output_tokens: None, ..both };
        assert_eq!(expected(&bill(), &input_only), Some(0.5), "no output count at all: the row's mean cost");
        assert_eq!(expected(&Bill { price: None, ..bill() }, &both), Some(0.5), "no price: the row's mean cost");
        assert_eq!(expected(&bill(), &Request::new("r", "c", "d")), Some(0.5));
    }

    #[test]
    fn a_cost_at_the_cap_passes_and_an_unknown_one_does_not() {
        let capped = Request { max_cost: Some(0.5), ..Request::new("r", "c", "d") };
        assert!(within_cap(&bill(), &capped));
        let unknown = Bill { mean_cost: None, ..bill() };
        assert!(!within_cap(&unknown, &capped));
        assert!(!within_cap(&unknown, &Request { max_cost: Some(f64::INFINITY), ..capped }));
        assert!(within_cap(&unknown, &Request { max_cost: None, ..capped }));
    }
}

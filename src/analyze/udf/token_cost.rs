//! `token_cost(…)`: what tokens cost at a price.

use datafusion::logical_expr::ScalarUDF;

use super::formula::Formula;
use super::reference::Reference;

pub(super) const REFERENCE: Reference = Reference {
    name: "token_cost",
    signature: "token_cost(input, cached_input, output, input_usd_per_mtok, cached_input_usd_per_mtok, output_usd_per_mtok)",
    meaning: "US dollars for tokens at prices per million: (input - cached) x price + cached x cached price + output x \
              output price. Input includes the cached ones; with 0 for them it is what the call would have cost without \
              a cache.",
    example: "SELECT ROUND(token_cost(1000000, 800000, 100000, 2.0, 0.5, 8.0), 6)",
    answer: "1.6",
};

pub(super) fn token_cost() -> ScalarUDF {
    Formula::udf(REFERENCE.name, &[6], |numbers| {
        let [input, cached, output, input_price, cached_price, output_price] = *numbers else { return None };
        // As in the price list: more cached tokens than there were are a logging error and are not charged.
        let cached = cached.min(input);
        Some(((input - cached) * input_price + cached * cached_price + output * output_price) / 1e6)
    })
}

#[cfg(test)]
mod tests {
    use crate::analyze::udf::probe::number;
    use crate::prices::Price;

    #[tokio::test]
    async fn it_is_what_the_price_list_says() {
        let day = jiff::civil::date(2026, 1, 1);
        let price = Price {
            provider: "p".into(),
            model: "m".into(),
            effective_from: day,
            input: 3.0,
            cached_input: Some(0.3),
            output: 15.0,
            source: "list".into(),
            retrieved: day,
        };
        for (input, cached, output) in [(0, 0, 0), (1200, 0, 40), (5000, 4096, 700), (10, 20, 1)] {
            let question = format!("SELECT token_cost({input}, {cached}, {output}, 3.0, 0.3, 15.0)");
            let found = number(&question).await.expect("a number");
            assert!((found - price.cost_usd(input, cached, output)).abs() < 1e-15, "{question}");
        }
    }
}

//! `beta_quantile(alpha, beta, p)`: what a share is below with probability p.

use datafusion::logical_expr::ScalarUDF;

use super::formula::Formula;
use super::reference::Reference;
use crate::stats::Beta;

pub(super) const REFERENCE: Reference = Reference {
    name: "beta_quantile",
    signature: "beta_quantile(alpha, beta, p)",
    meaning: "The x with P(X ≤ x) = p for X of Beta(alpha, beta): after k successes in n trials, \
              beta_quantile(1 + k, 1 + n - k, 0.05) is what the share exceeds with 95 %. Null unless alpha and beta are \
              positive and p lies in [0, 1].",
    example: "SELECT ROUND(beta_quantile(1 + 8, 1 + 2, 0.05), 4)",
    answer: "0.5299",
};

pub(super) fn beta_quantile() -> ScalarUDF {
    Formula::udf(REFERENCE.name, &[3], |numbers| {
        let (alpha, beta, p) = (numbers[0], numbers[1], numbers[2]);
        let proper = alpha > 0.0 && beta > 0.0 && alpha.is_finite() && beta.is_finite();
        (proper && (0.0..=1.0).contains(&p)).then(|| Beta::new(alpha, beta).quantile(p))
    })
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{Beta, ContinuousCDF as _};

    use crate::analyze::udf::probe::number;

    #[tokio::test]
    async fn it_agrees_with_statrs() {
        for (alpha, beta) in [(1.0, 1.0), (0.5, 0.5), (9.0, 3.0), (120.5, 4.25), (2.0, 700.0)] {
            let other = Beta::new(alpha, beta).expect("proper");
            for p in [0.01, 0.05, 0.3, 0.5, 0.9, 0.999] {
                let found = number(&format!("SELECT beta_quantile({alpha}, {beta}, {p})")).await.expect("a number");
                // statrs's own quantile is a coarse bisection; its distribution function is exact.
                assert!((other.cdf(found) - p).abs() < 1e-10, "{alpha} {beta} {p}: {found}");
            }
        }
    }

    #[tokio::test]
    async fn what_is_no_distribution_has_no_quantile() {
        for question in ["beta_quantile(0, 1, 0.5)", "beta_quantile(1, -1, 0.5)", "beta_quantile(1, 1, 1.5)"] {
            assert_eq!(number(&format!("SELECT {question}")).await, None, "{question}");
        }
        assert_eq!(number("SELECT beta_quantile(NULL, 1, 0.5)").await, None);
    }
}

//! Prices as decimals: what a provider printed, without the noise of binary floats.

/// The digits a price is kept to; no provider prints more than five.
const DIGITS: usize = 12;

/// A price per token as a price per million tokens, exact in decimal and rounded to 12 significant digits.
///
/// The decimal point is moved in the text of the number, not by a multiplication: `2e-7 * 1e6` is
/// 0.19999999999999998 in binary floats, this gives 0.2. `None` where the price is negative or not finite.
pub(super) fn per_million(per_token: f64) -> Option<f64> {
    shifted(per_token, 6)
}

/// A number rounded to 12 significant digits. `None` where it is negative or not finite.
pub(super) fn rounded(number: f64) -> Option<f64> {
    shifted(number, 0)
}

fn shifted(number: f64, places: i32) -> Option<f64> {
    if !number.is_finite() || number < 0.0 {
        return None;
    }
    let text = format!("{number:.*e}", DIGITS - 1);
    let (mantissa, exponent) = text.split_once('e')?;
    let exponent = exponent.parse::<i32>().ok()? + places;
    format!("{mantissa}e{exponent}").parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_price_per_token_keeps_its_digits() {
        let published =
            [(2.5e-6, "2.5"), (2e-7, "0.2"), (3e-6, "3"), (0.1e-6, "0.1"), (3.625e-9, "0.003625"), (0.0, "0")];
        for (per_token, per_mtok) in published {
            assert_eq!(per_million(per_token).map(|price| price.to_string()).as_deref(), Some(per_mtok));
        }
        assert_ne!((2e-7_f64 * 1e6).to_string(), "0.2", "multiplying would have done");
    }

    #[test]
    fn float_noise_in_the_file_is_rounded_away() {
        assert_eq!(per_million(2.999_999_999_999_999_6e-6), Some(3.0));
        assert_eq!(rounded(0.199_999_999_999_999_98), Some(0.2));
    }

    #[test]
    fn what_is_no_price_is_none() {
        for number in [f64::NAN, f64::INFINITY, -1e-6] {
            assert_eq!(per_million(number), None);
        }
    }

    proptest! {
        /// Every price of up to six digits per million survives the way through a price per token.
        #[test]
        fn a_price_survives_the_way_through_a_price_per_token(millionths in 1_u32..1_000_000_000) {
            let per_token: f64 = format!("{millionths}e-12").parse().expect("a number with an exponent");
            let per_mtok: f64 = format!("{millionths}e-6").parse().expect("a number with an exponent");
            prop_assert_eq!(per_million(per_token), Some(per_mtok));
        }
    }
}

//! What a model said, and what it used.

use merit_router::Usage;

/// The answer of a call that succeeded.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The model's text; empty where it said nothing.
    pub text: String,
    /// Tokens and reported cost as far as the provider says them: input with cached tokens, output with reasoning.
    pub usage: Usage,
    /// The model that served, in the provider's words; it may be more exact than the name that was called.
    pub served_model: Option<String>,
    /// Why the text ends where it does.
    pub stop: Stop,
}

impl Answer {
    /// Whether the text was cut off at the limit of tokens.
    pub fn is_truncated(&self) -> bool {
        self.stop == Stop::MaxTokens
    }
}

/// Why a text ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The model was done.
    End,
    /// The limit of tokens, or of the model's context, was reached: the text is cut off.
    MaxTokens,
    /// The provider did not say.
    Unsaid,
    /// Another reason, in the provider's word.
    Other(String),
}

impl Stop {
    /// The word for a record: `end`, `max_tokens`, `unsaid`, or the provider's own.
    pub fn as_str(&self) -> &str {
        match self {
            Stop::End => "end",
            Stop::MaxTokens => "max_tokens",
            Stop::Unsaid => "unsaid",
            Stop::Other(word) => word,
        }
    }
}

/// A usage that a call record can hold: a cached part greater than the whole says nothing, so it is unknown.
pub(crate) fn usage(input: Option<u64>, cached: Option<u64>, output: Option<u64>, cost: Option<f64>) -> Usage {
    let cached = cached.filter(|cached| input.is_some_and(|input| *cached <= input));
    let cost = cost.filter(|cost| cost.is_finite() && *cost >= 0.0);
    Usage { input_tokens: input, cached_input_tokens: cached, output_tokens: output, cost_usd: cost }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_record_can_hold_is_unknown() {
        let known = usage(Some(10), Some(10), Some(3), Some(0.0));
        assert_eq!((known.cached_input_tokens, known.cost_usd), (Some(10), Some(0.0)));
        let odd = usage(Some(10), Some(11), Some(3), Some(-1.0));
        assert_eq!((odd.input_tokens, odd.cached_input_tokens, odd.cost_usd), (Some(10), None, None));
        assert_eq!(usage(None, Some(1), None, Some(f64::NAN)), Usage::default());
    }
}

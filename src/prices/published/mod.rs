//! Price files that others publish: LiteLLM's `model_prices_and_context_window.json` and
//! genai-prices' `data.json`, read into one form and told apart by their shape.

mod genai;
mod litellm;
mod provider;
mod quote;

pub use quote::{Format, Published, Quote, Skip, Skipped};

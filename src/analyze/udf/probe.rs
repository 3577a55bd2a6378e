//! One value from one question, for the tests of the functions.

use arrow::array::AsArray;
use arrow::datatypes::{DataType, Float64Type};
use arrow::util::display::array_value_to_string;
use datafusion::error::Result;
use datafusion::prelude::{SessionConfig, SessionContext};

/// The as-of day of the probes: 2026-08-30.
const AS_OF: i32 = 20_695;

async fn column(question: &str) -> Result<arrow::array::ArrayRef> {
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(2));
    super::register_all(&context);
    super::register_as_of(&context, Some(AS_OF));
    let batches = context.sql(question).await?.collect().await?;
    Ok(batches[0].column(0).clone())
}

/// The one number that a question gives.
pub(super) async fn number(question: &str) -> Option<f64> {
    let column = column(question).await.unwrap_or_else(|error| panic!("{question}: {error}"));
    let numbers = arrow::compute::cast(&column, &DataType::Float64).expect("a number");
    numbers.as_primitive::<Float64Type>().iter().next().flatten()
}

/// The one value that a question gives, as text.
pub(super) async fn text(question: &str) -> String {
    let column = column(question).await.unwrap_or_else(|error| panic!("{question}: {error}"));
    array_value_to_string(&column, 0).expect("it has a text")
}

/// What is said of a question that fails.
pub(super) async fn failure(question: &str) -> String {
    column(question).await.expect_err(question).strip_backtrace()
}

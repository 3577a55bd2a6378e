//! SQL functions for adapters: the JSON functions of `datafusion-functions-json` and what logs need beside them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF};

mod assume_utc;
mod json_object;
mod otel_attribute;

/// Registers every function an adapter may call.
///
/// # Errors
/// Whatever the registry says.
pub(super) fn register_all(registry: &mut dyn FunctionRegistry) -> Result<()> {
    datafusion_functions_json::register_all(registry)?;
    let own = [
        ScalarUDF::from(assume_utc::AssumeUtc::new()),
        ScalarUDF::from(json_object::JsonObject::new()),
        ScalarUDF::from(otel_attribute::OtelAttribute::new()),
    ];
    for function in own {
        registry.register_udf(Arc::new(function))?;
    }
    Ok(())
}

/// The arguments as columns of text, whatever text type they came in.
fn texts(args: &ScalarFunctionArgs) -> Result<Vec<StringArray>> {
    let columns = ColumnarValue::values_to_arrays(&args.args)?;
    let columns = columns.iter().map(|column| {
        let text = cast(column, &DataType::Utf8).map_err(DataFusionError::from)?;
        Ok(text.as_string::<i32>().clone())
    });
    let mut columns = columns.collect::<Result<Vec<StringArray>>>()?;
    // Scalars alone come as one row; they are meant for all of them.
    for column in columns.iter_mut().filter(|column| column.len() == 1 && args.number_rows > 1) {
        let value = column.is_valid(0).then(|| column.value(0).to_owned());
        *column = std::iter::repeat_n(value, args.number_rows).collect();
    }
    Ok(columns)
}

/// A column of text as a function's answer.
fn answer(texts: StringArray) -> ColumnarValue {
    ColumnarValue::Array(Arc::new(texts) as ArrayRef)
}

#[cfg(test)]
mod tests {
    use arrow::util::pretty::pretty_format_batches;
    use datafusion::prelude::SessionContext;

    /// The single value of a SELECT of text, or `null`.
    fn value(sql: &str) -> String {
        let mut context = SessionContext::new();
        super::register_all(&mut context).expect("registered");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let batches = runtime.block_on(async { context.sql(sql).await?.collect().await }).expect(sql);
        assert_eq!(batches.iter().map(|batch| batch.num_rows()).sum::<usize>(), 1);
        let shown = pretty_format_batches(&batches).expect("printable").to_string();
        let cell = shown.lines().nth(3).expect("one row").trim_matches('|').trim().to_owned();
        if cell.is_empty() { "null".into() } else { cell }
    }

    #[test]
    fn assume_utc_adds_a_zone_only_where_there_is_none() {
        for (text, expected) in [
            ("2024-03-01 12:00:00.5", "2024-03-01 12:00:00.5Z"),
            ("2024-03-01T12:00:00", "2024-03-01T12:00:00Z"),
            ("2024-03-01", "2024-03-01T00:00:00Z"),
            ("2024-03-01T12:00:00+02:00", "2024-03-01T12:00:00+02:00"),
            ("2024-03-01T12:00:00Z", "2024-03-01T12:00:00Z"),
            ("soon", "soon"),
        ] {
            assert_eq!(value(&format!("SELECT assume_utc('{text}')")), expected);
        }
        assert_eq!(value("SELECT assume_utc(CAST(NULL AS TEXT))"), "null");
    }

    #[test]
    fn json_object_leaves_out_what_is_null() {
        assert_eq!(
            value("SELECT json_object('a', 'x\"y', 'b', CAST(NULL AS TEXT), 'c', 2, 'd', 0.5, 'e', true)"),
            r#"{"a":"x\"y","c":2,"d":0.5,"e":true}"#
        );
        assert_eq!(value("SELECT json_object('a', CAST(NULL AS TEXT))"), "null");
    }

    #[test]
    fn otel_attribute_reads_every_kind_of_value() {
        let attributes = concat!(
            r#"[{"key":"m","value":{"stringValue":"gpt"}},{"key":"n","value":{"intValue":"12"}},"#,
            r#"{"key":"i","value":{"intValue":7}},{"key":"d","value":{"doubleValue":0.5}},"#,
            r#"{"key":"b","value":{"boolValue":true}},"#,
            r#"{"key":"l","value":{"arrayValue":{"values":[{"stringValue":"stop"}]}}}]"#
        );
        for (key, expected) in [("m", "gpt"), ("n", "12"), ("i", "7"), ("d", "0.5"), ("b", "true"), ("x", "null")] {
            assert_eq!(value(&format!("SELECT otel_attribute('{attributes}', '{key}')")), expected, "{key}");
        }
        assert_eq!(
            value(&format!("SELECT otel_attribute('{attributes}', 'l')")),
            r#"{"values":[{"stringValue":"stop"}]}"#
        );
        assert_eq!(value("SELECT otel_attribute('no JSON', 'm')"), "null");
    }
}

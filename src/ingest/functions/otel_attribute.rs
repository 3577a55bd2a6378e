//! `otel_attribute(attributes, key)`: one attribute of an OpenTelemetry span.

use std::borrow::Cow;

use arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Attributes come in OTLP's JSON form, a list of `{"key": …, "value": {"stringValue": …}}`. The value is given as
/// text: as it is where it is text or a number, as JSON where it is a list; null where there is no such key.
///
/// ```sql
/// SELECT _line, otel_attribute(json_as_text(span, 'attributes'), 'gen_ai.request.model') AS model FROM spans
/// ```
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct OtelAttribute {
    signature: Signature,
}

impl OtelAttribute {
    pub(super) fn new() -> Self {
        Self { signature: Signature::string(2, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for OtelAttribute {
    fn name(&self) -> &str {
        "otel_attribute"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = super::texts(&args)?;
        let values = columns[0].iter().zip(&columns[1]).map(|(attributes, key)| attribute(attributes?, key?));
        Ok(super::answer(values.collect()))
    }
}

/// One attribute; its value is read only if its key is the one looked for.
#[derive(Deserialize)]
struct Attribute<'a> {
    #[serde(borrow)]
    key: Cow<'a, str>,
    #[serde(borrow)]
    value: Option<&'a RawValue>,
}

fn attribute(attributes: &str, key: &str) -> Option<String> {
    let attributes: Vec<Attribute<'_>> = serde_json::from_str(attributes).ok()?;
    let value = attributes.iter().find(|attribute| attribute.key == key)?.value?;
    let value: serde_json::Map<String, serde_json::Value> = serde_json::from_str(value.get()).ok()?;
    match value.into_iter().next()?.1 {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

//! `json_object(name, value, …)`: a JSON object of a row's values, for `extra`.

use arrow::array::{Array, StringArray};
use arrow::datatypes::DataType;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

use crate::ingest::privacy::write_name;

/// Names and values in turn; a null value is left out, and an object with nothing in it is null. Numbers, true and
/// false stay what they are, everything else becomes JSON text.
///
/// ```sql
/// SELECT _line, json_object('mode', extra_mode, 'turns', turns) AS extra FROM raw
/// ```
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct JsonObject {
    signature: Signature,
}

impl JsonObject {
    pub(super) fn new() -> Self {
        Self { signature: Signature::variadic_any(Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for JsonObject {
    fn name(&self) -> &str {
        "json_object"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        if types.is_empty() || types.len() % 2 == 1 {
            return Err(DataFusionError::Plan("json_object takes names and values in turn".into()));
        }
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let plain: Vec<bool> = args.arg_fields.iter().map(|field| is_json_as_it_is(field.data_type())).collect();
        let columns = super::texts(&args)?;
        let rows = columns.iter().map(StringArray::len).max().unwrap_or_default();
        let objects = (0..rows).map(|row| {
            let (mut text, mut first) = (String::from("{"), true);
            for (pair, plain) in columns.chunks_exact(2).zip(plain.chunks_exact(2)) {
                let [name, value] = pair else { continue };
                if name.is_null(row) || value.is_null(row) {
                    continue;
                }
                write_name(name.value(row), &mut first, &mut text);
                match value.value(row) {
                    value if plain[1] && serde_json::from_str::<serde_json::Number>(value).is_ok() => {
                        text.push_str(value)
                    }
                    value @ ("true" | "false") if plain[1] => text.push_str(value),
                    value => text.push_str(&serde_json::to_string(value).expect("text always serialises")),
                }
            }
            text.push('}');
            (!first).then_some(text)
        });
        Ok(super::answer(objects.collect()))
    }
}

/// Whether the text of a value of this type is JSON already.
fn is_json_as_it_is(data_type: &DataType) -> bool {
    data_type.is_numeric() || *data_type == DataType::Boolean
}

//! `assume_utc(text)`: a time as a log writes it that leaves out the zone because it means UTC.

use arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use jiff::civil::{Date, DateTime};

/// Adds `Z` to a time without zone (`2024-03-01 12:00:00`), midnight and `Z` to a date; any other text stays as it is,
/// so that what is no time at all is told so where it is read.
///
/// ```sql
/// SELECT _line, assume_utc(json_as_text(_record, 'startTime')) AS timestamp FROM raw
/// ```
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct AssumeUtc {
    signature: Signature,
}

impl AssumeUtc {
    pub(super) fn new() -> Self {
        Self { signature: Signature::string(1, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for AssumeUtc {
    fn name(&self) -> &str {
        "assume_utc"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = super::texts(&args)?;
        Ok(super::answer(columns[0].iter().map(|text| text.map(with_zone)).collect()))
    }
}

fn with_zone(text: &str) -> String {
    let text = text.trim();
    // jiff reads a civil time out of one with a zone too, so those are told first.
    if text.parse::<jiff::Timestamp>().is_ok() {
        text.to_owned()
    } else if text.len() == "2024-03-01".len() && text.parse::<Date>().is_ok() {
        format!("{text}T00:00:00Z")
    } else if text.parse::<DateTime>().is_ok() {
        format!("{text}Z")
    } else {
        text.to_owned()
    }
}

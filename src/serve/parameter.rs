//! The values that a client binds to `$1`, `$2`, ….

use std::collections::HashMap;

use arrow::datatypes::DataType;
use datafusion::common::ParamValues;
use datafusion::common::ScalarValue;
use datafusion::common::metadata::ScalarAndMetadata;
use datafusion::logical_expr::LogicalPlan;

use super::refusal::Refusal;
use super::value::Kind;
use super::wire::answer::format;

/// What the parameters of a plan are: the type that the client names, else the one the engine infers, else text.
pub(super) fn kinds(plan: &LogicalPlan, said: &[u32]) -> Result<Vec<Parameter>, Refusal> {
    let inferred: HashMap<String, Option<DataType>> =
        plan.get_parameter_types().map_err(|error| Refusal::new("42P18", error.strip_backtrace()))?;
    let number = |name: &String| name.strip_prefix('$')?.parse::<usize>().ok();
    let unnamed = |name: &&String| number(name).is_none_or(|number| number == 0);
    if let Some(name) = inferred.keys().find(unnamed) {
        return Err(Refusal::new("42P02", format!("a parameter is called {name}")).hint("Call them $1, $2, …."));
    }
    let count = inferred.keys().filter_map(number).max().unwrap_or(0).max(said.len());
    if count > usize::from(u16::MAX) {
        return Err(Refusal::new("54000", format!("the parameter ${count} is beyond ${}", u16::MAX)));
    }
    let parameter = |index: usize| match said.get(index).copied().filter(|oid| !matches!(oid, 0 | 705)) {
        Some(oid) => {
            let kind = Kind::of_oid(oid);
            Parameter { oid, kind, engine: engine(kind).unwrap_or(DataType::Utf8) }
        }
        None => {
            let engine = inferred.get(&format!("${}", index + 1)).cloned().flatten().unwrap_or(DataType::Utf8);
            let kind = Kind::of(&engine);
            Parameter { oid: kind.oid(), kind, engine }
        }
    };
    Ok((0..count).map(parameter).collect())
}

/// A parameter of a statement.
#[derive(Clone, Debug)]
pub(super) struct Parameter {
    /// PostgreSQL's number of its type.
    pub(super) oid: u32,
    kind: Kind,
    engine: DataType,
}

/// A null for each parameter: what a plan is shaped by before there are values.
pub(super) fn nulls(parameters: &[Parameter]) -> ParamValues {
    let null = |parameter: &Parameter| ScalarValue::try_from(&parameter.engine).unwrap_or(ScalarValue::Utf8(None));
    ParamValues::List(parameters.iter().map(null).map(ScalarAndMetadata::from).collect())
}

/// The values for a plan.
pub(super) fn values(
    parameters: &[Parameter],
    formats: &[i16],
    values: &[Option<Vec<u8>>],
) -> Result<ParamValues, Refusal> {
    if parameters.len() != values.len() {
        let counts = format!("{} values are bound to {} parameters", values.len(), parameters.len());
        return Err(Refusal::new("08P01", counts));
    }
    let value = |(index, (parameter, bytes)): (usize, (&Parameter, &Option<Vec<u8>>))| {
        let value = match bytes {
            None => Some(ScalarValue::Utf8(None)),
            Some(bytes) if format(formats, index) == 1 => binary(parameter.kind, bytes),
            Some(bytes) => text(parameter.kind, bytes),
        };
        let wanted = |value: ScalarValue| value.cast_to(&parameter.engine).ok();
        let wrong = || {
            let message = format!("the value of ${} is no {}", index + 1, parameter.kind.sql_name());
            Refusal::new("22P02", message)
        };
        value.and_then(wanted).map(ScalarAndMetadata::from).ok_or_else(wrong)
    };
    let values = parameters.iter().zip(values).enumerate().map(value).collect::<Result<Vec<_>, _>>()?;
    Ok(ParamValues::List(values))
}

fn text(kind: Kind, bytes: &[u8]) -> Option<ScalarValue> {
    let text = str::from_utf8(bytes).ok()?;
    if kind == Kind::Bool {
        let is_true = match text.trim().to_ascii_lowercase().as_str() {
            "t" | "true" | "y" | "yes" | "on" | "1" => true,
            "f" | "false" | "n" | "no" | "off" | "0" => false,
            _ => return None,
        };
        return Some(ScalarValue::Boolean(Some(is_true)));
    }
    let text = ScalarValue::Utf8(Some(text.to_string()));
    match engine(kind) {
        Some(wanted) => text.cast_to(&wanted).ok().filter(|value| !value.is_null()),
        None => Some(text),
    }
}

/// The engine's type of a value that is not text.
fn engine(kind: Kind) -> Option<DataType> {
    match kind {
        Kind::Numeric => Some(DataType::Float64),
        other => other.data_type(),
    }
}

fn binary(kind: Kind, bytes: &[u8]) -> Option<ScalarValue> {
    let four = || bytes.try_into().ok().map(i32::from_be_bytes);
    let eight = || bytes.try_into().ok().map(i64::from_be_bytes);
    Some(match kind {
        Kind::Bool => ScalarValue::Boolean(Some(*bytes.first()? != 0)),
        Kind::Int2 => ScalarValue::Int16(Some(i16::from_be_bytes(bytes.try_into().ok()?))),
        Kind::Int4 => ScalarValue::Int32(Some(four()?)),
        // An oid has four bytes.
        Kind::Int8 => ScalarValue::Int64(Some(eight().or_else(|| four().map(i64::from))?)),
        Kind::Float4 => ScalarValue::Float32(Some(f32::from_be_bytes(bytes.try_into().ok()?))),
        Kind::Float8 => ScalarValue::Float64(Some(f64::from_be_bytes(bytes.try_into().ok()?))),
        Kind::Date => ScalarValue::Date32(Some(four()?.checked_add(10_957)?)),
        Kind::Timestamp => ScalarValue::TimestampMicrosecond(Some(since_1970(eight()?)?), None),
        Kind::Timestamptz => ScalarValue::TimestampMicrosecond(Some(since_1970(eight()?)?), Some("UTC".into())),
        Kind::Bytea => ScalarValue::Binary(Some(bytes.to_vec())),
        Kind::Text | Kind::Json => ScalarValue::Utf8(Some(String::from_utf8(bytes.to_vec()).ok()?)),
        // Clients that bind exact numbers do so as text.
        Kind::Numeric => return None,
    })
}

fn since_1970(microseconds: i64) -> Option<i64> {
    microseconds.checked_add(946_684_800_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_binary_give_one_value() {
        let day = ScalarValue::Date32(Some(20_606));
        assert_eq!(text(Kind::Date, b"2026-06-02"), Some(day.clone()));
        assert_eq!(binary(Kind::Date, &(20_606_i32 - 10_957).to_be_bytes()), Some(day));
        assert_eq!(text(Kind::Int8, b"7"), Some(ScalarValue::Int64(Some(7))));
        assert_eq!(binary(Kind::Int8, &[0, 0, 0, 7]), Some(ScalarValue::Int64(Some(7))));
        assert_eq!(text(Kind::Bool, b"t"), Some(ScalarValue::Boolean(Some(true))));
    }

    #[test]
    fn what_is_no_value_is_none() {
        assert_eq!(text(Kind::Int8, b"seven"), None);
        assert_eq!(binary(Kind::Int8, &[1]), None);
        assert_eq!(binary(Kind::Text, &[0xff]), None);
        assert_eq!(text(Kind::Bool, b"perhaps"), None);
    }
}

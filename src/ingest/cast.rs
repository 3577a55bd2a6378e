//! A column of a log as the field of a record: what a whole column cannot be is an error of the file or adapter,
//! what one value cannot be is a fault of its row.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, PrimitiveArray, StringArray, StringBuilder,
    TimestampMicrosecondArray, new_null_array,
};
use arrow::compute::{can_cast_types, cast};
use arrow::datatypes::{ArrowPrimitiveType, DataType, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use arrow::util::display::array_value_to_string;

use super::value;
use crate::call::{Field, Kind};

/// How instants without a zone are to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zoneless {
    /// As UTC: an adapter says so by giving them.
    Utc,
    /// Not at all: nobody has said what they mean.
    Refused,
}

/// Casts a column to what `field` holds. Values that cannot be cast become null and are noted in `faults`, one slot a
/// row, where none is noted yet. Empty text is no value.
///
/// # Errors
/// A fragment of a sentence where the column's type can never be what the field holds.
pub(super) fn cast_column(
    field: &Field,
    column: &ArrayRef,
    zoneless: Zoneless,
    faults: &mut [Option<String>],
) -> Result<ArrayRef, String> {
    let from = column.data_type();
    if *from == DataType::Null {
        return Ok(new_null_array(&field.kind.arrow(), column.len()));
    }
    if *from == field.kind.arrow() && field.kind != Kind::Text {
        return Ok(Arc::clone(column));
    }
    let refused = || format!("has type {from}, {} is expected", value::expected(field.kind));
    let to_text = |column: &ArrayRef| cast(column, &DataType::Utf8).map_err(|_| refused());
    if value::is_text(from) {
        let text = to_text(column)?;
        return Ok(from_text(field, text.as_string(), faults));
    }
    match (field.kind, from) {
        (Kind::Text, DataType::Boolean) => Err(refused()),
        (Kind::Text, _) if can_cast_types(from, &DataType::Utf8) && !from.is_nested() => to_text(column),
        (Kind::Integer, _) if from.is_integer() => {
            Ok(checked(field, column, &DataType::Int64, faults, "is not a whole number"))
        }
        (Kind::Integer, _) if from.is_numeric() => {
            let numbers = cast(column, &DataType::Float64).map_err(|_| refused())?;
            let numbers = numbers.as_primitive::<Float64Type>();
            Ok(Arc::new(map_numbers::<_, Int64Type>(field, numbers, faults, value::integer_from_number)))
        }
        (Kind::Number, _) if from.is_numeric() => cast(column, &DataType::Float64).map_err(|_| refused()),
        (Kind::Timestamp, DataType::Timestamp(_, None)) if zoneless == Zoneless::Refused => Err(format!(
            "has type {from}, a time without zone; write it in UTC, or use an adapter that says what it means"
        )),
        (Kind::Timestamp, DataType::Timestamp(_, _)) => {
            let bare = cast(column, &DataType::Timestamp(TimeUnit::Microsecond, zone(from))).map_err(|_| refused())?;
            Ok(Arc::new(bare.as_primitive::<TimestampMicrosecondType>().clone().with_timezone("UTC")))
        }
        (Kind::Timestamp, DataType::Date32 | DataType::Date64) if zoneless == Zoneless::Utc => {
            let midnight = cast(column, &DataType::Timestamp(TimeUnit::Microsecond, None)).map_err(|_| refused())?;
            Ok(Arc::new(midnight.as_primitive::<TimestampMicrosecondType>().clone().with_timezone("UTC")))
        }
        (Kind::Timestamp, _) if from.is_integer() => {
            let integers = cast(column, &DataType::Int64).map_err(|_| refused())?;
            let integers = integers.as_primitive::<Int64Type>();
            let instants =
                map_numbers::<_, TimestampMicrosecondType>(field, integers, faults, value::timestamp_from_integer);
            Ok(Arc::new(instants.with_timezone("UTC")))
        }
        _ => Err(refused()),
    }
}

/// The zone of a timestamp type, kept so that only its unit changes.
fn zone(data_type: &DataType) -> Option<Arc<str>> {
    match data_type {
        DataType::Timestamp(_, zone) => zone.clone(),
        _ => None,
    }
}

/// Casts, and notes the values that did not come through.
fn checked(field: &Field, column: &ArrayRef, to: &DataType, faults: &mut [Option<String>], reason: &str) -> ArrayRef {
    let result = cast(column, to).unwrap_or_else(|_| new_null_array(to, column.len()));
    for (row, slot) in faults.iter_mut().enumerate() {
        if column.is_valid(row) && result.is_null(row) && slot.is_none() {
            let shown = array_value_to_string(column, row).unwrap_or_default();
            *slot = Some(format!("{} {shown} {reason}", field.name));
        }
    }
    result
}

/// Reads every text as what the field holds.
fn from_text(field: &Field, texts: &StringArray, faults: &mut [Option<String>]) -> ArrayRef {
    match field.kind {
        Kind::Text => {
            let mut builder = StringBuilder::with_capacity(texts.len(), texts.value_data().len());
            texts.iter().for_each(|text| builder.append_option(text.filter(|text| !text.is_empty())));
            Arc::new(builder.finish())
        }
        Kind::Integer => Arc::new(read(field, texts, faults, value::integer_from_text).collect::<Int64Array>()),
        Kind::Number => Arc::new(read(field, texts, faults, value::number_from_text).collect::<Float64Array>()),
        Kind::Boolean => Arc::new(read(field, texts, faults, value::boolean_from_text).collect::<BooleanArray>()),
        Kind::Timestamp => {
            let instants = read(field, texts, faults, value::timestamp_from_text);
            Arc::new(instants.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
        }
    }
}

fn read<'a, T>(
    field: &'a Field,
    texts: &'a StringArray,
    faults: &'a mut [Option<String>],
    reader: impl Fn(&str) -> Result<T, &'static str> + 'a,
) -> impl Iterator<Item = Option<T>> + 'a {
    texts.iter().zip(faults).map(move |(text, slot)| {
        let text = text.filter(|text| !text.trim().is_empty())?;
        reader(text)
            .map_err(|fault| slot.get_or_insert_with(|| format!("{} {} {fault}", field.name, value::shown(text))))
            .ok()
    })
}

fn map_numbers<F: ArrowPrimitiveType, T: ArrowPrimitiveType>(
    field: &Field,
    numbers: &PrimitiveArray<F>,
    faults: &mut [Option<String>],
    reader: impl Fn(F::Native) -> Result<T::Native, &'static str>,
) -> PrimitiveArray<T>
where
    F::Native: std::fmt::Display,
{
    let values = numbers.iter().zip(faults).map(|(number, slot)| {
        let number = number?;
        reader(number).map_err(|fault| slot.get_or_insert_with(|| format!("{} {number} {fault}", field.name))).ok()
    });
    values.collect::<Vec<Option<T::Native>>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use arrow::array::{DictionaryArray, TimestampNanosecondArray, UInt64Array};
    use arrow::datatypes::Int32Type;

    use super::*;
    use crate::call::CALL_FIELDS;

    fn field(name: &str) -> &'static Field {
        CALL_FIELDS.iter().find(|field| field.name == name).expect("a field of the call")
    }

    fn cast_to(name: &str, column: ArrayRef) -> (Result<ArrayRef, String>, Vec<Option<String>>) {
        let mut faults = vec![None; column.len()];
        (cast_column(field(name), &column, Zoneless::Refused, &mut faults), faults)
    }

    #[test]
    fn text_is_read_by_the_fields_kind() {
        let (column, faults) =
            cast_to("attempt", Arc::new(StringArray::from(vec![Some("2"), Some(""), None, Some("two")])));
        let column = column.expect("castable");
        assert_eq!(column.as_primitive::<Int64Type>().iter().collect::<Vec<_>>(), [Some(2), None, None, None]);
        assert_eq!(faults, [None, None, None, Some("attempt \"two\" is not a whole number".into())]);
    }

    #[test]
    fn dictionaries_and_empty_texts_are_plain_text_and_nothing() {
        let words: DictionaryArray<Int32Type> = ["a", "", "a"].into_iter().collect();
        let (column, _) = cast_to("model", Arc::new(words));
        let column = column.expect("castable");
        assert_eq!(column.as_string::<i32>().iter().collect::<Vec<_>>(), [Some("a"), None, Some("a")]);
    }

    #[test]
    fn numbers_become_whole_ones_only_where_they_are() {
        let (column, faults) = cast_to("attempt", Arc::new(Float64Array::from(vec![1.0, 1.5])));
        assert_eq!(column.expect("castable").as_primitive::<Int64Type>().value(0), 1);
        assert_eq!(faults[1].as_deref(), Some("attempt 1.5 is not a whole number"));
        let (_, faults) = cast_to("attempt", Arc::new(UInt64Array::from(vec![u64::MAX])));
        assert_eq!(faults[0].as_deref(), Some("attempt 18446744073709551615 is not a whole number"));
    }

    #[test]
    fn instants_change_their_unit_and_need_a_zone() {
        let instants = TimestampNanosecondArray::from(vec![1_709_294_400_000_000_999]);
        let (column, _) = cast_to("timestamp", Arc::new(instants.clone().with_timezone("UTC")));
        let column = column.expect("castable");
        assert_eq!(column.data_type(), &Kind::Timestamp.arrow());
        assert_eq!(column.as_primitive::<TimestampMicrosecondType>().value(0), 1_709_294_400_000_000);
        let (column, _) = cast_to("timestamp", Arc::new(instants.clone().with_timezone("+02:00")));
        let column = column.expect("castable");
        assert_eq!(column.as_primitive::<TimestampMicrosecondType>().value(0), 1_709_294_400_000_000);
        let (column, _) = cast_to("timestamp", Arc::new(instants));
        assert!(column.expect_err("no zone").contains("a time without zone; write it in UTC"));
        let (_, faults) = cast_to("timestamp", Arc::new(Int64Array::from(vec![1_709_294_400])));
        assert!(faults[0].as_deref().is_some_and(|fault| fault.starts_with("timestamp 1709294400 looks like seconds")));
    }

    #[test]
    fn a_type_that_never_fits_is_refused_whole() {
        let (column, _) = cast_to("success", Arc::new(Float64Array::from(vec![1.0])));
        assert_eq!(column.expect_err("no boolean"), "has type Float64, true or false is expected");
        let (column, _) = cast_to("model", Arc::new(BooleanArray::from(vec![true])));
        assert_eq!(column.expect_err("no text"), "has type Boolean, text is expected");
    }
}

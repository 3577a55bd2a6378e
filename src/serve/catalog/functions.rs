//! PostgreSQL's functions about itself, as far as clients call them.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, ListBuilder, StringArray, StringBuilder};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};
use datafusion::prelude::SessionContext;

use super::subject::Subject;
use super::{DATABASE, OWNER, PG_CATALOG, PUBLIC};
use crate::serve::value::Kind;
use crate::serve::variables::{DEFAULTS, SERVER_VERSION};

/// Functions that always answer true.
const TRUE: &str = "pg_table_is_visible pg_type_is_visible pg_function_is_visible pg_opclass_is_visible pg_statistics_obj_is_visible pg_ts_config_is_visible \
    pg_collation_is_visible pg_operator_is_visible \
    has_table_privilege has_schema_privilege has_database_privilege has_any_column_privilege has_column_privilege \
    has_function_privilege has_sequence_privilege pg_has_role";
/// Functions that always answer false.
const FALSE: &str = "pg_relation_is_publishable pg_is_in_recovery row_security_active pg_is_other_temp_schema";
/// Functions that have nothing to tell.
const NOTHING: &str = "pg_get_expr obj_description col_description shobj_description pg_get_indexdef pg_get_constraintdef \
    pg_get_viewdef pg_get_partkeydef pg_get_serial_sequence pg_get_ruledef pg_get_triggerdef pg_get_functiondef \
    pg_get_function_result pg_get_function_arguments pg_get_function_identity_arguments pg_get_statisticsobjdef_columns \
    pg_get_function_sqlbody pg_tablespace_location pg_advisory_unlock_all inet_server_addr inet_client_addr pg_get_partition_constraintdef";
/// Functions that answer 0.
const ZERO: &str = "pg_relation_size pg_table_size pg_indexes_size pg_total_relation_size pg_database_size pg_backend_pid \
    txid_current pg_char_to_encoding pg_my_temp_schema inet_server_port";

/// Registers all of them; those of the engine's own that bear such a name are replaced.
pub(super) fn register(context: &SessionContext, subjects: &[Subject]) {
    let all = |names: &'static str, value: ScalarValue| {
        for name in names.split_whitespace() {
            let value = value.clone();
            add(context, name, value.data_type(), move |_| Ok(ColumnarValue::Scalar(value.clone())));
        }
    };
    all(TRUE, ScalarValue::Boolean(Some(true)));
    all(FALSE, ScalarValue::Boolean(Some(false)));
    all(NOTHING, ScalarValue::Utf8(None));
    all(ZERO, ScalarValue::Int64(Some(0)));
    let version = format!("PostgreSQL {SERVER_VERSION} (merit {} over DataFusion)", env!("CARGO_PKG_VERSION"));
    let named = [
        ("version", version.as_str()),
        ("current_database", DATABASE),
        ("current_catalog", DATABASE),
        ("current_schema", PUBLIC),
        ("current_user", OWNER),
        ("session_user", OWNER),
        ("user", OWNER),
        ("pg_get_userbyid", OWNER),
        ("pg_encoding_to_char", "UTF8"),
        ("getdatabaseencoding", "UTF8"),
        ("pg_size_pretty", "0 bytes"),
    ];
    for (name, text) in named {
        let value = ScalarValue::Utf8(Some(text.to_string()));
        add(context, name, DataType::Utf8, move |_| Ok(ColumnarValue::Scalar(value.clone())));
    }
    let schemas = ScalarValue::List(ScalarValue::new_list_nullable(
        &[PG_CATALOG, PUBLIC].map(|name| ScalarValue::Utf8(Some(name.into()))),
        &DataType::Utf8,
    ));
    add(context, "current_schemas", schemas.data_type(), move |_| Ok(ColumnarValue::Scalar(schemas.clone())));
    add(context, "format_type", DataType::Utf8, |arrays| texts_of(arrays, |oid| oid.parse().ok().map(type_name)));
    add(context, "quote_ident", DataType::Utf8, |arrays| texts_of(arrays, |name| Some(quoted(name))));
    add(context, "current_setting", DataType::Utf8, |arrays| {
        let value = |name: &str| {
            DEFAULTS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_string())
        };
        texts_of(arrays, value)
    });
    // The session keeps its settings by SET; this one only answers as if it had.
    add(context, "set_config", DataType::Utf8, |arrays| {
        texts_of(&arrays[1.min(arrays.len())..], |value| Some(value.into()))
    });

    let list = DataType::List(Arc::new(arrow::datatypes::Field::new_list_field(DataType::Utf8, true)));
    add(context, "parse_ident", list, |arrays| {
        let mut lists = ListBuilder::new(StringBuilder::new());
        for name in &texts(arrays.first())? {
            match name {
                Some(name) => lists.append_value(name.split('.').map(|part| Some(part.trim_matches('"')))),
                None => lists.append_null(),
            }
        }
        Ok(ColumnarValue::Array(Arc::new(lists.finish())))
    });

    let numbers: BTreeMap<String, i64> = subjects.iter().map(|subject| (subject.name.clone(), subject.oid)).collect();
    let names: BTreeMap<i64, String> = subjects.iter().map(|subject| (subject.oid, subject.name.clone())).collect();
    for name in ["to_regclass", super::rewrite::OID_OF] {
        let numbers = numbers.clone();
        add(context, name, DataType::Int64, move |arrays| {
            let texts = texts(arrays.first())?;
            let oids = texts.iter().map(|text| text.and_then(|text| oid_of(text, &numbers)));
            Ok(ColumnarValue::Array(Arc::new(oids.collect::<Int64Array>())))
        });
    }
    add(context, super::rewrite::NAME_OF, DataType::Utf8, move |arrays| {
        texts_of(arrays, |oid| {
            Some(oid.parse().ok().and_then(|oid| names.get(&oid).cloned()).unwrap_or_else(|| oid.to_string()))
        })
    });
}

/// The number behind a relation's or a type's name; a number is its own.
fn oid_of(name: &str, relations: &BTreeMap<String, i64>) -> Option<i64> {
    let name = name.rsplit_once('.').map_or(name, |(_, name)| name).trim_matches('"');
    let kind = |kind: &&Kind| kind.name() == name || kind.sql_name() == name;
    let of_type = || Kind::ALL.iter().find(kind).map(|kind| i64::from(kind.oid()));
    name.parse().ok().or_else(|| relations.get(name).copied()).or_else(of_type)
}

fn type_name(oid: i64) -> String {
    let known = Kind::ALL.iter().find(|kind| i64::from(kind.oid()) == oid).map(|kind| kind.sql_name());
    let other = match oid {
        18 => "\"char\"",
        19 => "name",
        26 => "oid",
        1043 => "character varying",
        _ => "???",
    };
    known.unwrap_or(other).to_string()
}

fn quoted(name: &str) -> String {
    let plain = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name
            .chars()
            .all(|character| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_');
    if plain { name.to_string() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

fn texts(array: Option<&ArrayRef>) -> Result<StringArray> {
    match array {
        Some(array) => Ok(cast(array, &DataType::Utf8)?.as_string::<i32>().clone()),
        None => Ok(StringArray::new_null(1)),
    }
}

fn texts_of(arrays: &[ArrayRef], of: impl Fn(&str) -> Option<String>) -> Result<ColumnarValue> {
    let texts = texts(arrays.first())?;
    let found: StringArray = texts.iter().map(|text| text.and_then(&of)).collect();
    Ok(ColumnarValue::Array(Arc::new(found)))
}

type Evaluate = dyn Fn(&[ArrayRef]) -> Result<ColumnarValue> + Send + Sync;

/// A function of any number of arguments of any type.
struct Function {
    name: String,
    gives: DataType,
    signature: Signature,
    evaluate: Arc<Evaluate>,
}

fn add(
    context: &SessionContext,
    name: &str,
    gives: DataType,
    evaluate: impl Fn(&[ArrayRef]) -> Result<ColumnarValue> + Send + Sync + 'static,
) {
    let any = TypeSignature::OneOf(vec![TypeSignature::Nullary, TypeSignature::VariadicAny]);
    let signature = Signature::new(any, Volatility::Stable);
    let function = Function { name: name.into(), gives, signature, evaluate: Arc::new(evaluate) };
    context.register_udf(ScalarUDF::new_from_impl(function));
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.gives.clone())
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let is_constant = arguments.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        match (self.evaluate)(&arrays)? {
            ColumnarValue::Array(array) if is_constant => {
                Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?))
            }
            other => Ok(other),
        }
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && Arc::ptr_eq(&self.evaluate, &other.evaluate)
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_found() {
        let relations = BTreeMap::from([("calls".to_string(), 16_384)]);
        assert_eq!(oid_of("public.\"calls\"", &relations), Some(16_384));
        assert_eq!(oid_of("double precision", &relations), Some(701));
        assert_eq!(oid_of("16384", &relations), Some(16_384));
        assert_eq!(oid_of("none", &relations), None);
        assert_eq!((type_name(1184), type_name(1)), ("timestamp with time zone".into(), "???".into()));
        assert_eq!((quoted("plain_1"), quoted("Not \"plain\"")), ("plain_1".into(), "\"Not \"\"plain\"\"\"".into()));
    }
}

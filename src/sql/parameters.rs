//! Values for the `$names` in a question.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

use arrow::datatypes::DataType;
use datafusion::common::metadata::ScalarAndMetadata;
use datafusion::common::{ParamValues, ScalarValue};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    CastKind, DataType as SqlType, ExactNumberInfo, Expr, TimezoneInfo, Value, visit_expressions_mut,
};

use super::SqlError;

/// Values by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters(BTreeMap<String, ScalarValue>);

impl Parameters {
    /// Reads `NAME=VALUE`: a whole number, a number, a date (YYYY-MM-DD), true or false, else text; what stands in
    /// single quotes is text always.
    ///
    /// ```
    /// use merit::sql::Parameters;
    /// let mut parameters = Parameters::default();
    /// parameters.set("half_life=7")?;
    /// parameters.set("team='42'")?;
    /// assert_eq!(parameters.describe(), ["half_life = 7 (Int64)", "team = 42 (Utf8)"]);
    /// # Ok::<(), merit::sql::SqlError>(())
    /// ```
    ///
    /// # Errors
    /// [`SqlError::Parameter`] where there is no name.
    pub fn set(&mut self, assignment: &str) -> Result<(), SqlError> {
        let wrong = || SqlError::Parameter { text: assignment.into() };
        let (name, value) = assignment.split_once('=').ok_or_else(wrong)?;
        let name = name.trim().trim_start_matches('$');
        let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if name.is_empty() || !is_name || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(wrong());
        }
        self.0.insert(name.to_string(), typed(value.trim()));
        Ok(())
    }

    /// Forgets a name; whether there was one.
    pub fn unset(&mut self, name: &str) -> bool {
        self.0.remove(name.trim_start_matches('$')).is_some()
    }

    /// Whether there is a value for a placeholder, `$` or not.
    pub fn has(&self, placeholder: &str) -> bool {
        self.0.contains_key(placeholder.trim_start_matches('$'))
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// A line a value: name, value, type.
    pub fn describe(&self) -> Vec<String> {
        self.0.iter().map(|(name, value)| format!("{name} = {value} ({})", value.data_type())).collect()
    }

    /// The values as the engine takes them.
    pub(super) fn values(&self) -> ParamValues {
        let of = |(name, value): (&String, &ScalarValue)| (name.clone(), ScalarAndMetadata::from(value.clone()));
        ParamValues::Map(self.0.iter().map(of).collect::<HashMap<_, _>>())
    }

    /// Casts each placeholder to its value's type, as the engine plans before it binds.
    pub(super) fn give_types(&self, statement: &mut Statement) {
        match statement {
            Statement::Explain(explain) => self.give_types(&mut explain.statement),
            Statement::Statement(sql) => {
                let _ = visit_expressions_mut(sql.as_mut(), |expression: &mut Expr| {
                    if let Some(kind) = self.kind(expression) {
                        *expression = Expr::Cast {
                            kind: CastKind::Cast,
                            expr: Box::new(expression.clone()),
                            data_type: kind,
                            format: None,
                            array: false,
                        };
                    }
                    ControlFlow::<()>::Continue(())
                });
            }
            _ => {}
        }
    }

    fn kind(&self, expression: &Expr) -> Option<SqlType> {
        let Expr::Value(value) = expression else { return None };
        let Value::Placeholder(name) = &value.value else { return None };
        Some(match self.0.get(name.trim_start_matches('$'))?.data_type() {
            DataType::Int64 => SqlType::BigInt(None),
            DataType::Float64 => SqlType::Double(ExactNumberInfo::None),
            DataType::Date32 => SqlType::Date,
            DataType::Boolean => SqlType::Boolean,
            DataType::Timestamp(..) => SqlType::Timestamp(None, TimezoneInfo::None),
            _ => SqlType::Varchar(None),
        })
    }
}

fn typed(value: &str) -> ScalarValue {
    if let Some(text) = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return ScalarValue::Utf8(Some(text.replace("''", "'")));
    }
    if let Ok(number) = value.parse::<i64>() {
        return ScalarValue::Int64(Some(number));
    }
    if let Some(number) = value.parse::<f64>().ok().filter(|number| number.is_finite()) {
        return ScalarValue::Float64(Some(number));
    }
    if let Ok(day) = value.parse::<crate::day::Day>() {
        return ScalarValue::Date32(Some(day.0));
    }
    match value {
        "true" => ScalarValue::Boolean(Some(true)),
        "false" => ScalarValue::Boolean(Some(false)),
        _ => ScalarValue::Utf8(Some(value.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_the_type_they_look_like() {
        for (value, kind) in [
            ("7", DataType::Int64),
            ("-3", DataType::Int64),
            ("0.5", DataType::Float64),
            ("1e-3", DataType::Float64),
            ("2026-08-30", DataType::Date32),
            ("true", DataType::Boolean),
            ("gemini-pro", DataType::Utf8),
            ("2026-13-30", DataType::Utf8),
            ("nan", DataType::Utf8),
            ("", DataType::Utf8),
            ("'7'", DataType::Utf8),
        ] {
            assert_eq!(typed(value).data_type(), kind, "{value}");
        }
        assert_eq!(typed("'it''s'"), ScalarValue::Utf8(Some("it's".into())));
    }

    #[test]
    fn what_has_no_name_is_refused() {
        for text in ["half_life", "=7", "half life=7", "7=7", "a;b=1"] {
            let error = Parameters::default().set(text).expect_err(text).to_string();
            assert!(error.contains("NAME=VALUE"), "{error}");
        }
    }
}

//! PostgreSQL's words that the engine does not know → words that it does.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use datafusion::sql::parser::Statement as Question;
use datafusion::sql::sqlparser::ast::{
    ArrayElemTypeDef, BinaryOperator, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentList, FunctionArguments, GroupByExpr, Ident, ObjectName, ObjectNamePart, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, TableFactor, TimezoneInfo, Value, VisitMut, VisitorMut,
};

use super::{DATABASE, PG_CATALOG, PUBLIC, information, listing};

/// The function behind `'calls'::regclass`.
pub(super) const OID_OF: &str = "pg_catalog_oid_of";
/// The function behind `c.oid::regclass`.
pub(super) const NAME_OF: &str = "pg_catalog_name_of";

/// The question in the engine's words.
pub(in crate::serve) fn rewrite(mut question: Question) -> Question {
    let mut asks = Asks::default();
    let statement = match &mut question {
        Question::Statement(statement) => statement.as_mut(),
        Question::Explain(explain) => {
            *explain.statement = rewrite((*explain.statement).clone());
            return question;
        }
        _ => return question,
    };
    let _never = VisitMut::visit(statement, &mut asks);
    let mut words = Words { of_catalog: asks.of_catalog };
    let _never = VisitMut::visit(statement, &mut words);
    question
}

fn ident(part: &ObjectNamePart) -> Option<&Ident> {
    match part {
        ObjectNamePart::Identifier(ident) => Some(ident),
        ObjectNamePart::Function(_) => None,
    }
}

fn parts(name: &ObjectName) -> Vec<String> {
    let lower = |ident: &Ident| {
        if ident.quote_style.is_some() { ident.value.clone() } else { ident.value.to_ascii_lowercase() }
    };
    name.0.iter().filter_map(ident).map(lower).collect()
}

/// Finds out whether the catalog is asked, and names its tables in full.
#[derive(Default)]
struct Asks {
    of_catalog: bool,
}

impl VisitorMut for Asks {
    type Break = ();

    fn post_visit_relation(&mut self, relation: &mut ObjectName) -> ControlFlow<()> {
        let parts = parts(relation);
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let parts = match parts.as_slice() {
            [database, rest @ ..] if *database == DATABASE && !rest.is_empty() => rest,
            all => all,
        };
        let full = match parts {
            [schema, table] if *schema == "information_schema" && *table != "df_settings" => {
                information::standing_for(table)
            }
            [schema, table] if *schema == PG_CATALOG => (*table).to_string(),
            [table] if table.starts_with("pg_") => (*table).to_string(),
            _ => return ControlFlow::Continue(()),
        };
        self.of_catalog = true;
        let span = relation.0.last().and_then(ident).map(|ident| ident.span);
        let mut last = Ident::new(full);
        last.span = span.unwrap_or(last.span);
        *relation = ObjectName::from(vec![Ident::new(PG_CATALOG), last]);
        ControlFlow::Continue(())
    }
}

/// Replaces words.
struct Words {
    of_catalog: bool,
}

impl VisitorMut for Words {
    type Break = ();

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        name_columns(&mut query.body);
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        match expression {
            Expr::Collate { expr, .. } => *expression = (**expr).clone(),
            Expr::BinaryOp { op, .. } => {
                if let BinaryOperator::PGCustomBinaryOperator(words) = op {
                    *op = operator(words.last().map_or("", String::as_str));
                }
            }
            Expr::Cast { expr, data_type, .. } => {
                if let Some(replaced) = cast(expr, data_type) {
                    *expression = replaced;
                }
            }
            Expr::Function(function) => self.function(function, expression_is_array),
            Expr::InSubquery { expr, subquery, negated } if is_search_path(subquery) => {
                let list = vec![Expr::value(Value::SingleQuotedString(PUBLIC.into()))];
                *expression = Expr::InList { expr: expr.clone(), list, negated: *negated };
            }
            Expr::Subquery(query) if self.of_catalog && is_of_nothing(query) => *expression = Expr::value(Value::Null),
            Expr::Subquery(query) if self.of_catalog => at_most_one(query),
            _ => (),
        }
        if let Expr::Function(function) = expression
            && expression_is_array(function)
        {
            *expression = to(
                &Expr::value(Value::Null),
                DataType::Array(ArrayElemTypeDef::SquareBracket(Box::new(DataType::Text), None)),
            );
        }
        ControlFlow::Continue(())
    }
}

/// `ARRAY(SELECT …)`, which the engine has not; clients ask it of tables that are empty here.
fn expression_is_array(function: &Function) -> bool {
    matches!(function.args, FunctionArguments::Subquery(_)) && parts(&function.name) == ["array"]
}

impl Words {
    fn function(&self, function: &mut Function, is_array: fn(&Function) -> bool) {
        if is_array(function) {
            return;
        }
        let names = parts(&function.name);
        if let [schema, name] = names.as_slice()
            && schema == PG_CATALOG
        {
            function.name = ObjectName::from(vec![Ident::new(name)]);
        }
        if names.last().is_some_and(|name| name == "array_upper") {
            function.name = ObjectName::from(vec![Ident::new("array_length")]);
        }
        if let FunctionArguments::None = function.args {
            // CURRENT_USER and its like are called without parentheses.
            function.args = FunctionArguments::List(FunctionArgumentList {
                duplicate_treatment: None,
                args: vec![],
                clauses: vec![],
            });
        }
    }
}

fn operator(name: &str) -> BinaryOperator {
    match name {
        "~" => BinaryOperator::PGRegexMatch,
        "~*" => BinaryOperator::PGRegexIMatch,
        "!~" => BinaryOperator::PGRegexNotMatch,
        "!~*" => BinaryOperator::PGRegexNotIMatch,
        "~~" => BinaryOperator::PGLikeMatch,
        "!~~" => BinaryOperator::PGNotLikeMatch,
        "||" => BinaryOperator::StringConcat,
        "<>" => BinaryOperator::NotEq,
        "<" => BinaryOperator::Lt,
        ">" => BinaryOperator::Gt,
        _ => BinaryOperator::Eq,
    }
}

/// A cast to a type that only PostgreSQL has.
fn cast(inner: &Expr, data_type: &DataType) -> Option<Expr> {
    let name = match data_type {
        DataType::Custom(name, _) => parts(name).pop()?,
        DataType::Regclass => "regclass".to_string(),
        _ => return None,
    };
    let is_text = matches!(inner, Expr::Value(value) if matches!(value.value, Value::SingleQuotedString(_)));
    let to = |data_type| to(inner, data_type);
    Some(match name.as_str() {
        "regclass" | "regtype" | "regproc" | "regprocedure" | "regnamespace" | "regrole" if is_text => {
            call(OID_OF, inner)
        }
        "regtype" => call("format_type", inner),
        "regclass" | "regproc" | "regprocedure" | "regnamespace" | "regrole" => call(NAME_OF, inner),
        "oid" | "xid" => to(DataType::BigInt(None)),
        "name" | "char" | "text" | "bpchar" | "citext" | "inet" | "unknown" => to(DataType::Text),
        "int2" => to(DataType::SmallInt(None)),
        "int4" => to(DataType::Int(None)),
        "int8" => to(DataType::BigInt(None)),
        "float4" => to(DataType::Real),
        "float8" => to(DataType::DoublePrecision),
        "bool" => to(DataType::Boolean),
        "timestamptz" => to(DataType::Timestamp(None, TimezoneInfo::WithTimeZone)),
        _ => return None,
    })
}

fn to(inner: &Expr, data_type: DataType) -> Expr {
    Expr::Cast { kind: CastKind::Cast, expr: Box::new(inner.clone()), data_type, array: false, format: None }
}

fn call(name: &str, argument: &Expr) -> Expr {
    let args = vec![FunctionArg::Unnamed(FunctionArgExpr::Expr(argument.clone()))];
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList { duplicate_treatment: None, args, clauses: vec![] }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: vec![],
    })
}

/// Whether a subquery takes the schemas apart that `search_path` names, as Grafana's editor does by
/// `generate_series(…) AS i, string_to_array(current_setting('search_path'), ',') s`, which the engine cannot.
fn is_search_path(query: &Query) -> bool {
    let text = query.to_string().to_ascii_lowercase();
    text.contains("current_setting('search_path')") && text.contains("generate_series")
}

/// Whether a subquery without aggregates reads a table of the catalog that has no row, so that it has none either.
fn is_of_nothing(query: &Query) -> bool {
    let SetExpr::Select(select) = query.body.as_ref() else { return false };
    let is_empty = |table: &TableFactor| match table {
        TableFactor::Table { name, .. } => {
            matches!(parts(name).as_slice(), [schema, table] if schema == PG_CATALOG && listing::is_empty(table))
        }
        _ => false,
    };
    select.from.iter().any(|from| is_empty(&from.relation)) && !select.projection.iter().any(aggregates)
}

/// Whether a column is computed over all rows.
fn aggregates(item: &SelectItem) -> bool {
    const AGGREGATES: [&str; 8] =
        ["max(", "min(", "count(", "sum(", "string_agg(", "array_agg(", "bool_or(", "bool_and("];
    let text = item.to_string().to_ascii_lowercase();
    AGGREGATES.iter().any(|aggregate| text.contains(aggregate))
}

/// A subquery for one value of the catalog: the engine wants to be sure that it is one.
fn at_most_one(query: &mut Query) {
    let SetExpr::Select(select) = query.body.as_mut() else { return };
    let is_grouped = !matches!(&select.group_by, GroupByExpr::Expressions(by, _) if by.is_empty());
    if select.projection.len() != 1 || is_grouped || query.limit_clause.is_some() || aggregates(&select.projection[0]) {
        return;
    }
    if let Some(SelectItem::UnnamedExpr(value) | SelectItem::ExprWithAlias { expr: value, .. }) =
        select.projection.first_mut()
    {
        *value = call("max", value);
        query.order_by = None;
    }
}

fn name_columns(body: &mut SetExpr) {
    match body {
        SetExpr::Select(select) => name_calls(select),
        SetExpr::SetOperation { left, right, .. } => {
            name_columns(left);
            name_columns(right);
        }
        // A query of its own is visited by itself.
        _ => (),
    }
}

/// A column that is a call is named by its function, as PostgreSQL names it; the engine would name it by its text. Where
/// the name is taken, the engine's stays, because it wants each but once; the same column again is named by its place.
fn name_calls(select: &mut Select) {
    let named = |item: &SelectItem| match item {
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(name.value.clone()),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(names)) => names.last().map(|name| name.value.clone()),
        SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
        _ => None,
    };
    let is_open = |item: &SelectItem| matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..));
    if select.projection.iter().any(is_open) {
        beside_all(select);
        return;
    }
    let mut taken: BTreeSet<String> = select.projection.iter().filter_map(named).collect();
    let mut seen = BTreeSet::new();
    for (number, item) in (1..).zip(&mut select.projection) {
        let SelectItem::UnnamedExpr(expression) = item else { continue };
        if !seen.insert(expression.to_string()) {
            let alias = Ident::with_quote('"', format!("column{number}"));
            *item = SelectItem::ExprWithAlias { expr: expression.clone(), alias };
            continue;
        }
        let name = match &*expression {
            Expr::Function(function) => parts(&function.name).pop(),
            _ => None,
        };
        if let Some(name) = name.filter(|name| taken.insert(name.clone())) {
            *item = SelectItem::ExprWithAlias { expr: expression.clone(), alias: Ident::new(name) };
        }
    }
}

/// `n.oid, n.*` gives a column twice, which the engine refuses: the one that is named gets another name.
fn beside_all(select: &mut Select) {
    let all = |item: &SelectItem| match item {
        SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => parts(name).pop(),
        _ => None,
    };
    let all: BTreeSet<String> = select.projection.iter().filter_map(all).collect();
    for item in &mut select.projection {
        if let SelectItem::UnnamedExpr(Expr::CompoundIdentifier(names)) = item
            && let [table, column] = names.as_slice()
            && all.contains(&table.value)
        {
            let alias = Ident::new(format!("{}_1", column.value));
            *item = SelectItem::ExprWithAlias { expr: Expr::CompoundIdentifier(names.clone()), alias };
        }
    }
}

#[cfg(test)]
mod tests {
    use datafusion::sql::parser::DFParserBuilder;
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;

    use super::*;

    fn rewritten(sql: &str) -> String {
        let mut parser = DFParserBuilder::new(sql).with_dialect(&PostgreSqlDialect {}).build().expect("tokens");
        let question = parser.parse_statements().expect("it parses").pop_front();
        rewrite(question.expect("one")).to_string()
    }

    #[test]
    fn tables_of_the_catalog_are_named_in_full() {
        assert_eq!(rewritten("SELECT oid FROM pg_class c"), "SELECT oid FROM pg_catalog.pg_class c");
        let columns = rewritten("SELECT 1 FROM merit.information_schema.columns");
        assert_eq!(columns, "SELECT 1 FROM pg_catalog.information_schema_columns");
        let path = "SELECT 1 FROM calls WHERE x IN (SELECT s[i] FROM generate_series(1, 2) AS i, \
                    string_to_array(current_setting('search_path'), ',') s)";
        assert_eq!(rewritten(path), "SELECT 1 FROM calls WHERE x IN ('public')");
        assert_eq!(rewritten("SELECT day FROM calls"), "SELECT day FROM calls");
    }

    #[test]
    fn words_of_postgresql_become_the_engines() {
        let regex =
            rewritten("SELECT 1 FROM pg_class WHERE relname OPERATOR(pg_catalog.~) '^(a)$' COLLATE pg_catalog.default");
        assert!(regex.ends_with("WHERE relname ~ '^(a)$'"), "{regex}");
        assert_eq!(rewritten("SELECT 'calls'::regclass = 1"), "SELECT pg_catalog_oid_of('calls') = 1");
        assert_eq!(rewritten("SELECT pg_catalog.version()"), "SELECT version() AS version");
        assert_eq!(rewritten("SELECT n.a, n.* FROM calls n"), "SELECT n.a AS a_1, n.* FROM calls n");
        assert_eq!(rewritten("SELECT NULL, NULL"), "SELECT NULL, NULL AS \"column2\"");
        assert_eq!(rewritten("SELECT 1, 1 UNION SELECT 1, 2"), "SELECT 1, 1 AS \"column2\" UNION SELECT 1, 2");
        let twice = rewritten("SELECT max(a), max(b), day, day(c) FROM calls");
        assert_eq!(twice, "SELECT max(a) AS max, max(b), day, day(c) FROM calls");
        assert_eq!(rewritten("SELECT 1::pg_catalog.int8 + 1"), "SELECT CAST(1 AS BIGINT) + 1");
    }

    #[test]
    fn a_subquery_of_the_catalog_gives_at_most_one_value() {
        let asked = rewritten("SELECT (SELECT relname FROM pg_class c WHERE c.oid = a.attrelid) FROM pg_attribute a");
        assert!(asked.contains("SELECT max(relname)"), "{asked}");
        let nothing = rewritten("SELECT (SELECT adbin FROM pg_attrdef d WHERE d.adnum = a.attnum) FROM pg_attribute a");
        assert!(nothing.starts_with("SELECT NULL FROM"), "{nothing}");
        let others = rewritten("SELECT (SELECT arm FROM calls LIMIT 1)");
        assert!(!others.contains("max"), "{others}");
    }
}

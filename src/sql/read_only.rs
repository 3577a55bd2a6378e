//! Only questions are answered: what would change anything is refused before it is planned, and again as a plan.

use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SQLOptions;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::Statement as Sql;

/// Whether a statement asks: SELECT, WITH, VALUES, EXPLAIN, SHOW, DESCRIBE.
pub(super) fn is_question(statement: &Statement) -> bool {
    match statement {
        Statement::Statement(sql) => asks(sql),
        Statement::Explain(explain) => is_question(&explain.statement),
        Statement::CreateExternalTable(_) | Statement::CopyTo(_) | Statement::Reset(_) => false,
    }
}

fn asks(sql: &Sql) -> bool {
    match sql {
        Sql::Explain { statement, .. } => asks(statement),
        Sql::Query(_)
        | Sql::ExplainTable { .. }
        | Sql::ShowTables { .. }
        | Sql::ShowColumns { .. }
        | Sql::ShowFunctions { .. }
        | Sql::ShowVariable { .. } => true,
        _ => false,
    }
}

/// Whether a plan only reads, in all its parts: a statement may hide in another one's.
pub(super) fn only_reads(plan: &LogicalPlan) -> bool {
    let options = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    options.verify_plan(plan).is_ok()
}

/// The sentence with which it is refused.
pub(super) fn refusal(sql: &str) -> String {
    let verbs: Vec<String> = sql
        .split_whitespace()
        .map_while(|word| word.chars().all(|c| c.is_ascii_alphabetic()).then(|| word.to_uppercase()))
        .take(2)
        .collect();
    let what = match verbs.first().map(String::as_str) {
        Some("CREATE" | "DROP" | "ALTER") => verbs.join(" "),
        Some(verb) => verb.to_string(),
        None => "this statement".to_string(),
    };
    format!("merit sql only reads, so {what} is refused; ask with SELECT, WITH, VALUES, EXPLAIN, SHOW or DESCRIBE")
}

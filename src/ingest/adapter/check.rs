//! What an adapter may do: look at one row of `raw` at a time.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::utils::datafusion_strsim::levenshtein;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, LogicalPlan, Volatility};

use super::{AdapterError, Variant};
use crate::ingest::record_kind::RecordKind;

/// Refuses a plan that is more than projections, filters, unnests and unions over `raw`, or whose answer depends on
/// more than the row.
///
/// # Errors
/// [`AdapterError::NotRowWise`] naming what is too much.
pub(super) fn check_plan(file: &str, plan: &LogicalPlan) -> Result<(), AdapterError> {
    let mut found: Option<(String, &'static str)> = None;
    let walked = plan.apply(|node| {
        found = forbidden_node(node);
        if found.is_none() {
            node.apply_expressions(|expression| {
                expression.apply(|part| {
                    found = found.take().or_else(|| forbidden_expression(part));
                    Ok(if found.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
                })
            })?;
        }
        Ok::<_, DataFusionError>(if found.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    walked.map_err(|error| AdapterError::Sql { file: file.to_owned(), message: error.strip_backtrace() })?;
    match found {
        Some((what, remedy)) => Err(AdapterError::NotRowWise { file: file.to_owned(), what, remedy }),
        None => Ok(()),
    }
}

const LATER: &str = "leave that to the jobs over the stored calls";

fn forbidden_node(node: &LogicalPlan) -> Option<(String, &'static str)> {
    let what = match node {
        LogicalPlan::Projection(_)
        | LogicalPlan::Filter(_)
        | LogicalPlan::SubqueryAlias(_)
        | LogicalPlan::TableScan(_)
        | LogicalPlan::Unnest(_)
        | LogicalPlan::Union(_) => return None,
        LogicalPlan::Aggregate(_) => "GROUP BY or an aggregate function",
        LogicalPlan::Sort(_) => "ORDER BY",
        LogicalPlan::Window(_) => "a window function",
        LogicalPlan::Join(_) => "a join",
        LogicalPlan::Limit(_) => "LIMIT",
        LogicalPlan::Distinct(_) => "DISTINCT or UNION without ALL",
        LogicalPlan::Subquery(_) => "a subquery within an expression",
        LogicalPlan::Values(_) | LogicalPlan::EmptyRelation(_) => {
            return Some(("a SELECT without FROM raw".into(), "select from raw"));
        }
        LogicalPlan::RecursiveQuery(_) => "WITH RECURSIVE",
        other => return Some((format!("{:?}", other.display().to_string()), LATER)),
    };
    Some((what.into(), LATER))
}

fn forbidden_expression(expression: &Expr) -> Option<(String, &'static str)> {
    match expression {
        Expr::ScalarSubquery(_) | Expr::Exists(_) | Expr::InSubquery(_) | Expr::SetComparison(_) => {
            Some(("a subquery within an expression".into(), LATER))
        }
        Expr::ScalarFunction(call) if call.func.signature().volatility != Volatility::Immutable => {
            let remedy = "the same log must always give the same records: use what the row says";
            Some((format!("{}(), which does not depend on the row alone", call.func.name()), remedy))
        }
        _ => None,
    }
}

/// Refuses output columns that are no fields of the record, and an output without `_line`.
///
/// # Errors
/// [`AdapterError::UnknownColumn`] with the nearest name, or [`AdapterError::Line`].
pub(super) fn check_columns(variant: &Variant, kind: RecordKind, columns: &[&str]) -> Result<(), AdapterError> {
    let file = || variant.file.clone();
    let record = match kind {
        RecordKind::Call => "a call",
        RecordKind::Outcome => "an outcome",
    };
    for column in columns.iter().filter(|column| **column != "_line") {
        let names = || kind.fields().iter().map(|field| field.name);
        if names().any(|name| name == *column) {
            continue;
        }
        let nearest = names().min_by_key(|name| levenshtein(column, name)).unwrap_or_default();
        let hint = if levenshtein(column, nearest) <= 3 {
            format!("did you mean {nearest:?}?")
        } else {
            format!("put it into extra, or name a field: {}", names().collect::<Vec<_>>().join(", "))
        };
        return Err(AdapterError::UnknownColumn { file: file(), column: (*column).to_owned(), record, hint });
    }
    if columns.contains(&"_line") {
        Ok(())
    } else {
        Err(AdapterError::Line { file: file(), message: "the column _line is missing".into() })
    }
}
